"""Days in a row without results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set as AbstractSet
from typing import Final

from core.spans import ONE_DAY

A_WEEK: Final = 7 * ONE_DAY


def days_without(known: AbstractSet[dt.date], last: dt.date) -> tuple[dt.date, ...]:
    """The days in a row without results of which `last` is the newest, oldest first.

    A weekday on which the series never has any, such as the Sundays of one that runs on working
    days, is none of them and ends nothing. Before the first known day nothing is missing.

    Args:
        known: Days with results.
        last: A day.
    """
    first = min(known, default=last + ONE_DAY)
    found: list[dt.date] = []
    day = last
    while day > first and day not in known:
        if _is_expected(day, known, first):
            found.append(day)
        day -= ONE_DAY
    return tuple(reversed(found))


def _is_expected(day: dt.date, known: AbstractSet[dt.date], first: dt.date) -> bool:
    """Whether its weekday had results before, as far as anything is known of it."""
    weeks = range(1, (day - first) // A_WEEK + 1)
    return not weeks or any(day - week * A_WEEK in known for week in weeks)
