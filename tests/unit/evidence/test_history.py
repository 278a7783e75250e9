from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evidence.history import LEAST_DAYS, Past, Standing, compare, recent

MONDAY = dt.date(2024, 3, 4)
LEVEL = 0.001


def past(values: list[float], *, weekdays: bool = False) -> Past:
    """The days right before Monday, 4 March, oldest first."""
    first = MONDAY - dt.timedelta(days=len(values))
    days = {first + dt.timedelta(days=n): value for n, value in enumerate(values)}
    return recent(days, MONDAY, weekdays=weekdays)


def steady(days: int = 28, *, seed: int = 1) -> list[float]:
    dice = random.Random(seed)
    return [dice.gauss(10.0, 1.0) for _ in range(days)]


def test_a_value_like_the_others_is_ordinary() -> None:
    found = compare(10.5, past(steady()), MONDAY, level=LEVEL)
    assert found.standing is Standing.ORDINARY
    assert found.usual == pytest.approx(10.0, abs=0.5)
    assert found.days == 28


@pytest.mark.parametrize(("value", "standing"), [(20.0, Standing.HIGH), (0.0, Standing.LOW)])
def test_a_value_far_from_the_others_is_out_on_its_side(value: float, standing: Standing) -> None:
    found = compare(value, past(steady()), MONDAY, level=LEVEL)
    assert found.standing is standing
    assert found.p_value is not None
    assert found.p_value < LEVEL


def test_two_weeks_are_enough_history_and_a_day_less_is_not() -> None:
    enough = compare(30.0, past(steady(LEAST_DAYS)), MONDAY, level=LEVEL)
    short = compare(30.0, past(steady(LEAST_DAYS - 1)), MONDAY, level=LEVEL)
    assert enough.standing is Standing.HIGH
    assert short.standing is Standing.NO_HISTORY
    assert short.usual is None


@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf")])
def test_a_day_without_the_quantity_is_not_judged(nothing: float | None) -> None:
    assert compare(nothing, past(steady()), MONDAY, level=LEVEL).standing is Standing.NO_VALUE


def test_a_quantity_that_never_moves_rings_only_from_the_minimum_on() -> None:
    still = past([0.0] * 28)
    trifle = compare(0.02, still, MONDAY, level=LEVEL, minimum=0.1)
    much = compare(0.11, still, MONDAY, level=LEVEL, minimum=0.1)
    assert trifle.standing is Standing.ORDINARY
    assert much.standing is Standing.HIGH


def test_what_a_recent_day_has_seen_too_is_not_out_of_the_ordinary() -> None:
    values = [*steady(27), 30.0]
    assert compare(29.0, past(values), MONDAY, level=LEVEL).standing is Standing.ORDINARY
    assert compare(31.0, past(values), MONDAY, level=LEVEL).standing is Standing.HIGH


def test_days_older_than_four_weeks_and_the_day_itself_do_not_count() -> None:
    days = {MONDAY - dt.timedelta(days=n): float(n) for n in range(60)}
    assert sorted(recent(days, MONDAY).values.values()) == [float(n) for n in range(1, 29)]


def test_a_sunday_is_compared_with_sundays_where_weekdays_have_their_own_levels() -> None:
    dice = random.Random(3)
    sunday = MONDAY - dt.timedelta(days=1)
    days = {
        sunday - dt.timedelta(days=n): dice.gauss(50.0 if n % 7 == 0 else 100.0, 1.0)
        for n in range(1, 29)
    }
    quiet = compare(100.0, recent(days, sunday, weekdays=True), sunday, level=LEVEL)
    usual = compare(50.0, recent(days, sunday, weekdays=True), sunday, level=LEVEL)
    assert usual.standing is Standing.ORDINARY
    assert usual.usual == pytest.approx(50.0, abs=1.0)
    # 100 is what every other day has: no recent day was exceeded, yet it is not a Sunday's.
    assert quiet.p_value is not None
    assert quiet.p_value < LEVEL


@pytest.mark.proof
def test_ordinary_days_are_called_out_no_more_often_than_asked(proving: bool) -> None:
    """Normal days at 1 %: the robust spread, known from 28 days, is paid for in full."""
    dice = random.Random(7)
    runs = 20_000 if proving else 2_000
    out = sum(
        compare(
            dice.gauss(0, 1), past([dice.gauss(0, 1) for _ in range(28)]), MONDAY, level=0.01
        ).standing.is_out
        for _ in range(runs)
    )
    assert out <= 0.013 * runs


@given(st.lists(st.floats(-1e6, 1e6), min_size=14, max_size=28), st.floats(-1e6, 1e6))
def test_any_history_gives_a_judgement_with_its_reason(values: list[float], value: float) -> None:
    found = compare(value, past(values), MONDAY, level=LEVEL)
    assert found.standing in {Standing.ORDINARY, Standing.HIGH, Standing.LOW}
    assert found.p_value is not None
    assert 0.0 <= found.p_value <= 1.0


@given(st.lists(st.floats(-5, 5), min_size=LEAST_DAYS, max_size=28), st.floats(-20, 20))
def test_a_day_is_out_exactly_where_it_lies_outside_of_what_is_ordinary(
    values: list[float], value: float
) -> None:
    found = compare(value, past(values), MONDAY, level=0.05, minimum=0.5)
    assert found.ordinary is not None
    low, high = found.ordinary
    assert found.standing.is_out is not (low <= value <= high)
