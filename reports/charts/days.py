"""The days that a trend shows: every calendar day has its place, also the one without results."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.evidence.history import RECENT_DAYS
from core.evidence.judged import Judged
from core.evidence.known_days import NOTHING_KNOWN, KnownDays
from core.evidence.leading import leader, leading, metrics_of_leader
from core.evidence.verdict import Verdict
from core.messages import Sentence, say
from core.results import CANDIDATE, PRODUCTION, REFERENCE, Interval
from core.spans import ONE_DAY
from reports.series import Series

DAYS: Final = RECENT_DAYS + 1
"""Those that the last one is judged by, and the last itself."""
FEWEST_DAYS: Final = 7
"""Days that have a place, however few are known."""
_ROLES: Final = {
    PRODUCTION: say("production"),
    REFERENCE: say("the reference"),
    CANDIDATE: say("the newest model"),
}
_OF_ANY: Final = say("the day's model")


@dataclass(frozen=True)
class Day:
    """One day of a trend."""

    day: dt.date
    found: Interval | None
    """None: the day has no results, or not this metric."""
    beside: float | None = None
    """Of the other model, on the same rows; None where it did not score them."""
    refused: bool = False
    """Whether the gate said no."""
    unlike: bool = False
    """Whether it is known to be unlike others: a holiday, or noted by people."""


@dataclass(frozen=True)
class Trend:
    """One metric, day after day without a gap in the calendar."""

    metric: str
    days: tuple[Day, ...]
    model: Sentence
    """Whose it is on the last day."""
    beside: Sentence
    """Which model is drawn beside it."""
    judged: Judged | None = None
    """How the last day stands; None where nobody judged it."""
    changed: bool = False
    """Whether it is another model's on some days, as before anything was in production."""

    @property
    def drawn(self) -> Sentence:
        """Whose the days are, in a legend."""
        return _OF_ANY if self.changed else self.model

    @property
    def known(self) -> tuple[tuple[dt.date, Interval], ...]:
        """The days that have a value."""
        return tuple((each.day, each.found) for each in self.days if each.found)


def of_leader(
    results: Iterable[DayResult], verdict: Verdict, known: KnownDays = NOTHING_KNOWN
) -> Trend:
    """The days before a verdict and its own: the leading model, the reference beside it.

    Args:
        results: Every day that is known.
        verdict: Of the last day.
        known: Which days are known to be unlike others.
    """
    first = verdict.day - (DAYS - 1) * ONE_DAY
    by_day = {each.day: each for each in results if first <= each.day <= verdict.day}
    judged = verdict.headline
    metric = judged.metric if judged else _led(by_day)
    begin = min([*by_day, verdict.day - (FEWEST_DAYS - 1) * ONE_DAY])
    days = (begin + n * ONE_DAY for n in range((verdict.day - begin).days + 1))
    return Trend(
        metric=metric,
        days=tuple(
            dataclasses.replace(_day(day, by_day.get(day), metric), unlike=known.is_known(day))
            for day in days
        ),
        model=_called(by_day),
        beside=_ROLES[REFERENCE],
        judged=judged,
        changed=len({_role(result) for result in by_day.values()}) > 1,
    )


def of_series(series: Series) -> Trend:
    """A series as it stands: each day's own model, production beside it."""
    days = (Day(each.day, each.found, each.production) for each in series.points[-DAYS:])
    return Trend(series.metric, tuple(days), _OF_ANY, _ROLES[PRODUCTION])


def _led(by_day: dict[dt.date, DayResult]) -> str:
    """The metric that led the last day that has one."""
    for day in sorted(by_day, reverse=True):
        if metrics := leading(by_day[day]):
            return metrics[0]
    return ""


def _called(by_day: dict[dt.date, DayResult]) -> Sentence:
    role = _role(by_day[max(by_day)]) if by_day else None
    return _ROLES.get(role or "", say("the model"))


def _role(result: DayResult) -> str | None:
    model = leader(result)
    return model.role if model else None


def _day(day: dt.date, result: DayResult | None, metric: str) -> Day:
    if result is None:
        return Day(day, None)
    found = metrics_of_leader(result).get(metric)
    refused = result.gate is not None and not result.gate.passed
    return Day(
        day,
        found if found and math.isfinite(found.value) else None,
        _reference(result, metric),
        refused,
    )


def _reference(result: DayResult, metric: str) -> float | None:
    model = result.model(REFERENCE)
    if model is None or model is leader(result) or metric not in model.metrics:
        return None
    value = model.metrics[metric].value
    return value if math.isfinite(value) else None
