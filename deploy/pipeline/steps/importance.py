"""analysis.json: Clarify's explainability schema, from LightGBM's own TreeSHAP on a sample of rows.

Source of the schema: Amazon SageMaker AI Developer Guide, "SHAP baselines and analysis results" of
Clarify. Global values are mean absolute SHAP values, in log-odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from deploy.pipeline.steps.columns import LABEL, WEIGHT
from deploy.pipeline.steps.model import Model

SAMPLE_ROWS: Final = 2000
"""Rows that are explained: all labelled ones of the day, or this many drawn by a fixed seed."""
SAMPLE_SEED: Final = 1


@dataclass(frozen=True)
class Importance:
    """Global feature importance of one model on one day."""

    by_feature: dict[str, float]
    """Weighted mean of the absolute SHAP value, in log-odds, most important first."""
    expected_value: float
    rows: int

    def analysis(self, label: str) -> dict[str, object]:
        """The whole of analysis.json; `label` names the positive class."""
        return {
            "version": "1.0",
            "explanations": {
                "kernel_shap": {
                    label: {
                        "global_shap_values": self.by_feature,
                        "expected_value": self.expected_value,
                    }
                }
            },
        }


def importance(model: Model, file: Path) -> Importance:
    """Explain a sample of a prepared day's labelled rows (there is at least one)."""
    rows = _sample(file)
    weights = rows[WEIGHT].to_numpy()
    found = model.contributions(rows)
    means = {
        name: float(np.average(np.abs(values), weights=weights))
        for name, values in found.by_feature.items()
    }
    return Importance(
        by_feature=dict(sorted(means.items(), key=lambda item: (-item[1], item[0]))),
        expected_value=found.expected_value,
        rows=rows.height,
    )


def _sample(file: Path) -> pl.DataFrame:
    rows = pl.scan_parquet(file).filter(pl.col(LABEL).is_not_null())
    count = rows.select(pl.len()).collect().item()
    if count > SAMPLE_ROWS:
        drawn = np.random.default_rng(SAMPLE_SEED).choice(count, SAMPLE_ROWS, replace=False)
        rows = rows.with_row_index("mlpipe_row").filter(pl.col("mlpipe_row").is_in(drawn.tolist()))
    return rows.collect(engine="streaming")
