"""The tests of rows against a truth that is known, because it was planted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from core.evidence.difference import Difference, Finding
from core.evidence.difference_of_days import TESTED, between_days
from core.evidence.difference_of_models import between_models
from core.evidence.scored import FloatArray, Scored
from core.results import CANDIDATE, PRODUCTION
from tests.unit.evidence.scored_days import day_facts, day_result

PAIRED = ("auc", "log_loss", "normalised_entropy", "mean_score", "accuracy")
NULL_ROWS = (500, 350)
LEAST_POWER = 0.85
PILOT_ROWS = 100_000

Compared = dict[str, Difference]


def likely(random: np.random.Generator, odds: FloatArray) -> FloatArray:
    return (random.random(len(odds)) < 1 / (1 + np.exp(-odds))).astype(np.float64)


def scored(labels: FloatArray, odds: FloatArray) -> Scored:
    return Scored(labels, 1 / (1 + np.exp(-odds)), np.ones(len(labels)))


def usual_day(random: np.random.Generator, rows: int) -> Scored:
    odds = -0.8 + random.standard_normal(rows)
    return scored(likely(random, odds), odds)


def worse_day(random: np.random.Generator, rows: int) -> Scored:
    """More positives; a model that ranks them worse and is too sure of them."""
    odds = -0.5 + random.standard_normal(rows)
    return scored(likely(random, odds), 0.4 + odds + 0.9 * random.standard_normal(rows))


def two_days(days: tuple[Scored, Scored]) -> Compared:
    day, before = (day_result(day_facts(each)) for each in days)
    return {metric: between_days(day, before, metric) for metric in TESTED}


def equal_models(random: np.random.Generator, rows: int) -> tuple[Scored, Scored]:
    """Two models that see the truth through noise of the same size."""
    odds = -0.8 + random.standard_normal(rows)
    labels = likely(random, odds)
    one, other = (odds + 0.5 * random.standard_normal(rows) for _ in range(2))
    return scored(labels, one), scored(labels, other)


def unequal_models(random: np.random.Generator, rows: int) -> tuple[Scored, Scored]:
    odds = -0.8 + random.standard_normal(rows)
    labels = likely(random, odds)
    return scored(labels, odds), scored(labels, 0.2 + odds + random.standard_normal(rows))


def two_models(models: tuple[Scored, Scored]) -> Compared:
    facts = day_facts(*models)
    return {metric: between_models(facts, CANDIDATE, PRODUCTION, metric) for metric in PAIRED}


def called(found: list[Difference]) -> int:
    assert all(each.finding is not Finding.CANNOT_TELL for each in found)
    return sum(each.finding is Finding.DIFFERENT for each in found)


@pytest.mark.proof
def test_no_change_between_days_is_called_one_as_seldom_as_claimed(proving: bool) -> None:
    random, pairs = np.random.default_rng(1), 2000 if proving else 200
    found = [
        two_days((usual_day(random, NULL_ROWS[0]), usual_day(random, NULL_ROWS[1])))
        for _ in range(pairs)
    ]
    for metric in TESTED:
        assert called([each[metric] for each in found]) <= most_by_chance(pairs), metric


@pytest.mark.proof
def test_no_change_between_models_is_called_one_as_seldom_as_claimed(proving: bool) -> None:
    random, pairs = np.random.default_rng(2), 2000 if proving else 200
    found = [two_models(equal_models(random, NULL_ROWS[0])) for _ in range(pairs)]
    for metric in PAIRED:
        assert called([each[metric] for each in found]) <= most_by_chance(pairs), metric


@pytest.mark.proof
@pytest.mark.parametrize("metric", TESTED)
def test_a_planted_change_between_days_is_found(metric: str, proving: bool) -> None:
    random = np.random.default_rng(3)
    pilot = two_days((worse_day(random, PILOT_ROWS), usual_day(random, PILOT_ROWS)))[metric]
    rows = rows_for_ninety_percent(pilot)

    def compare() -> Difference:
        return two_days((worse_day(random, rows), usual_day(random, rows)))[metric]

    assert share_found(compare, 1000 if proving else 60) >= least_power(proving)


@pytest.mark.proof
@pytest.mark.parametrize("metric", PAIRED)
def test_a_planted_change_between_models_is_found(metric: str, proving: bool) -> None:
    random = np.random.default_rng(4)
    rows = rows_for_ninety_percent(two_models(unequal_models(random, PILOT_ROWS))[metric])

    def compare() -> Difference:
        return two_models(unequal_models(random, rows))[metric]

    assert share_found(compare, 1000 if proving else 60) >= least_power(proving)


def most_by_chance(pairs: int) -> int:
    """The 99 % limit of a test that errs in 5 % of cases: 123 of 2,000."""
    return int(stats.binom.ppf(0.99, pairs, 0.05))


def least_power(proving: bool) -> float:
    """With 60 pairs a test that finds 90 % falls below 85 % too often by chance."""
    return LEAST_POWER if proving else 0.8


def rows_for_ninety_percent(pilot: Difference) -> int:
    """So many rows that the pilot's difference is the one they show in 90 % of cases."""
    assert pilot.value is not None
    assert pilot.detectable is not None
    on_log_scale = pilot.scale.name == "RATIO"
    value, shown = (np.log(v) if on_log_scale else v for v in (pilot.value, pilot.detectable))
    return int(np.ceil(PILOT_ROWS * (shown / value) ** 2))


def share_found(compare: Callable[[], Difference], pairs: int) -> float:
    return called([compare() for _ in range(pairs)]) / pairs
