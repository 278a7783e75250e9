"""How the quantiles of a numeric column moved, and whether another unit explains it."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Mapping
from typing import Final

from core.evidence.history import Comparison, compare, recent
from core.evidence.unit_conversions import UnitConversion, conversions_from
from core.results import FeatureFacts

SAME_FACTOR: Final = 0.05
"""Quantiles whose ratios to the usual differ by no more than this were all scaled by one factor."""
MEDIAN: Final = 3
"""Place of the median among the quantiles of `FeatureFacts`."""
INNER: Final = (1, 2, 3, 4, 5)
"""Places of the quantiles at 5, 25, 50, 75 and 95 %."""


def against_recent(
    day: dt.date, today: list[float], known: Mapping[dt.date, list[float]], level: float
) -> list[Comparison]:
    """Each inner quantile against the same of the recent days."""
    return [
        compare(today[at], recent({d: q[at] for d, q in known.items()}, day), day, level=level)
        for at in INNER
    ]


def mistaken_unit(
    day: dt.date,
    today: FeatureFacts,
    known: Mapping[dt.date, list[float]],
    span: tuple[float, float],
    fits: float,
) -> UnitConversion | None:
    """The unit in which each of today's quantiles would fit with at least this p-value.

    A day whose values from 5 to 95 % all lie beyond every recent row cannot be in the usual unit:
    there any unit will do in which the median is a value that occurred.
    """
    lowest, highest = span
    quantiles = today.quantiles or []
    none_possible = quantiles[INNER[-1]] < lowest or quantiles[INNER[0]] > highest
    for conversion in conversions_from(today.unit):
        back = [conversion.back(value) for value in quantiles]
        ordinary = all(found.fit >= fits for found in against_recent(day, back, known, fits))
        if ordinary or (none_possible and lowest <= back[MEDIAN] <= highest):
            return conversion
    return None


def common_factor(against: list[Comparison]) -> float | None:
    """The one factor by which all quantiles lie off what is usual, if it is one."""
    ratios = [found.value / found.usual for found in against if found.value and found.usual]
    if len(ratios) < len(INNER) or min(ratios) <= 0:
        return None
    return statistics.median(ratios) if max(ratios) / min(ratios) <= 1 + SAME_FACTOR else None
