"""The features' order of importance against the last report's and production's, and its drift.

The order changes a little every day, by chance alone. How much is out of the ordinary follows from
the model's own recent days: each is compared with the evaluated day before it, as today is.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.domain import ModelVersion
from core.evidence.history import Comparison, Standing, compare, recent
from core.evidence.judged import LEVEL
from core.evidence.ranking import Ranking, ndcg, ranking
from core.lineage import EXECUTION

SMALLEST_DRIFT: Final = 1e-4
"""Less than this of nDCG is no drift; its logarithm is bounded there."""

WORTH_A_MORNING: Final = 0.02
"""Least drift of nDCG that rings: what it brings that two pairs of leading features change places.
It has to be twice what is usual, too."""


@dataclass(frozen=True)
class OrderOfFeatures:
    """Today's order."""

    since: Ranking | None
    """Against the last day before that has importance; None where no day has."""
    day: dt.date | None
    """That day."""
    production: Ranking | None
    """Against the version that serves, on the day of its own training; None where that is not
    kept, or the same run."""
    comparison: Comparison | None
    """The drift since the day before, log(1 - nDCG), against that of the recent days."""


def order_of_features(
    today: DayResult, past: Mapping[dt.date, DayResult], serving: ModelVersion | None
) -> OrderOfFeatures | None:
    """How the order changed; None where the day has no importance.

    Importance is of the model that evaluation.json describes.
    """
    if not today.importance:
        return None
    known = {day: result for day, result in sorted(past.items()) if result.importance}
    last = max(known, default=None)
    trained = _trained(serving, today, known)
    return OrderOfFeatures(
        since=ranking(today.importance, known[last].importance) if last else None,
        day=last,
        production=ranking(today.importance, trained.importance) if trained else None,
        comparison=_drift_of_today(today, known) if last else None,
    )


def drift(now: Mapping[str, float], before: Mapping[str, float]) -> float | None:
    """How far the order moved, on the scale of logarithms: -9.2 is not at all, 0 utterly."""
    found = ndcg(now, before)
    return None if found is None else math.log(max(SMALLEST_DRIFT, 1 - found))


def drifts(days: Iterable[DayResult]) -> dict[dt.date, float]:
    """How far the order moved from the day before that has importance, by day."""
    known = [each for each in days if each.importance]
    return {
        now.day: moved
        for before, now in itertools.pairwise(known)
        if (moved := drift(now.importance, before.importance)) is not None
    }


def moved(today: DayResult, past: Mapping[dt.date, DayResult], level: float) -> Comparison | None:
    """Today's drift against that of the recent days, where it is worth somebody's morning."""
    found = drifts([*(each for _, each in sorted(past.items())), today])
    now, usual = found.get(today.day), recent(found, today.day)
    against = compare(now, usual, today.day, level=level, minimum=math.log(2))
    if now is None or now < math.log(WORTH_A_MORNING):
        return None
    return against if against.standing is Standing.HIGH else None


def _drift_of_today(today: DayResult, known: Mapping[dt.date, DayResult]) -> Comparison:
    """Only drifting further than usual is out of the ordinary, not drifting less."""
    days = [*known.values(), today]
    moves = drifts(days)
    found = compare(moves.get(today.day), recent(moves, today.day), today.day, level=LEVEL)
    steady = found.standing is Standing.LOW
    return dataclasses.replace(found, standing=Standing.ORDINARY) if steady else found


def _trained(
    serving: ModelVersion | None, today: DayResult, known: Mapping[dt.date, DayResult]
) -> DayResult | None:
    """The day whose run trained the version that serves."""
    execution = serving.metadata.get(EXECUTION) if serving else None
    if execution is None or today.run.execution_arn == execution:
        return None
    return next((each for each in known.values() if each.run.execution_arn == execution), None)
