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
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.evidence.history import LEAST_DAYS
from core.manifest import UntilThen
from core.results import Interval, ModelFacts, Rows

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
    label_rate: float | None = None
    """What a day's label rate usually is at this age, as a share of what it becomes."""


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
    told = Youth(age=labels.age, matures_after=labels.matures_after, days=len(pairs))
    if len(pairs) < LEAST_DAYS:
        return told
    return dataclasses.replace(
        told,
        usually_in=_median(
            _labels(young, labels.until_then) / _labels(old, labels.until_then)
            for young, old in pairs
        ),
        label_rate=_median(young.base_rate / old.base_rate for young, old in pairs),
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
    """The day with predicted over observed as it would be if the usual share of labels came yet."""
    if young is None or young.label_rate is None or result.facts is None:
        return result
    rate = young.label_rate
    models = {role: _corrected(model, rate) for role, model in result.facts.models.items()}
    return dataclasses.replace(result, facts=result.facts.model_copy(update={"models": models}))


def _matured_since(today: DayResult, history: Iterable[DayResult]) -> Iterator[tuple[Rows, Rows]]:
    """The rows of each past day at the age of this one, and once its labels had matured."""
    for result in history:
        young, old = at_age(result, today.label_age), at_age(result, None)
        if young is None or old is None or young.facts is None or old.facts is None:
            continue
        if old.facts.rows.positive_weight > 0:
            yield young.facts.rows, old.facts.rows


def _labels(rows: Rows, until_then: UntilThen) -> float:
    """What there is of labels: of those that are negative until then, the positives."""
    return rows.positive_weight if until_then is UntilThen.NEGATIVE else float(rows.labelled)


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


def _corrected(model: ModelFacts, rate: float) -> ModelFacts:
    found = model.metrics.get(CALIBRATION)
    if found is None:
        return model
    metrics = {**model.metrics, CALIBRATION: _scaled(found, rate)}
    return model.model_copy(update={"metrics": metrics})


def _scaled(found: Interval, by: float) -> Interval:
    parts = ("value", "low", "high", "standard_error")
    values = {part: getattr(found, part) for part in parts}
    return found.model_copy(
        update={part: None if value is None else value * by for part, value in values.items()}
    )
