"""Slices by what is at stake in them: their share of the day's weight.

Weights are what rows count for (money, where the manifest's weight column is that), so the greatest
slices are those where a fault costs most. A slice of few rows is not looked at by itself: its
numbers would be chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from core.results import OTHER_VALUES, DayFacts, SliceFacts

LEAST_ROWS: Final = 30
"""Rows that a slice needs to be named."""
MOST: Final = 5
"""Slices that are named; the rest is one."""


@dataclass(frozen=True)
class Stake:
    """One slice, or all that are not named."""

    value: str | None
    """None: the others."""
    rows: int
    share: float
    """Of the day's weight."""
    label_rate: float
    log_loss: float | None = None
    predicted_over_observed: float | None = None
    """None where it is not known, as of the others."""


def stakes(facts: DayFacts, column: str, role: str) -> tuple[Stake, ...]:
    """A column's greatest slices, the others last; nothing where the day has no such slices."""
    slices = [each for each in facts.slices if each.column == column and each.weight > 0]
    whole = math.fsum(each.weight for each in slices)
    ordered = sorted(slices, key=lambda each: (-each.weight, each.value))
    named = [e for e in ordered if e.rows >= LEAST_ROWS and e.value != OTHER_VALUES][:MOST]
    others = [each for each in ordered if each not in named]
    found = [_stake(each, whole, role) for each in named]
    return (*found, _others(others, whole)) if others else tuple(found)


def _stake(found: SliceFacts, whole: float, role: str) -> Stake:
    metrics = found.metrics.get(role, {})
    return Stake(
        value=found.value,
        rows=found.rows,
        share=found.weight / whole,
        label_rate=found.positive_weight / found.weight,
        log_loss=_number(metrics.get("log_loss")),
        predicted_over_observed=_number(metrics.get("predicted_over_observed")),
    )


def _others(slices: list[SliceFacts], whole: float) -> Stake:
    weight = math.fsum(each.weight for each in slices)
    positive = math.fsum(each.positive_weight for each in slices)
    return Stake(None, sum(each.rows for each in slices), weight / whole, positive / weight)


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
