"""A click log of which only a share of the negatives was kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.evidence.metrics import metrics
from core.evidence.scored import FloatArray, Scored, put_back

KEPT = 0.05


@dataclass(frozen=True)
class Clicks:
    everything: Scored
    kept: NDArray[np.bool_]
    """Mask of the rows that sampling left."""


@pytest.fixture(scope="module")
def clicks() -> Clicks:
    """Base rate 0.4 %, and a calibrated model: the label is drawn with the score's probability."""
    random = np.random.default_rng(2013)
    rows = 3_000_000
    scores = 1 / (1 + np.exp(-random.normal(-6.0, 1.0, rows)))
    labels = (random.random(rows) < scores).astype(np.float64)
    kept = (labels > 0) | (random.random(rows) < KEPT)
    return Clicks(Scored(labels, scores, np.ones(rows)), kept)


def entropy_of(labels: FloatArray, scores: FloatArray, weights: FloatArray) -> float:
    return metrics(Scored(labels, scores, weights))["normalised_entropy"].value


def test_weights_and_scores_put_back_give_the_entropy_of_all_rows(clicks: Clicks) -> None:
    everything, kept = clicks.everything, clicks.kept
    assert everything.base_rate == pytest.approx(0.004, abs=0.0004)
    labels, true_scores = everything.labels[kept], everything.scores[kept]
    # What a model learns that saw the sampled rows only: the same odds, divided by the share kept.
    learnt = true_scores / (true_scores + (1 - true_scores) * KEPT)
    weights = np.where(labels > 0, 1.0, 1.0 / KEPT)
    truth = entropy_of(everything.labels, everything.scores, everything.weights)
    assert truth == pytest.approx(0.926, abs=0.005)
    assert entropy_of(labels, put_back(learnt, KEPT), weights) == pytest.approx(truth, abs=0.005)


def test_without_weights_it_does_not(clicks: Clicks) -> None:
    everything, kept = clicks.everything, clicks.kept
    labels, true_scores = everything.labels[kept], everything.scores[kept]
    learnt = true_scores / (true_scores + (1 - true_scores) * KEPT)
    alike = np.ones(len(labels))
    assert entropy_of(labels, learnt, alike) == pytest.approx(0.879, abs=0.01)
    assert entropy_of(labels, true_scores, alike) == pytest.approx(1.419, abs=0.02)


@given(rate=st.floats(1e-6, 1 - 1e-6), kept=st.floats(0.001, 1.0))
def test_putting_back_undoes_what_sampling_did(rate: float, kept: float) -> None:
    sampled = np.array([rate / (rate + (1 - rate) * kept)])
    assert put_back(sampled, kept)[0] == pytest.approx(rate, rel=1e-6)
