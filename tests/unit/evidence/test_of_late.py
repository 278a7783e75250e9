"""A quantity of late against what it was before, with a truth that was planted."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Sequence

import numpy as np
import pytest

from core.evidence.alarms import ALARMS_A_DAY
from core.evidence.history import Comparison, Standing
from core.evidence.of_late import DAYS, LATE, of_late
from core.evidence.scored import FloatArray

FIRST = dt.date(2024, 1, 1)
ALIKE = 0.35
"""Correlation of neighbouring days."""
SHARE = ALARMS_A_DAY / 90
"""A chart's share of the budget, among 14 columns and three models."""
LONG_BEFORE = 90
"""Days without a decay, before one begins."""


def judged(
    values: Sequence[float] | FloatArray, *, level: float = SHARE, minimum: float = 0.01
) -> Comparison:
    """The last of consecutive days."""
    days = {FIRST + dt.timedelta(days=n): float(value) for n, value in enumerate(values)}
    return of_late(days, max(days), level=level, minimum=minimum)


def alike_days(
    random: np.random.Generator, days: int, *, tails: int | None = None, alike: float = ALIKE
) -> FloatArray:
    """Days of which neighbours correlate, in deviations; with heavy tails, Student's t."""
    size = days + 50
    shocks = random.standard_normal(size) if tails is None else random.standard_t(tails, size)
    values = np.zeros(size)
    for n in range(1, size):
        values[n] = alike * values[n - 1] + shocks[n]
    found: FloatArray = values[50:] * np.sqrt(1 - alike**2)
    return found


def decaying(random: np.random.Generator, a_day: float, days: int) -> FloatArray:
    """Days that lose so many deviations a day once `LONG_BEFORE` have passed."""
    lost = np.maximum(0, np.arange(LONG_BEFORE + days) - LONG_BEFORE + 1) * a_day
    found: FloatArray = alike_days(random, LONG_BEFORE + days) + lost
    return found


def found_after(values: FloatArray, *, level: float = SHARE) -> int | None:
    """On which day of the decay it is first named."""
    for n in range(LONG_BEFORE, len(values)):
        if judged(values[n + 1 - DAYS : n + 1], level=level).standing is Standing.HIGH:
            return n + 1 - LONG_BEFORE
    return None


def test_a_slow_decay_is_named_with_what_it_came_to_and_what_it_was() -> None:
    random = np.random.default_rng(1)
    found = judged(decaying(random, 0.1, 40))
    assert found.standing is Standing.HIGH
    assert found.value is not None
    assert found.usual is not None
    assert found.value - found.usual > 1
    assert found.days == DAYS - LATE


def test_one_storm_does_not_ring_and_neither_do_two() -> None:
    days = alike_days(np.random.default_rng(2), DAYS)
    days[-2:] = 40.0
    assert judged(days).standing is Standing.ORDINARY


def test_what_was_mended_is_not_told_on() -> None:
    days = decaying(np.random.default_rng(1), 0.1, 40)
    assert judged(np.append(days, 0.0)).standing is Standing.ORDINARY


def test_what_never_moved_has_to_move_by_what_matters() -> None:
    steady = [0.0] * LATE
    assert judged([*steady, *[0.009] * LATE]).standing is Standing.ORDINARY
    assert judged([*steady, *[0.02] * LATE]).standing is Standing.HIGH
    assert judged([*steady, *[-0.02] * LATE]).standing is Standing.LOW


@pytest.mark.parametrize("days", [13, LATE + 13])
def test_without_two_weeks_before_those_of_late_nobody_knows_what_was_usual(days: int) -> None:
    assert judged([0.0] * days).standing is Standing.NO_HISTORY


def test_a_missing_day_is_no_neighbour_and_a_day_without_a_value_is_not_judged() -> None:
    values = alike_days(np.random.default_rng(3), DAYS)
    days = {FIRST + dt.timedelta(days=n): float(v) for n, v in enumerate(values) if n % 3}
    last = max(days)
    assert of_late(days, last, level=SHARE, minimum=0.01).standing is Standing.ORDINARY
    missing = of_late(days, last + dt.timedelta(days=1), level=SHARE, minimum=0.01)
    assert missing.standing is Standing.NO_VALUE


@pytest.mark.proof
@pytest.mark.parametrize("tails", [None, 3], ids=["normal", "heavy tails"])
def test_days_without_a_change_ring_no_more_often_than_their_level(
    tails: int | None, proving: bool
) -> None:
    """At most the 99 % binomial limit of the level; the days have the memory that is presumed."""
    random = np.random.default_rng(4)
    windows, level, most = (20_000, 0.005, 123) if proving else (600, 0.05, 43)
    found = [judged(alike_days(random, DAYS, tails=tails), level=level) for _ in range(windows)]
    beyond = sum(each.p_value is not None and each.p_value < level for each in found)
    rang = sum(each.standing.is_out for each in found)
    print(f"tails {tails}: {beyond} of {windows} beyond at {level:.1%}, {rang} rang")
    assert beyond <= most


@pytest.mark.proof
@pytest.mark.parametrize(("a_day", "within"), [(0.05, 90), (0.07, 60), (0.1, 45)])
def test_a_planted_decay_is_found(a_day: float, within: int, proving: bool) -> None:
    """In so many days, in nine of ten; the docs name how many days it takes in the middle."""
    random = np.random.default_rng(5)
    runs = 200 if proving else 5
    found = [found_after(decaying(random, a_day, within)) for _ in range(runs)]
    known = [days if days is not None else within + 1 for days in found]
    print(f"{a_day} a day: median {statistics.median(known)}, {sum(d is not None for d in found)}")
    assert sum(days is not None for days in found) >= (0.85 * runs if proving else runs - 1)
