from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evidence.factors import factor
from core.evidence.what_matters import ENOUGH, FEWEST_TRIALS, Answer, WhatMatters, what_matters
from tests.unit.evidence.experiments import Tried, experiment

ROUNDS = 199


def asked(tried: Tried) -> WhatMatters:
    return what_matters(tried.metric, tried.factors, tried.days, rounds=ROUNDS)


def names(found: WhatMatters) -> list[str]:
    return [each.factor.name for each in found.effects]


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), trials=st.integers(60, 150), days=st.integers(1, 6))
def test_what_was_planted_is_found_and_where_it_is_best(seed: int, trials: int, days: int) -> None:
    found = asked(experiment(seed, trials=trials, days=days, rate=1.0, kind=3.0))
    assert found.answer is Answer.FOUND
    assert set(names(found)) >= {"p0", "p2"}
    effects = {each.factor.name: each for each in found.effects}
    best = effects["p0"].highest.at
    assert isinstance(best, float)
    assert math.exp(-4) < best < math.exp(-1), "planted at exp(-2.5), on a scale of orders"
    assert effects["p2"].highest.at == "b"


@pytest.mark.parametrize("heavy", [False, True])
def test_pure_noise_is_hardly_ever_called_important(heavy: bool) -> None:
    """At a level of 5 %, 11 or more of 80 would come once in 1,500."""
    draws = [experiment(seed, parameters=12, heavy=heavy) for seed in range(80)]
    assert sum(bool(asked(each).effects) for each in draws) < 11


def test_noise_in_300_parameters_is_no_more_called_important() -> None:
    draws = [experiment(seed, trials=40, parameters=300) for seed in range(8)]
    assert sum(bool(asked(each).effects) for each in draws) < 4


def test_one_of_300_parameters_is_found() -> None:
    found = asked(experiment(5, trials=120, parameters=300, rate=1.0))
    assert names(found)[0] == "p0"


def test_the_interval_holds_the_importance_as_often_as_it_says() -> None:
    """Among the values that were tried. At 95 %, 12 or more misses of 100 come once in 250."""
    shares = []
    for luck in range(100):
        found = asked(experiment(1, days=2, parameters=3, rate=0.7, kind=1.5, luck=luck))
        shares += [each.importance for each in found.effects if each.factor.name == "p0"]
    assert len(shares) > 95
    truth = float(np.mean([each.value for each in shares]))
    missed = [each for each in shares if not (each.low or 0) <= truth <= (each.high or 0)]
    assert len(missed) < 12


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10**6),
    scale=st.floats(1e-3, 1e3),
    shift=st.floats(-1e3, 1e3),
    harder=st.floats(-1e3, 1e3),
)
def test_neither_units_nor_how_hard_a_day_was_change_the_answer(
    seed: int, scale: float, shift: float, harder: float
) -> None:
    tried = experiment(seed, rate=0.7, kind=1.5)
    moved = [
        scale * value + shift + (harder if day == tried.days[0] else 0.0)
        for value, day in zip(tried.metric, tried.days, strict=True)
    ]
    plain, other = asked(tried), asked(dataclasses.replace(tried, metric=moved))
    assert names(plain) == names(other)
    for each, same in zip(plain.effects, other.effects, strict=True):
        assert each.importance.value == pytest.approx(same.importance.value, abs=1e-6)
        assert scale * each.swing == pytest.approx(same.swing, rel=1e-4, abs=1e-6)


def test_a_parameter_that_only_moved_from_day_to_day_is_not_taken_for_the_cause() -> None:
    tried = experiment(3, trials=80, days=4, parameters=2)
    with_day = factor("Window", [30.0 + 10 * int(day[-1]) for day in tried.days])
    found = asked(dataclasses.replace(tried, factors=[*tried.factors, with_day]))
    assert "Window" in found.hardly_varied
    assert not found.effects


def test_what_moved_together_is_named_together() -> None:
    tried = experiment(4, parameters=3, rate=1.0)
    same = factor("Twin", [3 * float(str(value)) for value in tried.factors[0].values])
    found = asked(dataclasses.replace(tried, factors=[*tried.factors, same]))
    (effect,) = found.effects
    assert {effect.factor.name, *effect.alike} == {"p0", "Twin"}
    assert not {"p0", "Twin"} & set(found.not_seen)


def test_too_few_trials_are_no_answer_and_say_how_many_more() -> None:
    few = asked(experiment(0, trials=FEWEST_TRIALS - 3, days=1))
    assert (few.answer, few.more_trials) == (Answer.NOT_ENOUGH, 3)
    some = asked(experiment(0, trials=16, days=1))
    assert some.answer is Answer.NOT_ENOUGH
    assert some.would_be_seen is not None
    assert some.would_be_seen > ENOUGH
    assert some.more_trials is not None
    enough = asked(experiment(0, trials=16 + some.more_trials, days=1))
    assert enough.answer is Answer.NONE_SEEN
    assert enough.would_be_seen is not None
    assert enough.would_be_seen <= ENOUGH


def test_trials_alone_on_their_day_tell_nothing() -> None:
    tried = experiment(0, trials=30, rate=3.0)
    alone = dataclasses.replace(tried, days=[str(number) for number in range(30)])
    found = asked(alone)
    assert (found.answer, found.trials, found.alone) == (Answer.NOT_ENOUGH, 0, 30)


def test_a_metric_that_never_differs_and_parameters_that_hardly_do_are_said() -> None:
    tried = experiment(0, trials=30, days=1)
    flat = asked(dataclasses.replace(tried, metric=[0.1] * 30))
    assert flat.answer is Answer.NO_DIFFERENCE
    rare = factor("Rare", [1.0] * 28 + [2.0, 3.0])
    found = asked(dataclasses.replace(tried, factors=[rare]))
    assert (found.answer, found.hardly_varied) == (Answer.NOTHING_VARIED, ("Rare",))


def test_a_metric_without_luck_is_explained_whole() -> None:
    leaves = [float(number % 3) for number in range(24)]
    found = what_matters(leaves, [factor("Leaves", leaves)], ["one"] * 24, rounds=ROUNDS)
    (effect,) = found.effects
    assert effect.importance.value == pytest.approx(1.0)
    assert [point.at for point in effect.curve] == [0.0, 1.0, 2.0]
    assert [point.value for point in effect.curve] == pytest.approx([0, 1, 2])


def test_that_a_parameter_is_missing_or_no_number_is_a_value_of_its_own() -> None:
    source = np.random.default_rng(0)
    leaves: list[float | str | None] = [
        None if number % 3 == 0 else math.nan if number % 7 == 0 else float(number % 5)
        for number in range(60)
    ]
    metric = [source.normal() + (4.0 if value is None else 0.0) for value in leaves]
    made = factor("Leaves", leaves)
    assert made.tried == (0.0, 1.0, 2.0, 3.0, 4.0)
    found = what_matters(metric, [made], ["one"] * 60, rounds=ROUNDS)
    assert names(found) == ["Leaves"]


def test_numbers_kept_as_texts_are_numbers() -> None:
    assert factor("Leaves", ["31", "63", "127"]).tried == (31.0, 63.0, 127.0)
    assert factor("Loss", ["l1", "31", "l2"]).tried == ()
