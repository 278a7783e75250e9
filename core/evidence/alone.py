"""The model, not the day: a leading metric is worse than usual, and the reference's is not.

Two models that were trained one after the other on the same broken rows accuse neither each other
nor themselves: each is as good as the other. The reference, which was trained before, tells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from core.day_result import DayResult
from core.evidence.history import Comparison
from core.evidence.judged import judge
from core.evidence.known_days import KnownDays
from core.evidence.leading import leader, leading
from core.evidence.watched import Quantity, Watched
from core.results import REFERENCE

_TOLD_BY: Final = {
    "auc": Watched.AUC_DIFFERENCE,
    "log_loss": Watched.DIFFERENCE,
    "normalised_entropy": Watched.DIFFERENCE,
    "predicted_over_observed": Watched.CALIBRATION_DIFFERENCE,
}
"""The difference from the reference that tells of a metric; log-loss over the day's entropy is
normalised entropy."""


def alone(
    today: DayResult,
    past: Mapping[dt.date, DayResult],
    against: Mapping[Quantity, Comparison],
    known: KnownDays,
) -> tuple[Quantity, Comparison] | None:
    """The judged model's difference from the reference that shows it is worse, without the day.

    Args:
        today: The day.
        past: Earlier days at the same label age.
        against: Each watched quantity against its own recent days, at an alarm's level.
        known: Which days are known to be unlike others.
    """
    model = leader(today)
    if model is None:
        return None
    for metric in leading(today):
        kind = _TOLD_BY.get(metric)
        quantity = Quantity(kind, model.role, REFERENCE) if kind else None
        beside = against.get(quantity) if quantity else None
        if quantity is None or beside is None or not beside.standing.is_out:
            continue
        judged = judge(today, past, metric, known)
        same_side = judged.comparison.standing is beside.standing
        if judged.is_worse and same_side:
            return quantity, beside
    return None
