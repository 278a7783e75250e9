"""The day or the model? A strange day is one on which the reference moved as much.

The reference never changes, so what happens to it the day did. Both scored the same rows: where
the leader's difference from it is as on other days, the day was hard (or easy) for any model; where
the difference is out of the ordinary too, it is the model's.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass

from core.day_result import DayResult
from core.evidence.history import Comparison, Standing, compare, recent
from core.evidence.judged import LEVEL, Judged
from core.evidence.leading import leader
from core.results import REFERENCE, ModelFacts


class Cause(enum.StrEnum):
    """What a day out of the ordinary comes from."""

    ORDINARY = "ordinary"
    HARD_DAY = "hard day"
    EASY_DAY = "easy day"
    MODEL = "model"
    CANNOT_TELL = "cannot tell"


class Why(enum.StrEnum):
    """The reason of a cause."""

    WITHIN_USUAL = "the leading metrics are ordinary"
    REFERENCE_ALIKE = "the reference moved as much"
    REFERENCE_MORE = "the reference moved even more"
    REFERENCE_APART = "the reference did not move as much"
    NO_RESULTS = "the day has no results"
    NO_METRIC = "the evaluation holds no metric"
    NO_HISTORY = "fewer than 14 of the 28 days before are known"
    FEW_LIKE_IT = "a holiday or a noted day, and fewer than 14 days like it are known"
    NO_FACTS = "only the standard files are there"
    NO_REFERENCE = "no reference scored the day"
    REFERENCE_LEADS = "the reference is what the verdict is of"
    NOT_PAIRED = "no difference from the reference is kept of this metric"
    NO_PAIRED_HISTORY = "the reference scored fewer than 14 of the 28 days before"


@dataclass(frozen=True)
class DayOrModel:
    """The answer with its reason."""

    cause: Cause
    why: Why
    beside: Comparison | None = None
    """The leader's difference from the reference, against its own recent days."""


def day_or_model(
    today: DayResult, history: Mapping[dt.date, DayResult], judged: Judged
) -> DayOrModel:
    """What a leading metric's standing comes from.

    Args:
        today: The day.
        history: Earlier days of the series that may be a baseline.
        judged: The leading metric that is out of the ordinary, if any is.
    """
    standing = judged.comparison.standing
    if standing is Standing.NO_HISTORY:
        return DayOrModel(Cause.CANNOT_TELL, Why.NO_HISTORY)
    if standing is Standing.NO_VALUE:
        return DayOrModel(Cause.CANNOT_TELL, Why.NO_METRIC)
    beside = _beside(today, history, judged.metric)
    known = beside if isinstance(beside, Comparison) else None
    if standing is Standing.FEW_LIKE_IT:
        return DayOrModel(Cause.CANNOT_TELL, Why.FEW_LIKE_IT, known)
    if not judged.is_out:
        return DayOrModel(Cause.ORDINARY, Why.WITHIN_USUAL, known)
    if isinstance(beside, Why):
        return DayOrModel(Cause.CANNOT_TELL, beside)
    day = Cause.HARD_DAY if judged.is_worse else Cause.EASY_DAY
    match beside.standing:
        case Standing.ORDINARY:
            return DayOrModel(day, Why.REFERENCE_ALIKE, beside)
        case Standing.NO_HISTORY | Standing.NO_VALUE:
            return DayOrModel(Cause.CANNOT_TELL, Why.NO_PAIRED_HISTORY, beside)
        case side if side is standing:
            return DayOrModel(Cause.MODEL, Why.REFERENCE_APART, beside)
        case _:
            return DayOrModel(day, Why.REFERENCE_MORE, beside)


def difference_from_reference(result: DayResult, metric: str) -> float | None:
    """The leader's metric minus the reference's on the day's rows; of a ratio by its logarithm.

    Predicted over observed has the same labels below for both, so their ratio is that of the mean
    scores.
    """
    model, reference = leader(result), result.model(REFERENCE)
    if result.facts is None or model is None or reference is None or model is reference:
        return None
    if metric == "predicted_over_observed":
        return _logarithm_of_ratio(model, reference)
    wanted = (model.role, REFERENCE)
    for paired in result.facts.paired:
        if paired.metric != metric:
            continue
        if (paired.model, paired.against) == wanted:
            return paired.difference.value
        if (paired.against, paired.model) == wanted:
            return -paired.difference.value
    return None


def _beside(
    today: DayResult, history: Mapping[dt.date, DayResult], metric: str
) -> Comparison | Why:
    if today.facts is None:
        return Why.NO_FACTS
    if today.model(REFERENCE) is None:
        return Why.NO_REFERENCE
    if leader(today) is today.model(REFERENCE):
        return Why.REFERENCE_LEADS
    value = difference_from_reference(today, metric)
    if value is None:
        return Why.NOT_PAIRED
    known = {day: difference_from_reference(result, metric) for day, result in history.items()}
    past = {day: each for day, each in known.items() if each is not None and math.isfinite(each)}
    return compare(value, recent(past, today.day), today.day, level=LEVEL)


def _logarithm_of_ratio(model: ModelFacts, reference: ModelFacts) -> float | None:
    if model.mean_score <= 0 or reference.mean_score <= 0:
        return None
    return math.log(model.mean_score / reference.mean_score)
