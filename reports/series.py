"""One metric over days: every calendar day has its place, also the one without results."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from core.day_result import DayResult
from core.evidence.leading import metrics_of_leader
from core.results import PRODUCTION, Interval
from core.spans import ONE_DAY

MEAN_DAYS: Final = 7
"""Calendar days of the moving mean, the day itself included."""
LEAST_DAYS: Final = 3
"""Days with results that a moving mean needs."""
MOST_DAYS: Final = 61
"""Days that a series goes back at most."""


@dataclass(frozen=True)
class Point:
    """One day of a series."""

    day: dt.date
    found: Interval | None
    """None: the day has no results, or not this metric."""
    production: float | None = None
    """Of the version that was production then, on the same rows; None where it did not score
    them, or where it is what `found` describes."""


@dataclass(frozen=True)
class Series:
    """One metric, day after day without a gap in the calendar."""

    metric: str
    points: tuple[Point, ...]

    def at(self, day: dt.date) -> Point | None:
        """The point of a day inside the series."""
        place = (day - self.points[0].day).days if self.points else -1
        return self.points[place] if 0 <= place < len(self.points) else None

    def known(self, day: dt.date) -> tuple[float, ...]:
        """The values of the seven calendar days that end with this one."""
        days = (self.at(day - back * ONE_DAY) for back in range(MEAN_DAYS))
        return tuple(point.found.value for point in days if point and point.found)

    def mean(self, day: dt.date) -> float | None:
        """Their mean; None where too few of the days have results."""
        known = self.known(day)
        return fmean(known) if len(known) >= LEAST_DAYS else None

    @property
    def missing(self) -> tuple[dt.date, ...]:
        """Days inside the series without a value."""
        return tuple(point.day for point in self.points if point.found is None)


def series(results: Iterable[DayResult], metric: str, last: dt.date) -> Series:
    """One metric of each run's own model, from the first day with results to `last`."""
    return _series(results, metric, last, _point)


def leaders_series(results: Iterable[DayResult], metric: str, last: dt.date) -> Series:
    """The same of the models that the days' verdicts are of."""
    return _series(results, metric, last, _leaders_point)


def _series(
    results: Iterable[DayResult],
    metric: str,
    last: dt.date,
    point: Callable[[dt.date, DayResult | None, str], Point],
) -> Series:
    by_day = {result.day: result for result in results if result.day <= last}
    if not by_day:
        return Series(metric, ())
    first = max(min(by_day), last - (MOST_DAYS - 1) * ONE_DAY)
    days = (first + n * ONE_DAY for n in range((last - first).days + 1))
    return Series(metric, tuple(point(day, by_day.get(day), metric) for day in days))


def production_value(result: DayResult, metric: str) -> float | None:
    """Production's metric on the rows of the day, unless it is the day's subject itself."""
    model = result.model(PRODUCTION)
    if model is None or model is result.subject or metric not in model.metrics:
        return None
    return _finite(model.metrics[metric].value)


def _point(day: dt.date, result: DayResult | None, metric: str) -> Point:
    if result is None:
        return Point(day, None)
    found = result.interval(metric)
    if found is None or _finite(found.value) is None:
        return Point(day, None)
    return Point(day, found, production_value(result, metric))


def _leaders_point(day: dt.date, result: DayResult | None, metric: str) -> Point:
    return Point(day, metrics_of_leader(result).get(metric) if result else None)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
