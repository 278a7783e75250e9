from __future__ import annotations

import datetime as dt
import random

import pytest

from core.evidence.columns import BrokenColumn, ColumnFault, Levels, broken_columns
from core.results import FeatureFacts

TODAY = dt.date(2024, 3, 4)
LEVEL = 0.0005
CELSIUS = 5 / 9


def numeric(
    centre: float, *, width: float = 10.0, missing: float = 0.0, unit: str | None = "°F"
) -> FeatureFacts:
    """A day's temperatures in °F around a centre."""
    reach = (-2.0, -1.5, -0.7, 0.0, 0.7, 1.5, 2.0)
    return FeatureFacts(
        name="temp",
        kind="numeric",
        missing=missing,
        distinct=24,
        unit=unit,
        quantiles=[centre + width * each for each in reach],
    )


def categorical(*names: str, distinct: int | None = None) -> FeatureFacts:
    shares = {name: 1 / len(names) for name in names}
    return FeatureFacts(
        name="carrier",
        kind="categorical",
        missing=0.0,
        distinct=distinct or len(names),
        shares=shares,
    )


def days_before(facts: list[FeatureFacts]) -> dict[dt.date, FeatureFacts]:
    first = TODAY - dt.timedelta(days=len(facts))
    return {first + dt.timedelta(days=n): each for n, each in enumerate(facts)}


def spring(days: int = 28, *, missing: float = 0.0) -> dict[dt.date, FeatureFacts]:
    dice = random.Random(5)
    return days_before([numeric(dice.gauss(60.0, 6.0), missing=missing) for _ in range(days)])


def in_celsius(facts: FeatureFacts) -> FeatureFacts:
    assert facts.quantiles is not None
    return facts.model_copy(update={"quantiles": [(q - 32) * CELSIUS for q in facts.quantiles]})


def found(
    today: FeatureFacts, past: dict[dt.date, FeatureFacts], *, series: int = 1
) -> list[BrokenColumn]:
    levels = Levels(check=LEVEL / series, share=1 / series)
    return broken_columns(TODAY, today, past, levels=levels)


def test_a_day_like_the_others_shows_nothing() -> None:
    assert found(numeric(63.0), spring()) == []


def test_a_hot_day_is_weather_and_no_fault() -> None:
    assert found(numeric(84.0), spring()) == []


def test_an_empty_column_is_named_with_what_is_usual() -> None:
    (broken,) = found(numeric(60.0, missing=1.0), spring(missing=0.02))
    assert broken.fault is ColumnFault.EMPTY
    assert broken.value == 1.0
    assert broken.usual == pytest.approx(0.02)
    assert broken.days == 28


def test_few_values_that_are_all_the_same_are_not_stuck() -> None:
    few = numeric(60.0, width=0.0, missing=0.8).model_copy(update={"distinct": 1})
    assert found(few, spring(missing=0.8)) == []


def test_a_column_that_was_empty_before_is_not_empty_anew() -> None:
    past = spring()
    past[TODAY - dt.timedelta(days=20)] = numeric(60.0, missing=1.0)
    assert found(numeric(60.0, missing=1.0), past) == []


def test_a_fault_is_still_one_on_its_second_day() -> None:
    past = spring()
    for n in (1, 2):
        past[TODAY - dt.timedelta(days=n)] = in_celsius(numeric(60.0))
    (broken,) = found(in_celsius(numeric(62.0)), past)
    assert broken.fault is ColumnFault.UNIT
    assert broken.days == 26


def test_a_quarter_more_missing_than_ever_is_named() -> None:
    (broken,) = found(numeric(60.0, missing=0.4), spring(missing=0.1))
    assert broken.fault is ColumnFault.MISSING_MORE
    assert broken.highest == pytest.approx(0.1)
    assert found(numeric(60.0, missing=0.3), spring(missing=0.1)) == []


