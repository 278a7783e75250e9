from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from core.evidence.memory import memory
from core.evidence.over_days import (
    FOUND_IN_30_ALIKE_DAYS,
    FOUND_IN_30_DAYS,
    Answer,
    DailyDifference,
    OverDays,
    Reason,
    daily_differences,
    over_days,
)
from core.evidence.scored import FloatArray
from core.results import CANDIDATE, PRODUCTION
from tests.unit.evidence.scored_days import day_facts, model_rows

FIRST = dt.date(2013, 6, 1)
MORNINGS = 30
PAIRS = 200


def daily(values: Sequence[float] | FloatArray) -> list[DailyDifference]:
    return [
        DailyDifference(FIRST + dt.timedelta(days=number), float(value))
        for number, value in enumerate(values)
    ]


def plain_evidence(wins: float, losses: float) -> float:
    """The bets on each share of better days, mixed by Beta(3, 3), as an integral."""
    mixed, _ = integrate.quad(
        lambda p: (2 * p) ** wins * (2 - 2 * p) ** losses * stats.beta(3, 3).pdf(p), 0, 1
    )
    return float(mixed)


@settings(max_examples=30)
@given(wins=st.integers(1, 40), losses=st.integers(0, 40))
def test_the_p_value_is_that_of_the_mixed_bets(wins: int, losses: int) -> None:
    found = over_days(daily([-1.0] * wins + [1.0] * losses))
    share = found.effective_days / found.days
    expected = min(1.0, 1 / plain_evidence(wins * share, losses * share))
    assert found.p_value == pytest.approx(expected, rel=1e-6)


def test_the_same_winner_every_day_is_named_and_the_loser_too() -> None:
    random = np.random.default_rng(1)
    lower = daily(-random.uniform(0.01, 0.02, 30))
    assert over_days(lower).answer is Answer.BETTER
    assert over_days(lower, lower_is_better=False).answer is Answer.WORSE
    assert over_days(lower).reason is Reason.MOST_DAYS
    assert over_days(lower).more_days is None


def test_too_few_days_say_how_many_more_it_takes() -> None:
    random = np.random.default_rng(2)
    values = -random.uniform(0.01, 0.02, 60)
    found = over_days(daily(values[:5]))
    assert (found.answer, found.reason) == (Answer.CANNOT_TELL_YET, Reason.TOO_FEW_DAYS)
    assert found.more_days is not None
    needed = next(n for n in range(5, 60) if over_days(daily(values[:n])).answer is Answer.BETTER)
    assert 5 + found.more_days == pytest.approx(needed, abs=6)


def test_days_that_go_both_ways_do_not_decide() -> None:
    found = over_days(daily([0.1, -0.1, 0.2, -0.2] * 10))
    assert (found.answer, found.reason) == (Answer.CANNOT_TELL_YET, Reason.BOTH_WAYS)
    assert found.more_days is None
    assert found.better_days == 20


def test_no_days_and_no_difference_are_told_apart() -> None:
    assert over_days([]).reason is Reason.NO_DAYS
    assert over_days(daily([math.nan, math.inf])).reason is Reason.NO_DAYS
    same = over_days(daily([0.0] * 30))
    assert (same.answer, same.reason) == (Answer.CANNOT_TELL_YET, Reason.NO_DIFFERENCE)


def test_one_storm_counts_as_one_day() -> None:
    stormy = -np.random.default_rng(9).uniform(0.01, 0.02, 30)
    stormy[15] = 50.0
    assert over_days(daily(stormy)).answer is Answer.BETTER
    assert float(np.mean(stormy)) > 0


@settings(max_examples=50)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=60))
def test_neither_order_nor_scale_matters(values: list[float]) -> None:
    days = daily(values)
    assert over_days(days[::-1]) == over_days(days)
    scaled = over_days(daily([8 * value for value in values]))
    assert (scaled.answer, scaled.p_value) == (over_days(days).answer, over_days(days).p_value)


@settings(max_examples=50)
@given(st.lists(st.integers(-100, 100), min_size=8, max_size=60, unique=True))
def test_the_interval_holds_what_the_test_does_not_reject(values: list[int]) -> None:
    found = over_days(daily(values))
    for end, outwards in ((found.low, -0.5), (found.high, 0.5)):
        if end is not None:
            outside = over_days(daily([value - (end + outwards) for value in values]))
            inside = over_days(daily([value - (end - outwards) for value in values]))
            assert outside.p_value <= 0.05 < inside.p_value


def test_a_missing_day_is_no_neighbour() -> None:
    values = np.sin(np.arange(40.0))
    days = [FIRST + dt.timedelta(days=n) for n in range(40)]
    apart = [FIRST + dt.timedelta(days=2 * n) for n in range(40)]
    assert memory(values, days).neighbours == pytest.approx(0.53, abs=0.03)
    assert memory(values, apart).neighbours == 0.0


def test_neighbours_correlate_as_spearman_has_it() -> None:
    values = alike_days(np.random.default_rng(3), 400, 0.5)
    days = [FIRST + dt.timedelta(days=n) for n in range(400)]
    expected = stats.spearmanr(values[:-1], values[1:]).statistic
    assert memory(values, days).neighbours == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("correlation", "truth"), [(0.0, 1.0), (0.35, 1.69), (0.6, 2.9)])
