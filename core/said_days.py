"""Days as people say them: `2013-06-28`, `06-28` of the year that is meant, or `昨日`."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from core.commands import normalise
from core.spans import ONE_DAY

_WORDS: Final = {
    "yesterday": -ONE_DAY,
    "昨日": -ONE_DAY,
    "today": 0 * ONE_DAY,
    "今日": 0 * ONE_DAY,
    "tomorrow": ONE_DAY,
    "明日": ONE_DAY,
}
_DATE: Final = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?|(?P<whole>\d{8})"
)
_WITHOUT_YEAR: Final = re.compile(r"(?P<month>\d{1,2})[-/月](?P<day>\d{1,2})日?")
_YEARS: Final = (-1, 0, 1)
"""Years around today's in which a day without a year is looked for."""


def reads_as_day(text: str) -> bool:
    """Whether a person means a day by it, past or not, one that there is or not."""
    plain = normalise(text).lower()
    return plain in _WORDS or bool(_DATE.fullmatch(plain) or _WITHOUT_YEAR.fullmatch(plain))


def days_meant(text: str, *, today: dt.date) -> tuple[dt.date, ...]:
    """The days that a person may mean, earliest first.

    Args:
        text: Such as `2013-06-28`, `2013/6/28`, `20130628`, `6月28日`, `06-28`, `yesterday` or
            `昨日`; full-width digits too.
        today: The day that it is.

    Returns:
        One day, or without a year those of the years around today's; none where it reads as no
        day, or there is none such as 2013-02-30.
    """
    plain = normalise(text).lower()
    if plain in _WORDS:
        return (today + _WORDS[plain],)
    if match := _WITHOUT_YEAR.fullmatch(plain):
        years = [today.year + years for years in _YEARS]
        return _dates(years, int(match["month"]), int(match["day"]))
    match = _DATE.fullmatch(plain)
    if match is None:
        return ()
    if match["whole"]:
        return _dates([int(plain[:4])], int(plain[4:6]), int(plain[6:]))
    return _dates([int(match["year"])], int(match["month"]), int(match["day"]))


def nearest(text: str, *, today: dt.date) -> dt.date | None:
    """Of the days that a person may mean the one nearest to today."""
    meant = days_meant(text, today=today)
    return min(meant, key=lambda each: abs(each - today), default=None)


def _dates(years: list[int], month: int, day: int) -> tuple[dt.date, ...]:
    found = []
    for year in years:
        try:
            found.append(dt.date(year, month, day))
        except ValueError:  # 29 February is not in every year
            continue
    return tuple(found)
