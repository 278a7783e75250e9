"""evaluation.json: SageMaker's model-quality schema for binary classification.

Source: Amazon SageMaker AI Developer Guide, "Model quality metrics and Amazon CloudWatch
monitoring". Keys beyond it (log_loss, normalised_entropy, calibration_error,
predicted_over_observed) have the schema's form. Counts are sums of weights.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    confusion_matrix,
    fbeta_score,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_curve,
)

from core.evidence.metrics import THRESHOLD
from core.evidence.scored import FloatArray, Scored
from core.results import Interval

Json = dict[str, object]

CURVE_POINTS: Final = 200
"""Most points of a curve: enough to draw it, whatever the day's rows."""
UNKNOWN_DEVIATION: Final = "NaN"
"""As SageMaker writes a standard deviation that it does not know."""

_F_BETAS: Final = {"f0_5": 0.5, "f1": 1.0, "f2": 2.0}
_OF_EVIDENCE: Final = (
    "auc",
    "log_loss",
    "normalised_entropy",
    "calibration_error",
    "predicted_over_observed",
    "accuracy",
)


def model_quality(rows: Scored, metrics: dict[str, Interval]) -> Json:
    """The whole file for one model's rows and the metrics that `core.evidence` found on them."""
    found: Json = {"confusion_matrix": _confusion(rows)}
    predicted = (rows.scores >= THRESHOLD).astype(np.float64)
    found |= _at_threshold(rows, predicted, metrics)
    found |= _rates(rows, predicted, metrics)
    found |= _best_constant(rows)
    found |= {
        name: _metric(metrics[name].value, metrics[name])
        for name in _OF_EVIDENCE
        if name in metrics
    }
    if rows.both_classes:
        found |= _curves(rows)
    return {"binary_classification_metrics": found}


def _metric(value: float, interval: Interval | None = None) -> Json:
    error = interval.standard_error if interval else None
    return {
        "value": value,
        "standard_deviation": UNKNOWN_DEVIATION if error is None else error,
    }


def _confusion(rows: Scored) -> Json:
    """Actual class → predicted class → weight."""
    counts = confusion_matrix(
        rows.labels, rows.scores >= THRESHOLD, labels=[0, 1], sample_weight=rows.weights
    )
    return {
        str(actual): {str(guess): float(counts[actual][guess]) for guess in (0, 1)}
        for actual in (0, 1)
    }


def _at_threshold(rows: Scored, predicted: FloatArray, metrics: dict[str, Interval]) -> Json:
    """Where nothing is predicted positive, precision is written 0, as SageMaker does."""
    options = {"sample_weight": rows.weights, "zero_division": 0.0}
    found: Json = {
        "precision": _metric(
            float(precision_score(rows.labels, predicted, **options)), metrics.get("precision")
        ),
        "recall": _metric(
            float(recall_score(rows.labels, predicted, **options)), metrics.get("recall")
        ),
    }
    for name, beta in _F_BETAS.items():
        value = float(fbeta_score(rows.labels, predicted, beta=beta, **options))
        found[name] = _metric(value, metrics.get(name))
    return found


def _rates(rows: Scored, predicted: FloatArray, metrics: dict[str, Interval]) -> Json:
    positive, negative = rows.positive_weight, rows.weight - rows.positive_weight
    found: Json = {}
    if positive > 0:
        hit = float(rows.weights @ (predicted * rows.labels)) / positive
        found["true_positive_rate"] = _metric(hit, metrics.get("recall"))
        found["false_negative_rate"] = _metric(1.0 - hit, metrics.get("recall"))
    if negative > 0:
        alarm = float(rows.weights @ (predicted * (1.0 - rows.labels))) / negative
        found["false_positive_rate"] = _metric(alarm)
        found["true_negative_rate"] = _metric(1.0 - alarm)
    return found


def _best_constant(rows: Scored) -> Json:
    """What always predicting the more frequent class would score."""
    rate = rows.base_rate
    recall, precision = (1.0, rate) if rate >= THRESHOLD else (0.0, 0.0)
    found: Json = {
        "accuracy_best_constant_classifier": _metric(max(rate, 1.0 - rate)),
        "precision_best_constant_classifier": _metric(precision),
        "recall_best_constant_classifier": _metric(recall),
    }
    for name, beta in _F_BETAS.items():
        below = beta**2 * precision + recall
        value = (1 + beta**2) * precision * recall / below if below else 0.0
        found[f"{name}_best_constant_classifier"] = _metric(value)
    return found


def _curves(rows: Scored) -> Json:
    false_rates, true_rates, _ = roc_curve(rows.labels, rows.scores, sample_weight=rows.weights)
    precisions, recalls, _ = precision_recall_curve(
        rows.labels, rows.scores, sample_weight=rows.weights
    )
    roc, pr = _thin(false_rates + true_rates), _thin(recalls)
    return {
        "receiver_operating_characteristic_curve": {
            "false_positive_rates": false_rates[roc].tolist(),
            "true_positive_rates": true_rates[roc].tolist(),
        },
        "precision_recall_curve": {
            "precisions": precisions[pr].tolist(),
            "recalls": recalls[pr].tolist(),
        },
    }


def _thin(position: FloatArray) -> NDArray[np.intp]:
    """Indices of at most `CURVE_POINTS` points, evenly along a monotonic position, ends kept."""
    if len(position) <= CURVE_POINTS:
        return np.arange(len(position))
    rising = position if position[0] <= position[-1] else -position
    wanted = np.linspace(rising[0], rising[-1], CURVE_POINTS)
    found = np.minimum(np.searchsorted(rising, wanted), len(position) - 1)
    found[0], found[-1] = 0, len(position) - 1
    return np.unique(found)
