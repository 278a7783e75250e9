"""Days as people write them into the values of parameters."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/._]?)(\d\d)\2(\d\d)(?!\d)")
_TIME: Final = r"(?:[T-][\d:.-]+)?"
"""As it stands behind a day: `T06:00:00`, or `-06-00-00-123` as SageMaker's SDK writes it."""
_MOMENT: Final = re.compile(_DAY.pattern + _TIME)


def day_in(text: str) -> dt.date | None:
    """The one day that a parameter's value names, such as `2013-06-28` or `s3://…/20130628/`."""
    days = {_day(match) for match in _DAY.finditer(text)} - {None}
    return days.pop() if len(days) == 1 else None


def told_from(day: dt.date, text: str) -> str:
    """A parameter's value with each day in it as a number of days from this one.

    Of two runs whose parameter moved on with the day it is the same.
    """

    def distance(match: re.Match[str]) -> str:
        found = _day(match)
        return match[0] if found is None else f"{(found - day).days:+}"

    return _MOMENT.sub(distance, text)


def _day(match: re.Match[str]) -> dt.date | None:
    """None for 2013-13-41, which is a number of something else."""
    try:
        return dt.date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None
