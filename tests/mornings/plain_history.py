"""A number among the days before it, plainly: is it out of the ordinary?"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from scipy.stats import mannwhitneyu, t

LEAST = 14
"""Days without which there is not enough history."""


@dataclass(frozen=True)
class Stands:
    """A day's number beside those of the days before; weekdays may have a level of their own."""

    value: float
    before: Mapping[dt.date, float]
    day: dt.date
    weekdays: bool = False

    @property
    def past(self) -> list[float]:
        """The days' numbers."""
        return list(self.before.values())

    @property
    def usual(self) -> float:
        """Their median, of the days that this one is like."""
        return statistics.median(self._like(self.day))

    @property
    def fit(self) -> float:
        """Two-sided p of a further draw; median, median absolute deviation, Student's t."""
        if self._spread == 0:
            return float(self.value == self.usual)
        return float(2 * t.sf(abs(self.value - self.usual) / self._spread, self._freedom))

    @property
    def is_out(self) -> bool:
        """Whether it is out of the ordinary: rare, and beyond every day that it is like."""
        like = self._like(self.day)
        beyond = self.value < min(like) or self.value > max(like)
        return len(self.past) >= LEAST and beyond and self.fit < 0.05

    @property
    def is_high(self) -> bool:
        """Whether it is above the usual."""
        return self.value > self.usual

    @property
    def ordinary(self) -> tuple[float, float]:
        """From the least to the greatest number that would not be out of the ordinary."""
        like = self._like(self.day)
        width = float(t.ppf(0.975, self._freedom)) * self._spread
        return min(*like, self.usual - width), max(*like, self.usual + width)

    @property
    def _spread(self) -> float:
        """Of a further draw: the days' own spread, and how well their median is known."""
        gaps = [abs(n - statistics.median(self._like(day))) for day, n in self.before.items()]
        known = 1 + math.pi / (2 * len(self._like(self.day)))
        return 1.4826 * statistics.median(gaps) * math.sqrt(known)

    @property
    def _freedom(self) -> float:
        return max(1.0, 0.37 * (len(self.past) - len(self._apart)) - 1)

    def _like(self, day: dt.date) -> list[float]:
        """Numbers of the days that a day is like."""
        if day.weekday() in self._apart:
            return self._of(day.weekday())
        return [n for each, n in self.before.items() if each.weekday() not in self._apart]

    @cached_property
    def _apart(self) -> set[int]:
        """Weekdays that have a level of their own."""
        return {day for day in range(7) if self.weekdays and self._is_apart(day)}

    def _is_apart(self, weekday: int) -> bool:
        own = self._of(weekday)
        others = [n for day, n in self.before.items() if day.weekday() != weekday]
        known = len(own) >= 3 and len(others) >= LEAST
        return known and bool(mannwhitneyu(own, others).pvalue < 0.01)

    def _of(self, weekday: int) -> list[float]:
        return [n for day, n in self.before.items() if day.weekday() == weekday]
