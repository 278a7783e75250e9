"""What a parameter does to a metric: how important it is, and the metric along its values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ncfdtrinc
from scipy.stats import t as student

from core.evidence.explaining import ROUNDING, Explaining, alike
from core.evidence.factors import Factor, Value
from core.evidence.intervals import Z95
from core.results import Interval

METHOD: Final = "noncentral F, epsilon squared"
LARGEST_KNOWN: Final = 5000.0
"""scipy's ncfdtrinc ends at 1e4; what it inverts is near to normal long before."""


@dataclass(frozen=True)
class Point:
    """The metric where a parameter has a value, the others left as they were."""

    at: Value
    value: float
    low: float
    high: float
    """95 %, of this point alone."""


@dataclass(frozen=True)
class Effect:
    """A parameter that is seen to matter."""

    factor: Factor
    importance: Interval
    """Share of the differences within days, with its interval of 95 %."""
    p_value: float
    """Of being seen by luck, all parameters considered."""
    curve: tuple[Point, ...]
    """Along its values."""
    seen: tuple[tuple[Value, float], ...]
    """Each trial: its value, and its metric with what the other parameters and its day did taken
    off."""
    alike: tuple[str, ...] = ()
    """Parameters that moved together with it: which of them it is cannot be told."""

    @property
    def lowest(self) -> Point:
        """Where the metric is least."""
        return min(self.curve, key=lambda point: point.value)

    @property
    def highest(self) -> Point:
        """Where the metric is greatest."""
        return max(self.curve, key=lambda point: point.value)

    @property
    def swing(self) -> float:
        """How far the metric moves along its values."""
        return self.highest.value - self.lowest.value


def effect_of(
    search: Explaining, place: int, factors: Sequence[Factor], chosen: Sequence[int], level: float
) -> Effect:
    """What one parameter does.

    Args:
        search: It, with the others.
        place: Which of them it is.
        factors: All of them.
        chosen: The places of those that are seen to matter.
        level: The mean of the metric.
    """
    moved_together = [
        other.name
        for number, other in enumerate(factors)
        if number not in chosen and alike(search.columns[number], search.columns[place])
    ]
    curve, seen = _curve(search, place, factors[place], chosen, level)
    return Effect(
        factors[place],
        _importance(search, place, chosen),
        search.p_values[place],
        curve,
        seen,
        tuple(moved_together),
    )


def _importance(search: Explaining, place: int, chosen: Sequence[int]) -> Interval:
    total = search.unexplained(())
    ratio, rank, own = search.against_the_others(place, chosen)
    if math.isinf(ratio):
        share = own / total
        return Interval(value=share, low=share, high=share, method=METHOD)
    free = search.free(chosen)
    error = search.unexplained(chosen) / free
    noncentral = max(0.0, rank * (ratio - 1))
    rest = total / error - noncentral
    low, high = _noncentralities(ratio, rank, free)
    return Interval(
        value=noncentral / (rest + noncentral),
        low=min(low, noncentral) / (rest + min(low, noncentral)),
        high=max(high, noncentral) / (rest + max(high, noncentral)),
        method=METHOD,
    )


def _noncentralities(ratio: float, rank: int, free: int) -> tuple[float, float]:
    """Between which the noncentrality of an F lies."""
    found = rank * ratio
    if found > LARGEST_KNOWN:
        spread = math.sqrt(2 * (rank + 2 * found) + 2 * (rank + found) ** 2 / free)
        return max(0.0, found - Z95 * spread), found + Z95 * spread
    return float(ncfdtrinc(rank, free, 0.975, ratio)), float(ncfdtrinc(rank, free, 0.025, ratio))


def _curve(
    search: Explaining, place: int, factor: Factor, chosen: Sequence[int], level: float
) -> tuple[tuple[Point, ...], tuple[tuple[Value, float], ...]]:
    """The metric along a parameter's values, and each trial beside it."""
    design = np.hstack([search.columns[each] for each in chosen])
    start = sum(search.columns[each].shape[1] for each in chosen[: chosen.index(place)])
    own = slice(start, start + search.columns[place].shape[1])
    inverse = np.linalg.pinv(design, rcond=ROUNDING)
    weights = inverse @ search.metric
    left = search.metric - design @ weights
    free = search.free(chosen)
    spread = float(student.ppf(0.975, free)) * math.sqrt(float(left @ left) / free)
    raw = factor.columns(factor.values)
    usual = raw.mean(axis=0)
    points = factor.points()
    contrasts = np.zeros((len(points), design.shape[1]))
    contrasts[:, own] = factor.columns(points) - usual
    told = np.abs(contrasts @ inverse @ design - contrasts).max(axis=1) <= math.sqrt(ROUNDING)
    moved = contrasts @ weights
    reach = spread * np.linalg.norm(contrasts @ inverse, axis=1)
    curve = tuple(
        Point(at, level + value, level + value - ends, level + value + ends)
        for at, value, ends, known in zip(points, moved.tolist(), reach.tolist(), told, strict=True)
        if known
    )
    at_trials = level + (raw - usual) @ weights[own] + left
    return curve, tuple(zip(factor.values, at_trials.tolist(), strict=True))
