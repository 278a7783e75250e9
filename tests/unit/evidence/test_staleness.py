"""Production is old by the series' own custom, and without one after five weeks."""

from __future__ import annotations

import datetime as dt

import pytest

from core.day_result import DayResult
from core.evidence.staleness import AT_LEAST, WITHOUT_CUSTOM, Stale, stale
from core.spans import ONE_DAY
from tests.unit.reports.samples import DAY, result, version


def served(*versions: int) -> list[DayResult]:
    """The days up to `DAY`, and which version scored each."""
    first = DAY - (len(versions) - 1) * ONE_DAY
    return [result(first + n * ONE_DAY, production=each) for n, each in enumerate(versions)]


def of_age(days: int, results: list[DayResult], *, heard: int = 1) -> Stale | None:
    """To a reader who heard last so many days before."""
    trained = DAY - days * ONE_DAY
    serving = version(9, day=trained.isoformat())
    return stale(DAY, results, serving, heard=DAY - heard * ONE_DAY)


def test_where_nobody_replaced_any_five_weeks_are_too_long() -> None:
    frozen = served(*[9] * 60)
    assert of_age(WITHOUT_CUSTOM, frozen) is None
    found = of_age(WITHOUT_CUSTOM + 1, frozen)
    assert found == Stale(9, DAY - 36 * ONE_DAY, 36, None, is_news=True)


def test_a_series_has_the_custom_of_its_own_replacements() -> None:
    every_ten_days = served(*[5] * 10, *[6] * 10, *[7] * 10, *[9] * 30)
    assert of_age(20, every_ten_days) is None
    found = of_age(21, every_ten_days)
    assert found is not None
    assert found.usual == 10


def test_one_that_is_replaced_daily_is_not_old_within_a_week() -> None:
    daily = served(1, 2, 3, 4, 5, 9, 9, 9, 9, 9, 9)
    assert of_age(AT_LEAST, daily) is None
    assert of_age(AT_LEAST + 1, daily) is not None


@pytest.mark.parametrize(("age", "is_news"), [(36, True), (37, False), (42, False), (43, True)])
def test_it_is_news_when_it_becomes_so_and_every_week(age: int, *, is_news: bool) -> None:
    found = of_age(age, served(9, 9))
    assert found is not None
    assert found.is_news is is_news


@pytest.mark.parametrize(
    ("age", "is_news"), [(36, True), (38, True), (39, False), (43, True), (45, True), (46, False)]
)
def test_a_reader_hears_it_on_the_first_morning_after_a_weekend(age: int, *, is_news: bool) -> None:
    found = of_age(age, served(9, 9), heard=3)
    assert found is not None
    assert found.is_news is is_news


def test_without_a_day_of_its_own_its_registration_counts() -> None:
    day = dt.date(2013, 8, 30)
    found = stale(day, served(9, 9), version(9), heard=day - ONE_DAY)
    assert found is not None
    assert found.day == dt.date(2013, 6, 29)


def test_nothing_that_serves_is_not_old() -> None:
    assert stale(DAY, served(9, 9), None, heard=DAY - ONE_DAY) is None
