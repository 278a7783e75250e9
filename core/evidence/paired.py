"""Two models on the same rows: differences of their metrics, and how far they agree."""

from __future__ import annotations

import numpy as np

from core.evidence.auc import auc_difference, placements
from core.evidence.intervals import linearised_error, normal
from core.evidence.metrics import THRESHOLD, entropy_influence
from core.evidence.scored import FloatArray, Scored, entropy
from core.results import Agreement, Interval


def differences(model: Scored, against: Scored) -> dict[str, Interval]:
    """Each metric of `model` minus that of `against`; what a single class leaves undefined is out.

    auc (paired DeLong), log_loss, normalised_entropy and mean_score (paired, linearised): a
    difference of log-loss below 0 is in favour of `model`.

    Raises:
        ValueError: The rows are not the same (their labels or weights differ).
    """
    _same_rows(model, against)
    found = {
        "log_loss": _mean_difference(model, model.losses - against.losses),
        "mean_score": _mean_difference(model, model.scores - against.scores),
    }
    ours, theirs = placements(model), placements(against)
    if ours and theirs:
        found["auc"] = auc_difference(ours, theirs, model.labels)
        base = entropy(model.base_rate)
        value = found["log_loss"].value / base
        influence = entropy_influence(model) - entropy_influence(against)
        found["normalised_entropy"] = normal(value, linearised_error(influence))
    return found


def agreement(model: Scored, against: Scored, roles: tuple[str, str]) -> Agreement:
    """How alike two models scored the same rows; `roles` are those of `model` and `against`.

    Raises:
        ValueError: The rows are not the same (their labels or weights differ).
    """
    _same_rows(model, against)
    weights = model.weights / model.weight
    right, theirs = _right(model), _right(against)
    gain = against.losses - model.losses
    return Agreement(
        model=roles[0],
        against=roles[1],
        score_correlation=_correlation(model.log_odds, against.log_odds, weights),
        mean_absolute_difference=float(weights @ np.abs(model.scores - against.scores)),
        lower_loss=float(weights @ ((gain > 0) + 0.5 * (gain == 0))),
        both_right=float(weights @ (right & theirs)),
        only_model_right=float(weights @ (right & ~theirs)),
        only_against_right=float(weights @ (~right & theirs)),
        both_wrong=float(weights @ (~right & ~theirs)),
    )


def _same_rows(model: Scored, against: Scored) -> None:
    same = np.array_equal(model.labels, against.labels) and np.array_equal(
        model.weights, against.weights
    )
    if not same:
        raise ValueError("a paired comparison needs the same rows in the same order")


def _mean_difference(rows: Scored, row_differences: FloatArray) -> Interval:
    value = float(rows.weights @ row_differences) / rows.weight
    influence = rows.weights * (row_differences - value) / rows.weight
    return normal(value, linearised_error(influence))


def _right(rows: Scored) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    right: np.ndarray[tuple[int], np.dtype[np.bool_]] = (rows.scores >= THRESHOLD) == (
        rows.labels > 0
    )
    return right


def _correlation(ours: FloatArray, theirs: FloatArray, weights: FloatArray) -> float | None:
    if np.ptp(ours) == 0.0 or np.ptp(theirs) == 0.0:
        return None
    a, b = ours - weights @ ours, theirs - weights @ theirs
    spread = float(weights @ (a * a)) * float(weights @ (b * b))
    return float(np.clip(float(weights @ (a * b)) / np.sqrt(spread), -1.0, 1.0))
