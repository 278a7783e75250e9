from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from core.evidence.auc import auc, auc_difference, placements
from core.evidence.scored import FloatArray, Scored

Draw = Callable[..., Scored]
seeds = st.integers(0, 2**32 - 1)


def plain_components(labels: FloatArray, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """V10 and V01 of DeLong et al. (1988): every positive against every negative."""
    positives, negatives = scores[labels > 0], scores[labels == 0]
    kernel = (positives[:, None] > negatives[None, :]) + 0.5 * (
        positives[:, None] == negatives[None, :]
    )
    return kernel.mean(axis=1), kernel.mean(axis=0)


@given(seed=seeds, weighted=st.booleans(), rows=st.integers(2, 200))
def test_the_value_is_scikit_learns(drawn: Draw, seed: int, weighted: bool, rows: int) -> None:
    sample = drawn(seed, rows, weighted=weighted)
    found = auc(sample)
    assert found is not None
    expected = roc_auc_score(sample.labels, sample.scores, sample_weight=sample.weights)
    assert found.value == pytest.approx(expected, abs=1e-12)


@given(seed=seeds, rows=st.integers(4, 120))
def test_the_error_is_delongs_own_by_all_pairs(drawn: Draw, seed: int, rows: int) -> None:
    sample = drawn(seed, rows, weighted=False)
    above, below = plain_components(sample.labels, sample.scores)
    variance = sum(
        float(np.var(part, ddof=1)) / len(part) for part in (above, below) if len(part) > 1
    )
    found = placements(sample)
    assert found is not None
    assert found.error == pytest.approx(math.sqrt(variance), abs=1e-12)


@given(seed=seeds, rows=st.integers(6, 120))
def test_the_paired_error_is_delongs_own_by_all_pairs(drawn: Draw, seed: int, rows: int) -> None:
    ours = drawn(seed, rows, weighted=False)
    other = np.random.default_rng(seed + 1).integers(0, 9, rows) / 10 + 0.05
    theirs = Scored(ours.labels, other, ours.weights)
    pairs = [plain_components(ours.labels, scores) for scores in (ours.scores, theirs.scores)]
    variance = sum(
        float(np.var(pairs[0][side] - pairs[1][side], ddof=1)) / len(pairs[0][side])
        for side in (0, 1)
        if len(pairs[0][side]) > 1
    )
    first, second = placements(ours), placements(theirs)
    assert first is not None
    assert second is not None
    found = auc_difference(first, second, ours.labels)
    assert found.standard_error == pytest.approx(math.sqrt(variance), abs=1e-12)
    assert found.value == pytest.approx(first.auc - second.auc, abs=1e-12)


@given(seed=seeds)
def test_a_weight_of_two_counts_like_two_rows(drawn: Draw, seed: int) -> None:
    sample = drawn(seed, 40, weighted=False)
    counts = np.random.default_rng(seed).integers(1, 4, 40)
    weighted = Scored(sample.labels, sample.scores, counts.astype(np.float64))
    repeated = Scored(
        *(np.repeat(part, counts) for part in (sample.labels, sample.scores, sample.weights))
    )
    ours, theirs = auc(weighted), auc(repeated)
    assert ours is not None
    assert theirs is not None
    assert ours.value == pytest.approx(theirs.value, abs=1e-12)


@given(seed=seeds, rows=st.integers(2, 100))
def test_the_interval_stays_within_0_and_1_and_holds_the_value(
    drawn: Draw, seed: int, rows: int
) -> None:
    found = auc(drawn(seed, rows))
    assert found is not None
    if found.low is not None:
        assert found.high is not None
        assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_a_perfect_ranking_has_no_interval_rather_than_a_certain_one() -> None:
    found = auc(Scored(np.array([0.0, 0, 1, 1]), np.array([0.1, 0.2, 0.8, 0.9]), np.ones(4)))
    assert found is not None
    assert (found.value, found.low, found.high) == (1.0, None, None)


def test_a_single_class_has_no_auc() -> None:
    assert auc(Scored(np.zeros(3), np.array([0.1, 0.2, 0.3]), np.ones(3))) is None


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(7)
    truth = 0.5 * (1 + math.erf(1 / 2))  # two normals one deviation apart: Φ(1/√2)
    covered = 0
    for _ in range(400):
        labels = np.repeat([0.0, 1.0], [150, 60])
        scores = 1 / (1 + np.exp(-(random.standard_normal(210) + labels)))
        found = auc(Scored(labels, scores, np.ones(210)))
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= truth <= found.high
    assert 365 <= covered <= 396  # 95 % of 400 is 380; these are the 99.9 % binomial limits