def test_a_stuck_column_is_named_unless_it_was_so_before() -> None:
    stuck = numeric(61.0, width=0.0).model_copy(update={"distinct": 1})
    (broken,) = found(stuck, spring())
    assert broken.fault is ColumnFault.STUCK
    assert broken.value == 61.0
    past = spring()
    past[TODAY - dt.timedelta(days=25)] = stuck
    assert found(stuck, past) == []


def test_celsius_where_the_manifest_says_fahrenheit_is_named_as_such() -> None:
    (broken,) = found(in_celsius(numeric(66.0)), spring())
    assert broken.fault is ColumnFault.UNIT
    assert broken.conversion is not None
    assert broken.conversion.new == "°C"


def test_without_a_unit_in_the_manifest_a_moved_column_gets_no_guess() -> None:
    assert found(in_celsius(numeric(60.0, unit=None)), spring()) == []
    (broken,) = found(numeric(6000.0, unit=None), spring())
    assert broken.fault is ColumnFault.MOVED


def test_a_steady_column_scaled_by_one_factor_is_named_with_the_factor() -> None:
    dice = random.Random(2)
    past = days_before(
        [numeric(900 + dice.gauss(0, 8), width=100 + dice.gauss(0, 1)) for _ in range(28)]
    )
    miles = numeric(905.0, width=100.0)
    assert miles.quantiles is not None
    kilometres = miles.model_copy(update={"quantiles": [1.609344 * q for q in miles.quantiles]})
    (unnamed,) = found(kilometres.model_copy(update={"unit": None}), past)
    assert unnamed.fault is ColumnFault.UNIT
    assert unnamed.factor == pytest.approx(1.609, abs=0.03)
    (named,) = found(kilometres.model_copy(update={"unit": "mi"}), past)
    assert named.conversion is not None
    assert named.conversion.new == "km"


def test_renamed_categories_are_named_both_ways() -> None:
    past = days_before([categorical("AA", "DL", "UA") for _ in range(28)])
    (broken,) = found(categorical("aa", "DL", "ua"), past)
    assert broken.fault is ColumnFault.RENAMED
    assert broken.value == pytest.approx(2 / 3)
    assert broken.new == ("aa", "ua")
    assert broken.vanished == ("AA", "UA")


def test_a_new_category_of_few_rows_is_no_fault() -> None:
    names = [f"C{n}" for n in range(19)]
    past = days_before([categorical(*names) for _ in range(28)])
    assert found(categorical(*names, "NEW"), past) == []


def test_thirteen_days_are_too_few_to_call_anything_broken() -> None:
    assert found(numeric(60.0, missing=1.0), spring(13)) == []


def test_a_column_that_is_often_nearly_empty_rings_less_where_many_series_share_a_channel() -> None:
    """That none of 28 days was empty says 1 in 29; twelve series may not each ring that often."""
    dice = random.Random(3)
    past = days_before([numeric(60.0, missing=dice.uniform(0.5, 0.98)) for _ in range(28)])
    today = numeric(60.0, missing=1.0)
    assert [each.fault for each in found(today, past)] == [ColumnFault.EMPTY]
    assert found(today, past, series=12) == []


def test_a_column_that_is_never_empty_rings_with_any_number_of_series() -> None:
    (broken,) = found(numeric(60.0, missing=1.0), spring(missing=0.02), series=100)
    assert broken.fault is ColumnFault.EMPTY


def test_a_column_that_brings_new_values_every_day_is_not_renamed() -> None:
    """Such as campaigns: how many are usually new, the recent days say."""
    kept = tuple(f"C{n}" for n in range(10))
    days = [categorical(*kept, f"new-{n}", f"newer-{n}") for n in range(29)]
    assert found(days[-1], days_before(days[:-1])) == []
    (broken,) = found(categorical(*(f"c{n}" for n in range(12))), days_before(days[:-1]))
    assert broken.fault is ColumnFault.RENAMED
    assert broken.usual == pytest.approx(1 / 6)
