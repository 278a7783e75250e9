from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from core.evidence.ranking import CLARIFY_LIMIT, Order, ndcg, ranking

FEATURES = tuple("abcdefgh")
importances = st.dictionaries(
    st.sampled_from(FEATURES), st.integers(0, 6).map(float), min_size=2, max_size=8
)


@given(now=importances, before=importances)
def test_drift_is_scikit_learns_ndcg(now: dict[str, float], before: dict[str, float]) -> None:
    names = sorted({*now, *before})
    found = ndcg(now, before)
    if not any(now.values()) or not any(before.values()):
        assert found is None
    elif len(names) > 1:
        gains, order = ([[each.get(name, 0.0) for name in names]] for each in (before, now))
        assert found == pytest.approx(ndcg_score(gains, order), abs=1e-12)


def test_drift_is_the_documented_sum_on_the_documented_example() -> None:
    # The hypothetical college admission of SageMaker's page on feature attribution drift.
    before = {"SAT score": 0.70, "GPA": 0.50, "class rank": 0.05}
    now = {"SAT score": 0.10, "GPA": 0.20, "class rank": 0.70}
    gained = 0.05 / math.log2(2) + 0.50 / math.log2(3) + 0.70 / math.log2(4)
    ideal = 0.70 / math.log2(2) + 0.50 / math.log2(3) + 0.05 / math.log2(4)
    found = ranking(now, before)
    assert found.ndcg == pytest.approx(gained / ideal)
    assert found.order is Order.BELOW_LIMIT
    assert found.moved[0].feature == "class rank"
    assert found.moved[0].climbed == 2


@given(importance=importances, factor=st.floats(0.01, 100))
def test_the_same_order_has_not_drifted(importance: dict[str, float], factor: float) -> None:
    scaled = {name: factor * value for name, value in importance.items()}
    found = ranking(scaled, importance)
    if any(importance.values()):
        assert found.ndcg is not None
        assert found.order is Order.WITHIN_LIMIT
    assert not found.moved
    assert not found.new
    assert not found.vanished


@pytest.mark.parametrize("seed", range(20))
def test_a_planted_swap_is_named(seed: int) -> None:
    random = np.random.default_rng(seed)
    names = [f"feature {number}" for number in range(12)]
    before = dict(zip(names, np.sort(random.exponential(1.0, 12))[::-1], strict=True))
    noise = random.normal(1.0, 0.01, 12)
    now = {name: before[name] * factor for name, factor in zip(names, noise, strict=True)}
    now[names[0]], now[names[6]] = now[names[6]], now[names[0]]
    found = ranking(now, before)
    assert {each.feature for each in found.moved[:2]} == {names[0], names[6]}
    assert sorted(each.climbed for each in found.moved[:2]) == pytest.approx([-6, 6], abs=1)


def test_new_and_vanished_features_are_named_with_their_weight() -> None:
    found = ranking({"wind": 3.0, "hour": 2.0, "visibility": 1.0}, {"hour": 2.0, "gust": 2.0})
    assert found.new == ("wind", "visibility")
    assert found.vanished == ("gust",)
    assert [each.feature for each in found.features] == ["wind", "hour", "visibility", "gust"]
    assert [each.rank for each in found.features] == [1, 2, 3, None]
    assert found.features[0].share == pytest.approx(0.5)
    assert found.features[-1].baseline_share == pytest.approx(0.5)


def test_equals_share_the_best_rank() -> None:
    found = ranking({"a": 1.0, "b": 2.0, "c": 2.0, "d": math.nan}, {"a": 1.0})
    assert {each.feature: each.rank for each in found.features} == {"b": 1, "c": 1, "a": 3}


def test_nothing_to_rank_is_said() -> None:
    assert ranking({}, {"a": 1.0}).order is Order.NO_IMPORTANCE
    assert ranking({"a": 0.0}, {"a": 1.0}).ndcg is None
    assert CLARIFY_LIMIT == 0.9
