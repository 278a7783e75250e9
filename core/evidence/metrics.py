"""Every metric of one model on one day's rows, weighted, each with its interval and method."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from core.evidence.auc import auc
from core.evidence.intervals import (
    NOT_NEGATIVE,
    SHARE,
    linearised_error,
    normal,
    positive_ratio,
    ratio,
    share,
)
from core.evidence.scored import FloatArray, Scored, entropy
from core.results import Interval

METRICS: Final = (
    "auc",
    "log_loss",
    "normalised_entropy",
    "calibration_error",
    "predicted_over_observed",
    "accuracy",
    "precision",
    "recall",
    "f1",
)
"""Names of all metrics."""
THRESHOLD: Final = 0.5
"""A row is predicted positive where its probability is at least this."""
CALIBRATION_BINS: Final = 10
LOW_BASE_RATE: Final = 0.05
"""Below it normalised entropy, predicted over observed and AUC lead the report."""


def metrics(rows: Scored) -> dict[str, Interval]:
    """All metrics that these rows allow, by the names of `core.results.ModelFacts.metrics`.

    What is undefined is left out: AUC and normalised entropy with a single class, precision where
    nothing is predicted positive, recall and predicted over observed without positives.
    """
    predicted = (rows.scores >= THRESHOLD).astype(np.float64)
    right = (predicted == rows.labels).astype(np.float64)
    weights, hits = rows.weights, rows.weights * predicted * rows.labels
    found = {
        "auc": auc(rows),
        "log_loss": log_loss(rows),
        "normalised_entropy": normalised_entropy(rows),
        "calibration_error": calibration_error(rows),
        "predicted_over_observed": positive_ratio(weights * rows.scores, weights * rows.labels),
        "accuracy": share(right, weights),
        "precision": share(rows.labels, weights * predicted),
        "recall": share(predicted, weights * rows.labels),
        "f1": ratio(2 * hits, weights * (predicted + rows.labels), SHARE),
    }
    return {name: interval for name, interval in found.items() if interval is not None}


def log_loss(rows: Scored) -> Interval | None:
    """Weighted mean of minus the logarithm of the probability given to what happened, in nats."""
    return ratio(rows.weights * rows.losses, rows.weights, NOT_NEGATIVE)


def normalised_entropy(rows: Scored) -> Interval | None:
    """Log-loss over the entropy of the rows' base rate: below 1 is better than always that rate.

    Source: X. He et al., Practical Lessons from Predicting Clicks on Ads at Facebook, ADKDD 2014,
    section 3. The interval takes in that the base rate is estimated from the same rows.
    """
    base = entropy(rows.base_rate) if rows.both_classes else 0.0
    if base == 0.0:
        return None
    value = float(rows.weights @ rows.losses) / rows.weight / base
    return normal(value, linearised_error(entropy_influence(rows)), NOT_NEGATIVE)


def entropy_influence(rows: Scored) -> FloatArray:
    """Each row's influence on the normalised entropy; both classes must be there."""
    rate = rows.base_rate
    base = entropy(rate)
    value = float(rows.weights @ rows.losses) / rows.weight / base
    slope = math.log((1 - rate) / rate)
    loss_part = rows.losses - value * base
    rate_part = value * slope * (rows.labels - rate)
    influence: FloatArray = rows.weights * (loss_part - rate_part) / (base * rows.weight)
    return influence


def calibration_error(rows: Scored) -> Interval | None:
    """Expected calibration error: weighted mean gap of predicted and observed rate over 10 bins.

    The bins hold equal weight, cut at quantiles of the score (equal scores share one). The value
    is biased upwards on few rows, as every such error is; the interval takes the bins as fixed and
    does not mend that.

    Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, AAAI 2015, 2901-2907.
    """
    if len(rows) == 0:
        return None
    bins = _equal_weight_bins(rows)
    gaps = rows.weights * (rows.scores - rows.labels)
    signs = np.sign(np.bincount(bins, weights=gaps))[bins]
    return ratio(signs * gaps, rows.weights, SHARE)


def _equal_weight_bins(rows: Scored) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The number of each row's bin; a bin may stay empty where many scores are equal."""
    scores, inverse = np.unique(rows.scores, return_inverse=True)
    at_score = np.bincount(inverse, weights=rows.weights, minlength=len(scores))
    middle = (np.cumsum(at_score) - at_score / 2) / rows.weight
    bin_of_score = np.minimum((middle * CALIBRATION_BINS).astype(np.intp), CALIBRATION_BINS - 1)
    bins: np.ndarray[tuple[int], np.dtype[np.intp]] = bin_of_score[inverse.reshape(-1)]
    return bins
