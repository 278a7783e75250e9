"""Labels that come late: each day is judged beside other days whose labels were as old.

A conversion may come a week after its click, so a day of yesterday looks bad beside one of last
month: fewer positives than the model expected, for its age alone (O. Chapelle, Modeling Delayed
Feedback in Display Advertising, KDD 2014). No curve of arrivals is fitted: every past day is known
as it was at the same age, and how much is usually there by then is counted on days that have
matured since.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.day_result import DayResult
from core.evidence.history import LEAST_DAYS
from core.evidence.intervals import Z95, robust_deviation
from core.evidence.leading import leader
from core.manifest import UntilThen
from core.results import Interval, ModelFacts, SliceFacts

CALIBRATION: Final = "predicted_over_observed"
"""The metric that says of a young day that its model predicts too much."""


@dataclass(frozen=True)
class Youth:
    """How far the labels of a young day have come."""

    age: int
    """In days: those that had come `age` midnights after the day began were read."""
    matures_after: int
    days: int
    """How many days are known at this age and matured since."""
    usually_in: float | None = None
    """Share of a day's labels that are usually there at this age; None where too few days tell."""
    calibration: float | None = None
    """What predicted over observed usually is at this age, as a multiple of what it becomes."""
    calibration_error: float | None = None
    """Robust standard deviation of that multiple's logarithm: labels come sooner on some days."""


def at_age(result: DayResult, age: int | None) -> DayResult | None:
    """A day as it was known at a label age; None: as it is once its labels have matured."""
    known = (result, *result.earlier)
    return next((each for each in known if each.label_age == age), None)


def of_same_age(today: DayResult, history: Iterable[DayResult]) -> dict[dt.date, DayResult]:
    """The other days as they were known at the label age of this one, by day."""
    known = {each.day: at_age(each, today.label_age) for each in history}
    return {day: result for day, result in known.items() if result is not None}


def youth(today: DayResult, history: Iterable[DayResult]) -> Youth | None:
    """How far a day's labels have come; None where they are complete."""
    labels = today.run.labels
    if labels is None or labels.mature:
        return None
    pairs = list(_matured_since(today, history))
    shares = [_share_in(young, old, labels.until_then) for young, old in pairs]
    ratios = [ratio for young, old in pairs if (ratio := _calibration(young, old)) is not None]
    known = len(ratios) >= LEAST_DAYS
    return Youth(
        age=labels.age,
        matures_after=labels.matures_after,
        days=len(pairs),
        usually_in=statistics.median(shares) if len(shares) >= LEAST_DAYS else None,
        calibration=statistics.median(ratios) if known else None,
        calibration_error=robust_deviation(np.log(ratios)) if known else None,
    )


def ripe(results: Iterable[DayResult], today: dt.date) -> tuple[DayResult, ...]:
    """Days whose labels had not matured when they were read, and have by now."""
    return tuple(
        result
        for result in results
        if result.run.labels is not None
        and not result.run.labels.mature
        and (today - result.day).days >= result.run.labels.matures_after
    )


def corrected(result: DayResult, young: Youth | None) -> DayResult:
    """The day with predicted over observed as it will be, if its labels come as they usually do."""
    if young is None or young.calibration is None or result.facts is None:
        return result
    rate, error = 1 / young.calibration, young.calibration_error or 0.0
    models = {role: _corrected(model, rate, error) for role, model in result.facts.models.items()}
    slices = [_corrected_slice(each, rate) for each in result.facts.slices]
    facts = result.facts.model_copy(update={"models": models, "slices": slices})
    return dataclasses.replace(result, facts=facts)


def _matured_since(
    today: DayResult, history: Iterable[DayResult]
) -> Iterator[tuple[DayResult, DayResult]]:
    """Each past day as it was known at the age of this one, and once its labels had matured."""
    for result in history:
        young, old = at_age(result, today.label_age), at_age(result, None)
        if young is None or old is None or young.facts is None or old.facts is None:
            continue
        if old.facts.rows.positive_weight > 0:
            yield young, old


def _share_in(young: DayResult, old: DayResult, until_then: UntilThen) -> float:
    """What there was of labels: of those that are negative until then, the positives."""
    assert young.facts is not None
    assert old.facts is not None
    if until_then is UntilThen.NEGATIVE:
        return young.facts.rows.positive_weight / old.facts.rows.positive_weight
    return young.facts.rows.labelled / old.facts.rows.labelled


def _calibration(young: DayResult, old: DayResult) -> float | None:
    """One day's predicted over observed as a multiple of what the same model's became."""
    model = leader(young)
    same = old.model(model.role) if model else None
    if model is None or same is None:
        return None
    was, became = (each.metrics.get(CALIBRATION) for each in (model, same))
    if was is None or became is None or not (was.value > 0 and became.value > 0):
        return None
    return was.value / became.value


def _corrected(model: ModelFacts, rate: float, error: float) -> ModelFacts:
    found = model.metrics.get(CALIBRATION)
    if found is None:
        return model
    metrics = {**model.metrics, CALIBRATION: _scaled(found, rate, error)}
    return model.model_copy(update={"metrics": metrics})


def _corrected_slice(part: SliceFacts, rate: float) -> SliceFacts:
    metrics = {
        role: {
            name: value * rate if name == CALIBRATION and value is not None else value
            for name, value in values.items()
        }
        for role, values in part.metrics.items()
    }
    return part.model_copy(update={"metrics": metrics})


def _scaled(found: Interval, by: float, error: float) -> Interval:
    """A ratio times a rate whose logarithm has an error: it joins that of the rows, on its scale.

    The two are independent: the one is of the day's rows, the other of how soon labels come.
    """
    value = found.value * by
    low, high, rows = found.low, found.high, found.standard_error
    if rows is None or not (found.value > 0 and low and high and low > 0):
        return Interval(value=value, method=found.method)
    below, above = (math.hypot(math.log(end / found.value), Z95 * error) for end in (low, high))
    return found.model_copy(
        update={
            "value": value,
            "low": value * math.exp(-below),
            "high": value * math.exp(above),
            "standard_error": value * math.hypot(rows / found.value, error),
        }
    )
