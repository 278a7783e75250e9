"""What is kept of a scored day so that later tests need no rows.

`ModelFacts.statistics` holds, under these names:

score_bins: one list a non-empty bin of a fixed grid of log-odds, [lower edge of the log-odds, rows,
    weight, weight of the positives, Σ weight * probability, Σ weight * loss,
    Σ (weight * (probability - label))²]. The grid is the same for every model and day, so bins of
    several days add up: from them follow reliability curves, score drift and, for any grouping of
    days, predicted over observed with its error.
auc_variance: [part of the positives, part of the negatives], the two terms of DeLong's variance.
effective_rows: Kish's (Σw)² / Σw².
loss_quantiles: weighted quantiles of the rows' losses at 1, 5, 25, 50, 75, 95 and 99 %.
loss_deviation: weighted standard deviation of the rows' losses.
score_quantiles: weighted quantiles of the probabilities at the same shares.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from core.evidence.auc import placements
from core.evidence.scored import FloatArray, Scored

Statistics = dict[str, float | list[float] | list[list[float]]]

BIN_WIDTH: Final = 0.25
"""Width of a bin in log-odds."""
BIN_REACH: Final = 12.0
"""Log-odds beyond ± this share the outermost bins."""
QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def statistics(rows: Scored) -> Statistics:
    """The statistics of one model on one day's rows (at least one row)."""
    mean_loss = float(rows.weights @ rows.losses) / rows.weight
    found: Statistics = {
        "score_bins": score_bins(rows),
        "effective_rows": rows.weight**2 / float(np.sum(np.square(rows.weights))),
        "loss_quantiles": weighted_quantiles(rows.losses, rows.weights, QUANTILES),
        "loss_deviation": math.sqrt(
            float(rows.weights @ np.square(rows.losses - mean_loss)) / rows.weight
        ),
        "score_quantiles": weighted_quantiles(rows.scores, rows.weights, QUANTILES),
    }
    ranked = placements(rows)
    if ranked:
        found["auc_variance"] = [ranked.positive_variance, ranked.negative_variance]
    return found


def score_bins(rows: Scored) -> list[list[float]]:
    """The non-empty bins of the fixed log-odds grid, lowest first."""
    inside = np.clip(rows.log_odds, -BIN_REACH, BIN_REACH - BIN_WIDTH / 2)
    number = np.floor((inside + BIN_REACH) / BIN_WIDTH).astype(np.intp)
    used, bins = np.unique(number, return_inverse=True)
    bins = bins.reshape(-1)
    weights = rows.weights
    columns = [
        used * BIN_WIDTH - BIN_REACH,
        np.bincount(bins),
        np.bincount(bins, weights=weights),
        np.bincount(bins, weights=weights * rows.labels),
        np.bincount(bins, weights=weights * rows.scores),
        np.bincount(bins, weights=weights * rows.losses),
        np.bincount(bins, weights=np.square(weights * (rows.scores - rows.labels))),
    ]
    return [[float(value) for value in row] for row in zip(*columns, strict=True)]


def weighted_quantiles(
    values: FloatArray, weights: FloatArray, shares: tuple[float, ...]
) -> list[float]:
    """The least value at or below which at least that share of the weight lies, for each share."""
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weights[order])
    at = np.searchsorted(cumulative, np.asarray(shares) * cumulative[-1] * (1 - 1e-12))
    return [float(values[order[min(index, len(values) - 1)]]) for index in at]