def test_inflation_is_about_that_of_the_signs(correlation: float, truth: float) -> None:
    random = np.random.default_rng(4)
    sums = [np.sign(alike_days(random, 400, correlation)).sum() for _ in range(300)]
    assert np.var(sums) / 400 == pytest.approx(truth, rel=0.25)
    days = [FIRST + dt.timedelta(days=n) for n in range(400)]
    found = np.median(
        [memory(alike_days(random, 400, correlation), days).inflation for _ in range(20)]
    )
    assert found == pytest.approx(truth, rel=0.2)


def test_differences_are_taken_from_facts_in_either_direction() -> None:
    random = np.random.default_rng(5)
    rows = model_rows(random, 200)
    other = model_rows(random, 200)
    worse = type(rows)(rows.labels, other.scores, rows.weights)
    facts = [day_facts(rows, worse, day=FIRST + dt.timedelta(days=n)) for n in range(3)]
    ours = daily_differences(facts, CANDIDATE, PRODUCTION, "log_loss")
    theirs = daily_differences(facts, PRODUCTION, CANDIDATE, "log_loss")
    assert [each.day for each in ours] == [FIRST + dt.timedelta(days=n) for n in range(3)]
    assert [each.value for each in ours] == [-each.value for each in theirs]
    assert ours[0].value < 0
    assert daily_differences(facts, CANDIDATE, "challenger-7", "log_loss") == []


# How often it errs and how often it finds, with thirty looks at days like real ones.


def storms(random: np.random.Generator, days: int) -> FloatArray:
    return random.standard_t(3, days)


def alike_days(random: np.random.Generator, days: int, correlation: float) -> FloatArray:
    """A first-order memory whose shocks have heavy tails."""
    shocks = storms(random, days + 50)
    for day in range(1, days + 50):
        shocks[day] += correlation * shocks[day - 1]
    return shocks[50:]


def weeks_alike(random: np.random.Generator, days: int) -> FloatArray:
    """Neighbours correlate by 0.32, days a week apart by 0.16."""
    slow = random.standard_normal(days + 100)
    for day in range(1, days + 100):
        slow[day] += 0.89 * slow[day - 1]
    fast = storms(random, days) / math.sqrt(3)
    return math.sqrt(0.64) * fast + math.sqrt(0.36 * (1 - 0.89**2)) * slow[100:]


def ever_different(values: FloatArray) -> bool:
    looks = (over_days(daily(values[:day])) for day in range(1, MORNINGS + 1))
    return any(look.answer is not Answer.CANNOT_TELL_YET for look in looks)


def robust_deviation_of(draw: Callable[[np.random.Generator], FloatArray]) -> float:
    many = np.concatenate([draw(np.random.default_rng(seed)) for seed in range(300)])
    return float(stats.median_abs_deviation(many, scale="normal"))


def pairs_called(
    draw: Callable[[np.random.Generator], FloatArray], *, planted: float, seed: int, pairs: int
) -> int:
    """Pairs called different at any look; `planted` in robust standard deviations."""
    random = np.random.default_rng(seed)
    shift = planted * robust_deviation_of(draw) if planted else 0.0
    return sum(ever_different(draw(random) + shift) for _ in range(pairs))


def independent(random: np.random.Generator) -> FloatArray:
    return alike_days(random, MORNINGS, 0.0)


def stormier(random: np.random.Generator) -> FloatArray:
    """Storms without a variance, as those of retrained models on real flights come close to."""
    return random.standard_t(2, MORNINGS)


def alike(random: np.random.Generator) -> FloatArray:
    return alike_days(random, MORNINGS, 0.35)


@pytest.mark.proof
@pytest.mark.parametrize("draw", [independent, stormier, alike])
def test_equal_models_are_called_different_in_few_pairs(
    draw: Callable[[np.random.Generator], FloatArray], proving: bool
) -> None:
    pairs = 2000 if proving else PAIRS
    called = pairs_called(draw, planted=0.0, seed=6, pairs=pairs)
    assert called <= (int(stats.binom.ppf(0.99, pairs, 0.05)) if proving else 18)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("draw", "planted"),
    [
        (independent, FOUND_IN_30_DAYS),
        (stormier, FOUND_IN_30_DAYS),
        (alike, FOUND_IN_30_ALIKE_DAYS),
    ],
)
def test_a_difference_of_the_size_that_is_claimed_is_found_in_most_pairs(
    draw: Callable[[np.random.Generator], FloatArray], planted: float, proving: bool
) -> None:
    pairs = 2000 if proving else PAIRS
    called = pairs_called(draw, planted=planted, seed=7, pairs=pairs)
    assert called >= (0.9 * pairs - 3 * math.sqrt(0.09 * pairs) if proving else 170)


@pytest.mark.proof
def test_a_memory_of_weeks_misleads_it_as_often_as_the_docs_say(proving: bool) -> None:
    pairs = 2000 if proving else PAIRS // 2

    def draw(random: np.random.Generator) -> FloatArray:
        return weeks_alike(random, MORNINGS)

    assert 0.08 * pairs <= pairs_called(draw, planted=0.0, seed=8, pairs=pairs) <= 0.22 * pairs


def test_an_answer_carries_what_its_sentence_needs() -> None:
    found: OverDays = over_days(daily(np.linspace(-0.02, 0.001, 30)))
    assert found.first_day == FIRST
    assert found.last_day == FIRST + dt.timedelta(days=29)
    assert found.days == 30
    assert 1 <= found.effective_days <= 30
    assert found.deviation is not None
    assert found.week_correlation is not None
