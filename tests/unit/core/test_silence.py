"""Which days in a row have no results, where some weekdays never have any."""

from __future__ import annotations

import datetime as dt

from core.silence import days_without
from core.spans import ONE_DAY

FRIDAY = dt.date(2013, 6, 28)


def days(first: dt.date, number: int, *, weekends: bool = True) -> set[dt.date]:
    found = (first + each * ONE_DAY for each in range(number))
    return {day for day in found if weekends or day.weekday() < 5}


def test_the_days_in_a_row_go_back_to_the_last_that_is_known() -> None:
    known = days(FRIDAY - 20 * ONE_DAY, 18)
    assert days_without(known, FRIDAY) == (FRIDAY - 2 * ONE_DAY, FRIDAY - ONE_DAY, FRIDAY)


def test_a_known_day_ends_them_at_once() -> None:
    assert days_without(days(FRIDAY, 1), FRIDAY) == ()


def test_before_the_first_known_day_nothing_is_missing() -> None:
    assert days_without(set(), FRIDAY) == ()
    assert days_without({FRIDAY + ONE_DAY}, FRIDAY) == ()


def test_a_weekend_that_never_has_results_neither_counts_nor_ends_them() -> None:
    known = days(FRIDAY - 32 * ONE_DAY, 32, weekends=False)
    monday = FRIDAY + 3 * ONE_DAY
    assert days_without(known, monday) == (FRIDAY, monday)
    assert days_without({*known, FRIDAY}, FRIDAY + 2 * ONE_DAY) == ()


def test_the_weekdays_of_a_long_silence_are_still_expected() -> None:
    known = days(FRIDAY - 60 * ONE_DAY, 25)
    assert len(days_without(known, FRIDAY)) == 36
