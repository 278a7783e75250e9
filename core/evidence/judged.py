"""One leading metric of a day: its value, how it stands among other days, and the day before.

Two questions are kept apart. That a value is out of the ordinary (against the 28 days before, at
5 %, and beyond all of them) is said of the day and rings nowhere. That it differs from the day
before's is said of the two days' rows alone.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.evidence.difference import Difference, Reason, cannot_tell
from core.evidence.difference_of_days import between_days
from core.evidence.history import Comparison, compare, rank_from_worst
from core.evidence.known_days import NOTHING_KNOWN, KnownDays, yardstick
from core.evidence.leading import Direction, badness, bounds, direction, leader, metrics_of_leader
from core.results import Interval

LEVEL: Final = 0.05
"""The share of ordinary days that may be told as out of the ordinary."""
RANKED_DAYS: Final = 60
"""Days among which a value is ranked, the day itself counted."""


@dataclass(frozen=True)
class Rank:
    """A day's place among the days known, at most `RANKED_DAYS`, itself counted."""

    from_worst: int
    """1 where no other day was worse."""
    from_best: int
    days: int


@dataclass(frozen=True)
class Judged:
    """A metric with all that is said of it."""

    metric: str
    direction: Direction
    """Which way it is worse."""
    found: Interval
    """The day's, with the interval of its rows."""
    comparison: Comparison
    """Against the days that the day is like; of a ratio on the scale of logarithms."""
    lowest: float | None
    highest: float | None
    """Of these days; None where there are none."""
    rank: Rank | None
    """None where nobody knows which way is worse, or no other day is known."""
    before: float | None
    """The day before's value."""
    difference: Difference
    """From the day before, by the two days' rows alone."""

    @property
    def is_out(self) -> bool:
        """Whether it is out of the ordinary."""
        return self.comparison.standing.is_out

    @property
    def ordinary(self) -> tuple[float, float] | None:
        """From the least to the greatest value of an ordinary day; None without enough history."""
        found = self.comparison.ordinary
        if found is None:
            return None
        if direction(self.metric) is Direction.ONE_IS_BEST:
            return math.exp(found[0]), math.exp(found[1])
        least, most = bounds(self.metric)
        return max(least, found[0]), min(most, found[1])

    @property
    def is_worse(self) -> bool:
        """Whether it is worse than usual; False too where nobody knows."""
        usual = self.comparison.usual
        if usual is None:
            return False
        usual = math.exp(usual) if self.direction is Direction.ONE_IS_BEST else usual
        bad, usually = badness(self.direction, self.found.value), badness(self.direction, usual)
        return bad is not None and usually is not None and bad > usually


def judge(
    today: DayResult,
    history: Mapping[dt.date, DayResult],
    metric: str,
    known: KnownDays = NOTHING_KNOWN,
) -> Judged:
    """Judge a metric that the day's leader has.

    Args:
        today: The day.
        history: Earlier days of the series.
        metric: Its name.
        known: Which days are known to be unlike others.
    """
    found = metrics_of_leader(today)[metric]
    way = direction(metric, today.run.better)
    values = {
        day: of_leader[metric].value
        for day, result in history.items()
        if metric in (of_leader := metrics_of_leader(result))
    }
    before = today.day - dt.timedelta(days=1)
    past = yardstick(values, today.day, known).values.values()
    return Judged(
        metric=metric,
        direction=way,
        found=found,
        comparison=_against_its_like(metric, found.value, values, today.day, known),
        lowest=min(past, default=None),
        highest=max(past, default=None),
        rank=_rank(way, found.value, _kept(values, known), today.day),
        before=values.get(before),
        difference=since(today, history.get(before), metric),
    )


def since(today: DayResult, before: DayResult | None, metric: str) -> Difference:
    """Whether the rows of two days show a difference of the leader, in the same role on both."""
    model = leader(today)
    if before is None:
        return cannot_tell(metric, Reason.NOT_SCORED)
    if model is None or before.facts is None:
        return cannot_tell(metric, Reason.NO_STATISTICS)
    return between_days(today, before, metric, role=model.role)


def _against_its_like(
    metric: str, value: float, values: Mapping[dt.date, float], day: dt.date, known: KnownDays
) -> Comparison:
    """A metric against the days that the day is like, a ratio by its logarithm."""
    if direction(metric) is not Direction.ONE_IS_BEST:
        return compare(value, yardstick(values, day, known), day, level=LEVEL)
    logarithms = {each: math.log(found) for each, found in values.items() if found > 0}
    own = math.log(value) if value > 0 else None
    return compare(own, yardstick(logarithms, day, known), day, level=LEVEL)


def _kept(values: Mapping[dt.date, float], known: KnownDays) -> dict[dt.date, float]:
    return {day: value for day, value in values.items() if not known.is_left_out(day)}


def _rank(
    way: Direction, value: float, values: Mapping[dt.date, float], day: dt.date
) -> Rank | None:
    first = day - dt.timedelta(days=RANKED_DAYS - 1)
    others = [badness(way, known) for each, known in values.items() if first <= each < day]
    known = [each for each in others if each is not None]
    own = badness(way, value)
    if own is None or not known:
        return None
    return Rank(
        from_worst=rank_from_worst(own, known, higher_is_better=False),
        from_best=rank_from_worst(own, known, higher_is_better=True),
        days=len(known) + 1,
    )
