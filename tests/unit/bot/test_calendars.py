from __future__ import annotations

import datetime as dt

import pytest

from bot.calendars import holidays_between, require_calendar

YEAR = (dt.date(2013, 1, 1), dt.date(2013, 12, 31))


def test_the_holidays_of_a_country_between_two_days_both_counted() -> None:
    found = holidays_between("US", dt.date(2013, 7, 4), dt.date(2013, 12, 25))
    assert found[dt.date(2013, 7, 4)].name == "Independence Day"
    assert [day.isoformat() for day in found] == [
        "2013-07-04",
        "2013-09-02",
        "2013-10-14",
        "2013-11-11",
        "2013-11-28",
        "2013-12-25",
    ]


def test_they_are_called_in_our_languages_as_far_as_the_calendar_has_them() -> None:
    marine = holidays_between("JP", *YEAR)[dt.date(2013, 7, 15)]
    assert (marine.called("ja"), marine.called("en")) == ("海の日", "Marine Day")
    independence = holidays_between("US", *YEAR)[dt.date(2013, 7, 4)]
    assert independence.called("ja") == "Independence Day"


def test_a_region_has_holidays_of_its_own_and_years_end_nothing() -> None:
    epiphany = dt.date(2013, 1, 6)
    assert epiphany in holidays_between("DE-BY", *YEAR)
    assert epiphany not in holidays_between("DE", *YEAR)
    across = holidays_between("DE", dt.date(2012, 12, 26), dt.date(2013, 1, 1))
    assert list(across) == [dt.date(2012, 12, 26), dt.date(2013, 1, 1)]


@pytest.mark.parametrize("code", ["XX", "us", "US-QQ", "DE-"])
def test_a_calendar_of_nowhere_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=code):
        require_calendar(code)
