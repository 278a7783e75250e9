"""Slices of a scored day, and summaries of its features: what the report may say without rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.evidence.metrics import METRICS, metrics
from core.evidence.scored import Scored
from core.manifest import Manifest
from core.results import NO_VALUE, OTHER_VALUES, FeatureFacts, SliceFacts
from deploy.pipeline.steps.columns import LABEL, WEIGHT
from deploy.pipeline.steps.model import ModelSpec
from deploy.pipeline.steps.scoring import ScoredDay
from deploy.pipeline.steps.value import Valued, valued

SLICE_VALUES: Final = 50
"""Most values of a column that get a slice of their own, the greatest; the rest are one slice."""
FREQUENT_VALUES: Final = 20
QUANTILES: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def slices(manifest: Manifest, day: ScoredDay) -> list[SliceFacts]:
    """Every slice of every slice column, with each role's metrics.

    First come those where most is at stake: the heaviest, where nobody says what rows are worth.
    """
    by_role = {role: _aligned(day, role) for role in day.roles}
    worth = valued(manifest.value, day)
    sizes = pl.Series(worth.at_stake) if worth else day.rows[WEIGHT]
    return [
        _with_worth(_slice_facts(column, value, by_role, inside), worth, inside)
        for column in manifest.slices
        for value, inside in _values(day.rows, column, sizes)
    ]


def features(manifest: Manifest, file: Path, role: str, spec: ModelSpec) -> list[FeatureFacts]:
    """One summary a feature, over all rows of a prepared day, with a label or without.

    A column of very many values is told as the model in this role tells it apart.
    """
    rows = pl.scan_parquet(file)
    numeric = (*manifest.numeric, *manifest.calendar_features)
    return [
        *(_numeric_facts(rows, name, manifest.units.get(name)) for name in numeric),
        *(_categorical_facts(rows, name, role, spec) for name in manifest.categorical),
    ]


def _aligned(day: ScoredDay, role: str) -> Scored:
    """All rows, so that a slice is the same mask for every role."""
    return Scored(
        labels=day.rows[LABEL].cast(pl.Float64).to_numpy(),
        scores=day.scores(role),
        weights=day.rows[WEIGHT].to_numpy(),
    )


def _values(
    rows: pl.DataFrame, column: str, sizes: pl.Series
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    values = _as_text(rows[column])
    ranked = (
        pl.DataFrame({"value": values, "size": sizes})
        .group_by("value")
        .agg(pl.col("size").sum())
        .sort("size", "value", descending=[True, False])["value"]
    )
    named = ranked.head(SLICE_VALUES)
    for value in named:
        yield str(value), (values == value).to_numpy()
    if len(ranked) > SLICE_VALUES:
        yield OTHER_VALUES, (~values.is_in(named.implode())).to_numpy()


def _as_text(values: pl.Series) -> pl.Series:
    """Whole numbers without their point, so that an hour is 17 and not 17.0."""
    if values.dtype.is_float() and bool((values.drop_nulls() % 1 == 0).all()):
        values = values.cast(pl.Int64, strict=False)
    return values.cast(pl.String).fill_null(NO_VALUE)


def _slice_facts(
    column: str, value: str, by_role: dict[str, Scored], inside: NDArray[np.bool_]
) -> SliceFacts:
    found: dict[str, dict[str, float | None]] = {}
    rows = 0
    weight = positive_weight = 0.0
    for role, everything in by_role.items():
        whole = _part(everything, inside)
        rows, weight, positive_weight = len(whole), whole.weight, whole.positive_weight
        finite = _part(everything, inside & np.isfinite(everything.scores))
        values = metrics(finite) if len(finite) else {}
        found[role] = {name: values[name].value if name in values else None for name in METRICS}
    return SliceFacts(
        column=column,
        value=value,
        rows=rows,
        weight=weight,
        positive_weight=positive_weight,
        metrics=found,
    )


def _with_worth(found: SliceFacts, worth: Valued | None, inside: NDArray[np.bool_]) -> SliceFacts:
    if worth is None:
        return found
    return found.model_copy(
        update={
            "worth": float(worth.worth[inside].sum()),
            "expected_worth": worth.expected_in(inside),
        }
    )


def _part(rows: Scored, inside: NDArray[np.bool_]) -> Scored:
    return Scored(rows.labels[inside], rows.scores[inside], rows.weights[inside])


def _numeric_facts(rows: pl.LazyFrame, name: str, unit: str | None) -> FeatureFacts:
    column = pl.col(name)
    found = rows.select(
        missing=column.is_null().mean(),
        distinct=column.drop_nulls().n_unique(),
        mean=column.mean(),
        deviation=column.std(),
        **{f"q{n}": column.quantile(at, "linear") for n, at in enumerate(QUANTILES)},
    ).collect(engine="streaming")
    facts = found.row(0, named=True)
    quantiles = [facts.pop(f"q{n}") for n in range(len(QUANTILES))]
    finite = {key: _finite(value) for key, value in facts.items()}
    return FeatureFacts.model_validate(
        {
            **finite,
            "name": name,
            "kind": "numeric",
            "unit": unit,
            "quantiles": quantiles if all(_finite(q) is not None for q in quantiles) else None,
        }
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _categorical_facts(rows: pl.LazyFrame, name: str, role: str, spec: ModelSpec) -> FeatureFacts:
    counts = rows.group_by(name).len(name="mlpipe_rows").collect(engine="streaming")
    told = (
        counts.select(spec.seen(counts[name]).alias("value"), rows="mlpipe_rows")
        .group_by("value")
        .agg(pl.col("rows").sum())
        .sort("rows", "value", descending=[True, False])
    )
    total = int(told["rows"].sum())
    known = told.drop_nulls("value")
    shares = {value: count / total for value, count in known.head(FREQUENT_VALUES).rows()}
    if name in spec.capped:
        others = known.filter(pl.col("value") == OTHER_VALUES)["rows"].sum()
        shares[OTHER_VALUES] = others / total
    return FeatureFacts(
        name=name,
        kind="hashed" if name in spec.buckets else "categorical",
        missing=1.0 - int(known["rows"].sum()) / total,
        distinct=counts[name].drop_nulls().len(),
        shares=shares,
        levels_of=role if name in spec.capped else None,
    )
