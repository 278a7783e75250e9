"""How far days remember each other: by what the long-run variance of their signs is inflated.

The inflation is 1 plus twice the sum, over all lags, of the correlations of the signs about their
median. That of the signs follows from the correlation r of the values as 2 arcsin(r) / pi, as for a
bivariate normal; r is taken from ranks, which storms cannot dominate and which need fewer days than
the signs themselves. Two estimates are made, and the greater counts:

- a first-order memory, r(lag) = r(1)^lag. r(1) is corrected for its bias on few days (F. H. C.
  Marriott, J. A. Pope, Biometrika 41 (1954), 390-402) and drawn towards 0.35 with the weight of ten
  days: what paired differences of daily models commonly show, until the pair's own days say
  otherwise;
- the lags of one week, weighted as by W. K. Newey and K. D. West (Econometrica 55 (1987), 703-708)
  and corrected for the mean that is taken from the same days, so that a memory a week long is seen.

A memory much longer than a week cannot be told from a difference in a month of days, by any method.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import rankdata

from core.evidence.scored import FloatArray

USUAL: Final = 0.35
"""Correlation of neighbouring days that is presumed at first."""
USUAL_DAYS: Final = 10
"""How many days of one's own weigh as much as that presumption."""
MOST: Final = 0.8
"""A greater correlation of neighbours is no longer told from a trend."""
FEWEST_DAYS: Final = 4
"""With fewer days no correlation is estimated."""
WEEK: Final = 7
LAGS: Final = 60
"""Beyond it a first-order memory has faded, even at its most."""


@dataclass(frozen=True)
class Memory:
    """What the days remember of each other."""

    inflation: float
    """At least 1: so many days count for one."""
    neighbours: float | None
    """Rank correlation of a day with the next; None for fewer than 4 days."""
    week_apart: float | None
    """The same of days a week apart; None for fewer than 28 days."""


def memory(values: FloatArray, days: Sequence[dt.date]) -> Memory:
    """The memory of one value a day, sorted by day; days may be missing."""
    if len(values) < FEWEST_DAYS:
        return Memory(_first_order(USUAL), None, None)
    ranks = _ranks_by_calendar(values, days)
    lags = min(WEEK, len(values) // FEWEST_DAYS)
    found = np.array([_correlation(ranks, lag) for lag in range(1, lags + 1)])
    neighbours = float(found[0])
    inflation = max(1.0, _first_order(drawn(neighbours, len(values))), _week(found, len(values)))
    return Memory(inflation, neighbours, float(found[-1]) if lags == WEEK else None)


def drawn(neighbours: float, days: int) -> float:
    """A correlation of neighbours, found on so many days, drawn towards what is usual."""
    unbiased = neighbours + (1 + 3 * neighbours) / days
    drawn = (days * unbiased + USUAL_DAYS * USUAL) / (days + USUAL_DAYS)
    return min(MOST, max(0.0, drawn))


def _ranks_by_calendar(values: FloatArray, days: Sequence[dt.date]) -> FloatArray:
    """Centred ranks, one a calendar day; NaN for a day that is missing."""
    ranks = rankdata(values)
    calendar = np.full((days[-1] - days[0]).days + 1, np.nan)
    calendar[[(day - days[0]).days for day in days]] = ranks - ranks.mean()
    return calendar


def _correlation(ranks: FloatArray, lag: int) -> float:
    """As the usual estimate without missing days: pairs that are missing count like the others."""
    products = ranks[:-lag] * ranks[lag:]
    known = np.isfinite(products)
    spread = float(np.nansum(np.square(ranks)))
    if spread == 0.0 or not known.any():
        return 0.0
    days = int(np.isfinite(ranks).sum())
    share = float(products[known].mean()) * (days - lag) / spread
    return min(1.0, max(-1.0, share))


def _first_order(correlation: float) -> float:
    return 1.0 + 2.0 * sum(_of_signs(correlation**lag) for lag in range(1, LAGS + 1))


def _week(correlations: FloatArray, days: int) -> float:
    lags = len(correlations)
    weights = [1 - lag / (lags + 1) for lag in range(1, lags + 1)]
    total = sum(w * _of_signs(float(r)) for w, r in zip(weights, correlations, strict=True))
    return (1.0 + 2.0 * total) / (1.0 - 2.0 * sum(weights) / days)


def _of_signs(correlation: float) -> float:
    """Correlation of the signs of two normal values that correlate by this much."""
    return 2.0 / math.pi * math.asin(correlation)
