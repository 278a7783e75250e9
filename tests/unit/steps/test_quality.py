from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.evidence.metrics import metrics
from core.evidence.scored import FloatArray, Scored
from deploy.pipeline.steps.quality import CURVE_POINTS, model_quality


def rows(count: int, *, weighted: bool) -> Scored:
    random = np.random.default_rng(count)
    scores = random.random(count)
    labels = (random.random(count) < scores).astype(np.float64)
    weights = random.uniform(0.5, 4, count) if weighted else np.ones(count)
    return Scored(labels, scores, weights)


def written(sample: Scored) -> dict[str, Any]:
    found = model_quality(sample, metrics(sample))
    text = json.dumps(found, allow_nan=False)
    content: dict[str, Any] = json.loads(text)["binary_classification_metrics"]
    return content


@pytest.mark.parametrize("weighted", [False, True])
def test_every_metric_of_the_schema_is_there(*, weighted: bool) -> None:
    sample = rows(500, weighted=weighted)
    found = written(sample)
    plain = {
        "confusion_matrix",
        "receiver_operating_characteristic_curve",
        "precision_recall_curve",
    }
    assert plain <= set(found)
    of_aws = {"recall", "precision", "accuracy", "auc", "f0_5", "f1", "f2"}
    of_aws |= {f"{one}_{two}_rate" for one in ("true", "false") for two in ("positive", "negative")}
    constant = ("recall", "precision", "accuracy", "f0_5", "f1", "f2")
    of_aws |= {f"{name}_best_constant_classifier" for name in constant}
    ours = {"log_loss", "normalised_entropy", "calibration_error", "predicted_over_observed"}
    assert set(found) - plain == of_aws | ours
    for name in of_aws | ours:
        assert set(found[name]) == {"value", "standard_deviation"}


@pytest.mark.parametrize("weighted", [False, True])
def test_the_confusion_matrix_holds_the_weight_of_all_rows(*, weighted: bool) -> None:
    sample = rows(300, weighted=weighted)
    matrix = written(sample)["confusion_matrix"]
    assert sum(matrix["0"].values()) + sum(matrix["1"].values()) == pytest.approx(sample.weight)
    accuracy = (matrix["0"]["0"] + matrix["1"]["1"]) / sample.weight
    assert written(sample)["accuracy"]["value"] == pytest.approx(accuracy)


def area(curve: dict[str, list[float]]) -> float:
    x: FloatArray = np.array(curve["false_positive_rates"])
    y: FloatArray = np.array(curve["true_positive_rates"])
    return float(np.trapezoid(y, x))


def test_thinned_curves_keep_their_ends_and_shape() -> None:
    sample = rows(20_000, weighted=True)
    found = written(sample)
    curve = found["receiver_operating_characteristic_curve"]
    assert len(curve["false_positive_rates"]) <= CURVE_POINTS
    assert (curve["false_positive_rates"][0], curve["true_positive_rates"][-1]) == (0.0, 1.0)
    expected = roc_auc_score(sample.labels, sample.scores, sample_weight=sample.weights)
    assert area(curve) == pytest.approx(expected, abs=0.002)
    assert len(found["precision_recall_curve"]["recalls"]) <= CURVE_POINTS


def test_a_single_class_has_no_curves_and_no_auc() -> None:
    found = written(Scored(np.zeros(3), np.array([0.1, 0.2, 0.6]), np.ones(3)))
    assert "auc" not in found
    assert "receiver_operating_characteristic_curve" not in found
    assert found["log_loss"]["value"] > 0
