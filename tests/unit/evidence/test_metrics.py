from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, log_loss, precision_score, recall_score

from core.evidence.metrics import METRICS, metrics
from core.evidence.scored import Scored, entropy

Draw = Callable[..., Scored]
seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds, weighted=st.booleans())
def test_values_are_scikit_learns(drawn: Draw, seed: int, weighted: bool) -> None:
    rows = drawn(seed, weighted=weighted)
    found = metrics(rows)
    predicted = rows.scores >= 0.5
    weights = {"sample_weight": rows.weights}
    loss = log_loss(rows.labels, rows.scores, labels=[0, 1], **weights)
    expected = {
        "log_loss": loss,
        "normalised_entropy": loss / entropy(float(np.average(rows.labels, weights=rows.weights))),
        "accuracy": accuracy_score(rows.labels, predicted, **weights),
        "recall": recall_score(rows.labels, predicted, **weights),
        "predicted_over_observed": (rows.weights @ rows.scores) / (rows.weights @ rows.labels),
    }
    if predicted.any():
        expected["precision"] = precision_score(rows.labels, predicted, **weights)
        expected["f1"] = f1_score(rows.labels, predicted, **weights)
    for name, value in expected.items():
        assert found[name].value == pytest.approx(value, abs=1e-12), name


@given(seed=seeds, weighted=st.booleans(), rows=st.integers(2, 80))
def test_every_interval_holds_its_value_and_names_its_method(
    drawn: Draw, seed: int, weighted: bool, rows: int
) -> None:
    for name, found in metrics(drawn(seed, rows, weighted=weighted)).items():
        assert name in METRICS
        assert math.isfinite(found.value)
        if found.method is None:
            assert found.low is None
            continue
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high, name


@given(seed=seeds, factor=st.floats(0.01, 100))
def test_only_the_proportion_of_weights_matters(drawn: Draw, seed: int, factor: float) -> None:
    rows = drawn(seed)
    scaled = metrics(Scored(rows.labels, rows.scores, rows.weights * factor))
    for name, found in metrics(rows).items():
        assert scaled[name].value == pytest.approx(found.value, rel=1e-9), name
        error = pytest.approx(found.standard_error, rel=1e-6, abs=1e-7)
        assert scaled[name].standard_error == error, name


def test_a_single_class_has_a_log_loss_but_nothing_that_needs_both() -> None:
    found = metrics(Scored(np.zeros(4), np.array([0.1, 0.2, 0.3, 0.4]), np.ones(4)))
    assert {"log_loss", "accuracy", "calibration_error"} <= set(found)
    assert not {"auc", "normalised_entropy", "recall", "predicted_over_observed"} & set(found)


def test_a_single_row_has_values_without_intervals() -> None:
    found = metrics(Scored(np.ones(1), np.array([0.7]), np.ones(1)))
    assert found["log_loss"].value == pytest.approx(-math.log(0.7))
    assert found["log_loss"].low is None


def test_scores_of_exactly_0_and_1_have_a_finite_loss() -> None:
    found = metrics(Scored(np.array([0.0, 1.0]), np.array([1.0, 0.0]), np.ones(2)))
    assert math.isfinite(found["log_loss"].value)


def test_wilson_is_the_published_interval() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I: 81 of 263.
    rows = Scored(np.repeat([1.0, 0.0], [81, 182]), np.full(263, 0.9), np.ones(263))
    found = metrics(rows)["accuracy"]
    assert found.low == pytest.approx(0.2553, abs=5e-5)
    assert found.high == pytest.approx(0.3662, abs=5e-5)


def test_calibration_error_is_the_gap_of_each_bin() -> None:
    scores = np.repeat([0.1, 0.9], [100, 100])
    labels = np.concatenate([np.repeat([1.0, 0.0], [30, 70]), np.repeat([1.0, 0.0], [80, 20])])
    found = metrics(Scored(labels, scores, np.ones(200)))["calibration_error"]
    assert found.value == pytest.approx((0.2 + 0.1) / 2)


@pytest.mark.parametrize(
    "name", ["log_loss", "normalised_entropy", "predicted_over_observed", "f1"]
)
def test_errors_agree_with_the_bootstrap(drawn: Draw, name: str) -> None:
    rows = drawn(3, 800)
    random = np.random.default_rng(11)
    again = []
    for _ in range(300):
        chosen = random.integers(0, len(rows), len(rows))
        again.append(
            metrics(Scored(rows.labels[chosen], rows.scores[chosen], rows.weights[chosen]))[
                name
            ].value
        )
    assert metrics(rows)[name].standard_error == pytest.approx(float(np.std(again)), rel=0.2)
