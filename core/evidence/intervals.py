"""Intervals at 95 %, for ratios of weighted sums and for shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from core.evidence.scored import FloatArray
from core.results import Interval

Z95: Final = NormalDist().inv_cdf(0.975)
"""Quantile of the standard normal distribution that leaves 2.5 % above."""

LINEARISED: Final = "normal, linearised"
LOG_SCALE: Final = "normal on the log scale, linearised"


@dataclass(frozen=True)
class Bounds:
    """The least and greatest value that a quantity can have."""

    low: float = -math.inf
    high: float = math.inf


SHARE: Final = Bounds(0.0, 1.0)
NOT_NEGATIVE: Final = Bounds(0.0)
ANY: Final = Bounds()


def linearised_error(influence: FloatArray) -> float | None:
    """Standard error of an estimate from each row's influence on it.

    `influence` holds, for each row, its share of the estimate's deviation (they sum to about 0).
    None for fewer than two rows.

    Source: Taylor linearisation of ratio estimators, C.-E. Särndal et al., Model Assisted Survey
    Sampling, 1992, section 5.5; with equal weights it is the usual s/√n.
    """
    rows = len(influence)
    if rows < 2:
        return None
    return float(np.sqrt(np.sum(np.square(influence)) * rows / (rows - 1)))


def normal(value: float, error: float | None, bounds: Bounds = ANY) -> Interval:
    """Value ± 1.96 standard errors, cut off at the quantity's bounds."""
    if error is None:
        return Interval(value=value)
    return Interval(
        value=value,
        low=max(bounds.low, value - Z95 * error),
        high=min(bounds.high, value + Z95 * error),
        standard_error=error,
        method=LINEARISED,
    )


def ratio(
    numerators: FloatArray, denominators: FloatArray, bounds: Bounds = ANY
) -> Interval | None:
    """Sum of numerators over sum of denominators, both already weighted; None where that is 0/0."""
    below = float(denominators.sum())
    if below == 0.0:
        return None
    value = float(numerators.sum()) / below
    return normal(value, linearised_error((numerators - value * denominators) / below), bounds)


def positive_ratio(numerators: FloatArray, denominators: FloatArray) -> Interval | None:
    """A ratio that cannot be negative, with the interval made on the logarithm's scale."""
    above, below = float(numerators.sum()), float(denominators.sum())
    if above <= 0.0 or below <= 0.0:
        return None
    value = above / below
    error = linearised_error(numerators / above - denominators / below)
    if error is None:
        return Interval(value=value)
    return Interval(
        value=value,
        low=value * math.exp(-Z95 * error),
        high=value * math.exp(Z95 * error),
        standard_error=value * error,
        method=LOG_SCALE,
    )


def share(hits: FloatArray, weights: FloatArray) -> Interval | None:
    """Weighted share of the rows that are hits, with Wilson's score interval.

    With weights the number of rows is Kish's effective number, (Σw)² / Σw². None without rows.

    Sources: E. B. Wilson, JASA 22 (1927), 209-212; L. Kish, Survey Sampling, 1965, section 11.7.
    """
    total = float(weights.sum())
    if total == 0.0:
        return None
    value = min(1.0, float(weights @ hits) / total)
    effective = total**2 / float(np.sum(np.square(weights)))
    low, high = wilson(value, effective)
    return Interval(
        value=value,
        low=low,
        high=high,
        standard_error=math.sqrt(value * (1 - value) / effective),
        method="Wilson" if np.all(weights == weights[0]) else "Wilson, effective rows",
    )


def wilson(value: float, rows: float) -> tuple[float, float]:
    """Wilson's score interval of a share that was found on so many rows; it holds the share."""
    shrink = 1.0 + Z95**2 / rows
    centre = (value + Z95**2 / (2 * rows)) / shrink
    reach = Z95 * math.sqrt(value * (1 - value) / rows + Z95**2 / (4 * rows**2)) / shrink
    return min(value, max(0.0, centre - reach)), max(value, min(1.0, centre + reach))


def robust_deviation(values: FloatArray) -> float:
    """Standard deviation as the median absolute deviation has it for a normal distribution."""
    return float(np.median(np.abs(values - np.median(values)))) / NormalDist().inv_cdf(0.75)
