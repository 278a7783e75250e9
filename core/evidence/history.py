"""One quantity of a day against its own recent days: is it out of the ordinary?

Days differ far more than a day's rows tell, so the yardstick of a day is other days. The centre is
the median of the recent days, the spread their median absolute deviation from it, both hard to move
by a few strange days. A day is judged as a further draw: z = (value - median) / (spread * √(1 +
π/2n)), against Student's t with 0.37 n - 1 degrees of freedom, because a median absolute deviation
knows of the true spread only what 0.37 n values would tell by their standard deviation.

Sources: P. J. Rousseeuw, C. Croux, Alternatives to the Median Absolute Deviation, JASA 88 (1993),
1273-1283 (its consistency factor 1.4826 and efficiency 37 %); the median's variance π σ²/2n is in
every text on order statistics.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from scipy import special, stats

RECENT_DAYS: Final = 28
"""Days before the day judged that it is compared with: four whole weeks."""
LEAST_DAYS: Final = 14
"""Fewer known days than this are not enough history to call anything out of the ordinary."""
LEAST_SAME_WEEKDAYS: Final = 3
"""Same weekdays among the recent days, without which a weekday's own level is not known."""
CONSISTENCY: Final = 1.4826
"""Median absolute deviation times this estimates the standard deviation of a normal quantity."""
EFFICIENCY: Final = 0.37
"""Of the median absolute deviation, relative to the standard deviation, for a normal quantity."""
WEEKDAY_LEVEL: Final = 0.01
"""The p-value of a Mann-Whitney test below which a weekday has a level of its own."""


class Standing(enum.StrEnum):
    """How a day's value stands against the recent days."""

    ORDINARY = "ordinary"
    HIGH = "high"
    LOW = "low"
    NO_HISTORY = "not enough history"
    """Fewer than `LEAST_DAYS` recent days have the quantity."""
    FEW_LIKE_IT = "cannot tell: a known day, too few like it"
    """Of a holiday or a noted day: fewer than `LEAST_DAYS` days like it have the quantity."""
    NO_VALUE = "no value"
    """The day itself does not have the quantity."""

    @property
    def is_out(self) -> bool:
        """Whether the value is out of the ordinary."""
        return self in {Standing.HIGH, Standing.LOW}


@dataclass(frozen=True)
class Past:
    """The recent days of one quantity: those that have it, by day."""

    values: Mapping[dt.date, float]
    weekdays: bool = False
    """Whether weekdays may have levels of their own, as traffic has and weather has not."""
    of_known_days: bool = False
    """Whether these are not the recent days, but the days that a holiday or a noted day is like."""

    @property
    def days(self) -> int:
        """How many days have the quantity."""
        return len(self.values)

    def like(self, day: dt.date) -> tuple[float, ...]:
        """The values of the days that a day is like: those of its level."""
        own = self._levels.get(day.weekday())
        return self._levels[None] if own is None else own

    def centre(self, day: dt.date) -> float:
        """What is usual for a day."""
        return statistics.median(self.like(day))

    @cached_property
    def spread(self) -> float:
        """The robust standard deviation of days around what is usual for them."""
        gaps = [abs(value - self.centre(day)) for day, value in self.values.items()]
        return CONSISTENCY * statistics.median(gaps)

    @property
    def degrees_of_freedom(self) -> float:
        """Of the spread; every further level costs what it takes to know it."""
        return max(1.0, EFFICIENCY * (self.days - len(self._levels) + 1) - 1.0)

    @cached_property
    def _levels(self) -> dict[int | None, tuple[float, ...]]:
        """Values by weekday where a weekday has a level of its own; below None the other days'."""
        by_weekday: dict[int, list[float]] = {}
        for day, value in self.values.items():
            by_weekday.setdefault(day.weekday(), []).append(value)
        own = [w for w, values in by_weekday.items() if self._stands_out(w, values)]
        rest = tuple(value for day, value in self.values.items() if day.weekday() not in own)
        return {None: rest, **{weekday: tuple(by_weekday[weekday]) for weekday in own}}

    def _stands_out(self, weekday: int, values: list[float]) -> bool:
        others = [value for day, value in self.values.items() if day.weekday() != weekday]
        if not self.weekdays or len(values) < LEAST_SAME_WEEKDAYS or len(others) < LEAST_DAYS:
            return False
        return bool(stats.mannwhitneyu(values, others).pvalue < WEEKDAY_LEVEL)


@dataclass(frozen=True)
class Comparison:
    """A day's value against its past."""

    standing: Standing
    value: float | None
    past: Past
    usual: float | None = None
    """The centre of the past; None without enough history."""
    p_value: float | None = None
    """Two-sided, of a value so far from the usual on an ordinary day."""
    ordinary: tuple[float, float] | None = None
    """From the least to the greatest value of an ordinary day; None without enough history."""

    @property
    def days(self) -> int:
        """How many days it was compared with."""
        return self.past.days

    @property
    def fit(self) -> float:
        """How well the value fits the recent days: its p-value, 1 where nothing is known."""
        return 1.0 if self.p_value is None else self.p_value


def recent(values: Mapping[dt.date, float], day: dt.date, *, weekdays: bool = False) -> Past:
    """The `RECENT_DAYS` calendar days before a day, as far as they have the quantity."""
    first = day - dt.timedelta(days=RECENT_DAYS)
    kept = {d: value for d, value in sorted(values.items()) if first <= d < day}
    return Past(kept, weekdays)


def compare(
    value: float | None, past: Past, day: dt.date, *, level: float, minimum: float = 0.0
) -> Comparison:
    """Judge a day's value: out of the ordinary is what is rare, and beyond every day like it.

    Args:
        value: The day's; None or not finite where it has none.
        past: The recent days.
        day: The day judged, for its weekday.
        level: The share of ordinary days that may be called out of the ordinary.
        minimum: The least distance from the usual that matters, in the quantity's own unit. Days
            whose spread is smaller are taken to spread as far as makes just this distance rare, so
            that a quantity that never moves does not ring for a trifle.
    """
    if value is None or not math.isfinite(value):
        return Comparison(Standing.NO_VALUE, None, past)
    if past.days < LEAST_DAYS:
        short = Standing.FEW_LIKE_IT if past.of_known_days else Standing.NO_HISTORY
        return Comparison(short, value, past)
    usual = past.centre(day)
    distance = value - usual
    freedom = past.degrees_of_freedom
    like = past.like(day)
    spread = past.spread * math.sqrt(1.0 + math.pi / (2 * len(like)))
    limit = -float(special.stdtrit(freedom, level / 2))
    least = minimum / limit
    spread = max(spread, least)
    if spread == 0.0:
        p_value = 1.0 if distance == 0.0 else 0.0
    else:
        p_value = 2 * float(special.stdtr(freedom, -abs(distance) / spread))
    standing = Standing.ORDINARY
    beyond = not min(like) <= value <= max(like)
    if p_value < level and beyond and abs(distance) >= minimum:
        standing = Standing.HIGH if distance > 0 else Standing.LOW
    width = limit * spread
    ordinary = (min(*like, usual - width), max(*like, usual + width))
    return Comparison(standing, value, past, usual, p_value, ordinary)


def rank_from_worst(value: float, others: Sequence[float], *, higher_is_better: bool) -> int:
    """1 where no other day was worse, 2 where one was, and so on."""
    worse = (other < value if higher_is_better else other > value for other in others)
    return 1 + sum(worse)
