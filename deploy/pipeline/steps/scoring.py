"""Score a prepared day with several models: the same rows, in the same order, for all of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from core.evidence.scored import FloatArray, Scored
from core.manifest import Manifest
from deploy.pipeline.steps.columns import LABEL, TIME, VALUE, WEIGHT
from deploy.pipeline.steps.model import Model, ModelError

log = logging.getLogger(__name__)

BATCH_ROWS: Final = 200_000
"""Rows whose features are in memory at once."""
SCORE_PREFIX: Final = "mlpipe_score_"


@dataclass(frozen=True)
class ScoredDay:
    """The labelled rows of a day without their features, and each model's scores of them."""

    rows: pl.DataFrame
    """Time, label, weight, key and slice columns, what a row is worth where the manifest says so,
    and a score column for each role."""
    roles: tuple[str, ...]
    problems: Mapping[str, str]
    """Role that could not score → why."""

    def scores(self, role: str) -> FloatArray:
        """Probabilities put back to the true rate; a subject's may be non-finite."""
        return self.rows[SCORE_PREFIX + role].to_numpy()

    def scored(self, role: str) -> Scored:
        """One role's rows, those with a finite score."""
        scores = self.scores(role)
        finite = np.isfinite(scores)
        return Scored(
            labels=self.rows[LABEL].cast(pl.Float64).to_numpy()[finite],
            scores=scores[finite],
            weights=self.rows[WEIGHT].to_numpy()[finite],
        )


def score_day(
    manifest: Manifest, file: Path, models: Mapping[str, Model], *, subject: str
) -> ScoredDay:
    """Score the labelled rows of a prepared day with every model.

    A model that cannot score the rows, or does not give each a finite score, is named in
    `problems`; the subject's scores that are not finite stay, because the gate has to see them.

    Raises:
        ModelError: The subject cannot score the rows.
    """
    value = [VALUE] if manifest.value else []
    kept = [TIME, LABEL, WEIGHT, *value, *manifest.key, *manifest.slices]
    kept = list(dict.fromkeys(kept))
    problems: dict[str, str] = {}
    parts = []
    for batch in labelled_batches(file):
        columns = []
        for role, model in models.items():
            if role in problems:
                continue
            try:
                columns.append(pl.Series(SCORE_PREFIX + role, model.score(batch)))
            except ModelError as error:
                if role == subject:
                    raise
                problems[role] = str(error)
        parts.append(batch.select(kept).with_columns(columns))
    rows = pl.concat(parts, how="diagonal")
    for role in models:
        if role not in problems and role != subject:
            bad = int((~np.isfinite(rows[SCORE_PREFIX + role].to_numpy())).sum())
            if bad:
                problems[role] = f"It gave {bad} of {rows.height} rows no finite score."
    for role, problem in problems.items():
        log.info("%s does not score this day: %s", role, problem)
    return ScoredDay(
        rows=rows.drop([SCORE_PREFIX + role for role in problems], strict=False),
        roles=tuple(role for role in models if role not in problems),
        problems=problems,
    )


def labelled_batches(file: Path) -> Iterator[pl.DataFrame]:
    """The rows with a label, a batch at a time, in the file's order."""
    rows = pl.scan_parquet(file)
    total = rows.select(pl.len()).collect().item()
    for start in range(0, total, BATCH_ROWS):
        batch = rows.slice(start, BATCH_ROWS).collect().filter(pl.col(LABEL).is_not_null())
        if batch.height:
            yield batch
