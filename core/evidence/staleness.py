"""Has production served longer than this series usually lets a version serve?

A model learns from days that recede: one that nobody replaces grows old without any morning on
which it breaks. How old is too old is the series' own custom where it has one. No test of chance is
behind it: when people replace a model is their decision, and the rule only says that they have not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from core.day_result import DayResult
from core.domain import ModelVersion
from core.lineage import DAY
from core.results import PRODUCTION

AT_LEAST: Final = 7
"""Days below which no model is old, however often it is replaced."""
WITHOUT_CUSTOM: Final = 35
"""Days after which a model is old where the days known show no custom: who replaces it every month
hears nothing."""
LEAST_SPELLS: Final = 2
"""Spells from one replacement to the next that make a custom."""
TOO_LONG: Final = 2
"""How many times the longest of them is too long."""
REMINDED: Final = 7
"""Days after which it is news again."""


@dataclass(frozen=True)
class Stale:
    """Production is older than usual."""

    version: int
    day: dt.date
    """The day that it was trained for; when it was registered, where that is not kept."""
    age: int
    """Days from then to the day of the report."""
    usual: int | None
    """The longest that a version served until it was replaced; None where there is no custom."""
    is_news: bool
    """Whether it has become so since the reader heard last, or it is a week more by now."""


def stale(
    day: dt.date, results: Iterable[DayResult], serving: ModelVersion | None, *, heard: dt.date
) -> Stale | None:
    """Whether production is older than usual; None where it is not, or nothing serves.

    Args:
        day: The day of the report.
        results: The days known, its own among them, in any order.
        serving: The version that serves.
        heard: The day before it of which the reader heard last.
    """
    if serving is None:
        return None
    spells = _spells(result for result in results if result.day <= day)
    usual = max(spells) if len(spells) >= LEAST_SPELLS else None
    limit = WITHOUT_CUSTOM if usual is None else max(AT_LEAST, TOO_LONG * usual)
    trained = _trained_for(serving)
    age = (day - trained).days
    if age <= limit:
        return None
    is_news = _marks(age - limit) > _marks((heard - trained).days - limit)
    return Stale(serving.version, trained, age, usual, is_news)


def _marks(over: int) -> int:
    """How often it has been news that a model is so many days over its limit."""
    return max(0, (over - 1) // REMINDED + 1)


def _spells(results: Iterable[DayResult]) -> list[int]:
    """How many days each version served that came and went within the days known."""
    scored = sorted((each.day, model) for each in results if (model := _production(each)))
    replaced = [now for (_, old), (now, new) in pairwise(scored) if old != new]
    return [(later - earlier).days for earlier, later in pairwise(replaced)]


def _production(result: DayResult) -> int | None:
    model = result.model(PRODUCTION)
    return model.version if model else None


def _trained_for(version: ModelVersion) -> dt.date:
    try:
        return dt.date.fromisoformat(version.metadata.get(DAY, ""))
    except ValueError:
        return version.created.date()
