"""The area under the ROC curve, weighted, with DeLong's interval: one model, or two on one day.

Sources: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988), 837-845; computed
from ranks as in X. Sun, W. Xu, IEEE Signal Processing Letters 21 (2014), 1389-1393. Weights enter
as in a weighted two-sample U-statistic, whose variance is linearised; with equal weights the result
is DeLong's own. The interval of one AUC is made on the logit scale, as M. S. Pepe, The Statistical
Evaluation of Medical Tests, 2003, section 5.2.2 advises, so that it stays within 0 and 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.evidence.intervals import ANY, Z95, linearised_error, normal
from core.evidence.scored import FloatArray, Scored
from core.results import Interval

DELONG: Final = "DeLong"
PAIRED_DELONG: Final = "DeLong, paired"


@dataclass(frozen=True, eq=False)
class Placements:
    """For each row, the weighted share of the other class that it is ranked rightly against."""

    auc: float
    influence: FloatArray
    """Each row's share of the AUC's deviation, positives and negatives in the rows' own order."""
    positive_variance: float
    negative_variance: float
    """The two parts of the AUC's variance: from the positives and from the negatives drawn."""

    @property
    def error(self) -> float:
        """Standard error of the AUC."""
        return math.sqrt(self.positive_variance + self.negative_variance)


def placements(rows: Scored) -> Placements | None:
    """Rank each row against the other class; None unless both classes are there. O(n log n)."""
    if not rows.both_classes:
        return None
    is_positive = rows.labels > 0
    scores, weights = rows.scores, rows.weights
    above = _share_below(scores[is_positive], scores[~is_positive], weights[~is_positive])
    below = 1.0 - _share_below(scores[~is_positive], scores[is_positive], weights[is_positive])
    auc = float(np.average(above, weights=weights[is_positive]))
    influence = np.empty(len(rows))
    influence[is_positive] = _influence(above, auc, weights[is_positive])
    influence[~is_positive] = _influence(below, auc, weights[~is_positive])
    return Placements(
        auc=auc,
        influence=influence,
        positive_variance=_variance(influence[is_positive]),
        negative_variance=_variance(influence[~is_positive]),
    )


def auc(rows: Scored) -> Interval | None:
    """AUC with DeLong's 95 % interval; None unless both classes are there.

    Where no pair is misplaced (or all are) the variance is 0 and says nothing: no interval then.
    """
    found = placements(rows)
    return interval(found) if found else None


def interval(found: Placements) -> Interval:
    """The 95 % interval of an AUC from its placements."""
    value, error = found.auc, found.error
    if error == 0.0 or not 0.0 < value < 1.0:
        return Interval(value=value)
    odds, reach = math.log(value / (1 - value)), Z95 * error / (value * (1 - value))
    return Interval(
        value=value,
        low=_logistic(odds - reach),
        high=_logistic(odds + reach),
        standard_error=error,
        method=DELONG,
    )


def auc_difference(model: Placements, against: Placements, labels: FloatArray) -> Interval:
    """AUC of `model` minus AUC of `against` on the same rows, with the paired DeLong interval."""
    is_positive = labels > 0
    influence = model.influence - against.influence
    variance = _variance(influence[is_positive]) + _variance(influence[~is_positive])
    difference = normal(model.auc - against.auc, math.sqrt(variance), ANY)
    return difference.model_copy(update={"method": PAIRED_DELONG})


def _share_below(scores: FloatArray, others: FloatArray, weights: FloatArray) -> FloatArray:
    """For each score, the weighted share of the others that lie below it; ties count half."""
    order = np.argsort(others, kind="stable")
    ordered = others[order]
    cumulative = np.concatenate(([0.0], np.cumsum(weights[order])))
    left = cumulative[np.searchsorted(ordered, scores, side="left")]
    right = cumulative[np.searchsorted(ordered, scores, side="right")]
    below: FloatArray = (left + right) / (2.0 * cumulative[-1])
    return below


def _influence(shares: FloatArray, auc: float, weights: FloatArray) -> FloatArray:
    influence: FloatArray = weights * (shares - auc) / weights.sum()
    return influence


def _variance(influence: FloatArray) -> float:
    """A class of a single row has no spread to estimate: its part counts as 0."""
    error = linearised_error(influence)
    return 0.0 if error is None else error**2


def _logistic(odds: float) -> float:
    if odds >= 0:
        return 1.0 / (1.0 + math.exp(-odds))
    return math.exp(odds) / (1.0 + math.exp(odds))
