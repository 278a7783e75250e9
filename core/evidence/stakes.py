"""Slices by what is at stake in them: what they are worth, or where nobody says it their weight.

What is at stake in rows that are worth something whatever becomes of them is that worth. Of rows
that are worth something if they turn out positive it is what the model expects of them: what came
is chance where positives are rare, and not all of it is there while labels are young. The greatest
slices are those where a fault costs most. A slice of few rows is not looked at by itself: its
numbers would be chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.manifest_parts import ValueOf
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
    """Of all that is at stake on the day."""
    label_rate: float
    log_loss: float | None = None
    predicted_over_observed: float | None = None
    """None where it is not known, as of the others."""
    worth: float | None = None
    """What is at stake, in the day's currency; None where nobody says what rows are worth."""


@dataclass(frozen=True)
class _Sizes:
    """What each slice of a column is ranked by."""

    of: dict[str, float]
    in_money: bool

    def share(self, slices: Sequence[SliceFacts]) -> float:
        return self.sum(slices) / math.fsum(self.of.values())

    def worth(self, slices: Sequence[SliceFacts]) -> float | None:
        return self.sum(slices) if self.in_money else None

    def sum(self, slices: Sequence[SliceFacts]) -> float:
        return math.fsum(self.of[each.value] for each in slices)


def stakes(facts: DayFacts, column: str, role: str) -> tuple[Stake, ...]:
    """A column's greatest slices, the others last; nothing where the day has no such slices."""
    slices = [each for each in facts.slices if each.column == column and each.weight > 0]
    sizes = _sizes(facts, slices, role)
    ordered = sorted(slices, key=lambda each: (-sizes.of[each.value], each.value))
    named = [e for e in ordered if e.rows >= LEAST_ROWS and e.value != OTHER_VALUES][:MOST]
    others = [each for each in ordered if each not in named]
    found = [_stake(each, sizes, role) for each in named]
    return (*found, _others(others, sizes)) if others else tuple(found)


def at_stake(facts: DayFacts, part: SliceFacts, role: str) -> float | None:
    """What is at stake in a slice, in the day's currency; None where nobody knows."""
    if facts.worth is None:
        return None
    if facts.worth.of is ValueOf.POSITIVE:
        return part.expected_worth.get(role)
    return part.worth


def _sizes(facts: DayFacts, slices: Sequence[SliceFacts], role: str) -> _Sizes:
    known = {each.value: at_stake(facts, each, role) for each in slices}
    worth = {value: found for value, found in known.items() if found is not None}
    if len(worth) == len(slices) and math.fsum(worth.values()) > 0:
        return _Sizes(worth, in_money=True)
    return _Sizes({each.value: each.weight for each in slices}, in_money=False)


def _stake(found: SliceFacts, sizes: _Sizes, role: str) -> Stake:
    metrics = found.metrics.get(role, {})
    return Stake(
        value=found.value,
        rows=found.rows,
        share=sizes.share([found]),
        label_rate=found.positive_weight / found.weight,
        log_loss=_number(metrics.get("log_loss")),
        predicted_over_observed=_number(metrics.get("predicted_over_observed")),
        worth=sizes.worth([found]),
    )


def _others(slices: Sequence[SliceFacts], sizes: _Sizes) -> Stake:
    weight = math.fsum(each.weight for each in slices)
    positive = math.fsum(each.positive_weight for each in slices)
    return Stake(
        value=None,
        rows=sum(each.rows for each in slices),
        share=sizes.share(slices),
        label_rate=positive / weight,
        worth=sizes.worth(slices),
    )


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
