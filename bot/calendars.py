"""Public holidays of a country, from the library `holidays`."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Final

from core.evidence.known_days import Holiday
from core.messages import LANGUAGES

ENGLISH: Final = "en"
REGION: Final = "-"
"""Stands between a country and its region."""


def require_calendar(code: str) -> str:
    """A country's code of ISO 3166, such as `US`, or with one of its regions, such as `DE-BY`.

    Raises:
        ValueError: there is no such calendar.
    """
    if code.endswith(REGION):
        raise ValueError(code)
    try:
        _of_year(code, 2000)
    except NotImplementedError as error:  # the library's word for a country or region it has not
        raise ValueError(code) from error
    return code


def holidays_between(code: str, first: dt.date, last: dt.date) -> dict[dt.date, Holiday]:
    """The public holidays from a first to a last day.

    Args:
        code: As `require_calendar` takes it.
        first: The first day.
        last: The last one.
    """
    return {
        day: holiday
        for year in range(first.year, last.year + 1)
        for day, holiday in sorted(_of_year(code, year).items())
        if first <= day <= last
    }


@functools.lru_cache(maxsize=64)
def _of_year(code: str, year: int) -> Mapping[dt.date, Holiday]:
    from holidays import country_holidays  # a third of a second, for those who name a calendar

    country, _, region = code.partition(REGION)

    def named(language: str | None) -> Mapping[dt.date, str]:
        return country_holidays(country, subdiv=region or None, years=year, language=language)

    known = country_holidays(country, subdiv=region or None).supported_languages
    ours = {each: _spoken(each, known) for each in LANGUAGES}
    names = {each: named(language) for each, language in ours.items() if language}
    return {
        day: Holiday(
            names[ENGLISH][day] if ENGLISH in names else name,
            {language: of_days[day] for language, of_days in names.items()},
        )
        for day, name in named(None).items()
    }


def _spoken(language: str, known: tuple[str, ...]) -> str | None:
    """How the library calls a language that the calendar has: `en_US`, `en_GB`, `ja`."""
    return next((each for each in known if each.partition("_")[0] == language), None)
