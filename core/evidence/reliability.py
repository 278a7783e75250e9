"""Predicted against observed rates, from the bins of scores that are kept of a day.

The kept bins are fine and uneven; neighbours are joined until each holds its part of the day's
weight. The interval of an observed rate is Wilson's, with Kish's effective number of rows.

Source: A. Niculescu-Mizil, R. Caruana, ICML 2005, 625-632 (reliability diagrams).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.evidence.intervals import wilson
from core.results import ModelFacts

GROUPS: Final = 8
"""Points of a diagram, at most."""
FEWEST_ROWS: Final = 10
"""A group of fewer effective rows tells nothing and is joined to its neighbour."""
COLUMNS: Final = 7
"""Of a kept bin: see `core.evidence.statistics`."""


@dataclass(frozen=True)
class Reliability:
    """Rows of like scores."""

    predicted: float
    """Their mean probability."""
    observed: float
    """Their share of positives."""
    low: float
    high: float
    """Of the observed share's 95 % interval."""
    rows: int


@dataclass(frozen=True)
class _Bin:
    rows: float
    weight: float
    positive: float
    predicted: float

    def __add__(self, other: _Bin) -> _Bin:
        return _Bin(
            self.rows + other.rows,
            self.weight + other.weight,
            self.positive + other.positive,
            self.predicted + other.predicted,
        )


def reliability(model: ModelFacts) -> tuple[Reliability, ...]:
    """The points of a model's diagram, lowest scores first; none where no bins are kept."""
    bins = _bins(model)
    rows = sum(each.rows for each in bins)
    effective = model.statistics.get("effective_rows")
    share = effective / rows if rows and isinstance(effective, int | float) else 1.0
    return tuple(_point(each, min(1.0, share)) for each in _joined(bins, min(1.0, share)))


def _bins(model: ModelFacts) -> list[_Bin]:
    kept = model.statistics.get("score_bins")
    rows = [each for each in kept if isinstance(each, list)] if isinstance(kept, list) else []
    found = [_Bin(*each[1:5]) for each in rows if len(each) == COLUMNS]
    return [each for each in found if each.weight > 0]


def _joined(bins: list[_Bin], share: float) -> list[_Bin]:
    """Groups of neighbours; what is left over at the end joins the last of them."""
    part = sum(each.weight for each in bins) / GROUPS
    groups: list[_Bin] = []
    open_ = _Bin(0, 0, 0, 0)
    for each in bins:
        open_ += each
        if open_.weight >= part and open_.rows * share >= FEWEST_ROWS:
            groups.append(open_)
            open_ = _Bin(0, 0, 0, 0)
    if open_.weight > 0:
        groups.append(groups.pop() + open_ if groups else open_)
    return groups


def _point(found: _Bin, share: float) -> Reliability:
    observed = min(1.0, found.positive / found.weight)
    low, high = wilson(observed, max(1.0, found.rows * share))
    return Reliability(
        predicted=found.predicted / found.weight,
        observed=observed,
        low=low,
        high=high,
        rows=round(found.rows),
    )
