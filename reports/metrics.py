"""Which metrics lead, what they are called, and how their values are written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from core.day_result import DayResult
from core.messages import Sentence, Translator, say
from core.results import Interval
from reports.blocks import NOTHING
from reports.names import shown

USUAL: Final = (
    "auc",
    "log_loss",
    "normalised_entropy",
    "accuracy",
    "precision",
    "recall",
    "f1",
    "calibration_error",
    "predicted_over_observed",
)
RARE: Final = (
    "normalised_entropy",
    "predicted_over_observed",
    "auc",
    "log_loss",
    "calibration_error",
)
"""Below a base rate of 5 %: what counts predictions at a threshold of 0.5 says little there."""
LABELS: Final[Mapping[str, Sentence]] = {
    "auc": say("AUC"),
    "log_loss": say("log-loss"),
    "normalised_entropy": say("normalised entropy"),
    "accuracy": say("accuracy"),
    "precision": say("precision"),
    "recall": say("recall"),
    "f1": say("F1"),
    "calibration_error": say("calibration error"),
    "predicted_over_observed": say("predicted / observed"),
}
DIGITS: Final = 3
"""Behind the point, of every metric."""
MOST_METRICS: Final = 12
"""Rows of a table, where an evaluation brings metrics that we do not know."""


def low_base_rate(result: DayResult) -> bool:
    """Whether so few rows are positive that other metrics lead."""
    return result.facts is not None and result.facts.low_base_rate


def metrics_of(
    result: DayResult, *, every: bool = False, leading: Sequence[str] = ()
) -> tuple[str, ...]:
    """The metrics of a day in the order in which they are shown; the first leads.

    What an evaluation of another kind brings (regression, several classes) is shown by its own
    name.

    Args:
        result: The day.
        every: Also those that say little on a day with few positives.
        leading: Those that somebody wants to lead, where the day has them.
    """
    order: tuple[str, ...] = RARE if low_base_rate(result) else USUAL
    if every:
        order = tuple(dict.fromkeys((*order, *USUAL)))
    known = [name for name in order if name in result.metrics]
    usual = known or sorted(result.metrics)[:MOST_METRICS]
    wanted = [name for name in leading if name in result.metrics]
    return tuple(dict.fromkeys((*wanted, *usual)))


def label(metric: str) -> Sentence | str:
    """What a metric is called."""
    return LABELS.get(metric) or shown(metric)


def label_text(metric: str, t: Translator) -> str:
    """What a metric is called, for places without markup."""
    known = LABELS.get(metric)
    return t.plain(known) if known else shown(metric)


def value(t: Translator, number: float | None, *, signed: bool = False) -> str:
    """A metric's value, or a dash."""
    if number is None or not math.isfinite(number):
        return NOTHING
    return t.number(number, DIGITS, signed=signed)


def change(now: Interval | None, before: Interval | None) -> float | None:
    """The difference of two values as they are shown, so that a reader's sum comes out right."""
    if now is None or before is None:
        return None
    return round(now.value, DIGITS) - round(before.value, DIGITS)


def interval(t: Translator, found: Interval | None) -> str:
    """The interval's ends, or a dash."""
    if found is None or found.low is None or found.high is None:
        return NOTHING
    return t.plain(
        say(
            "{low} to {high}",
            low=value(t, found.low),
            high=value(t, found.high),
        )
    )


def difference(t: Translator, found: Interval | None) -> str:
    """A difference with its interval, or a dash."""
    if found is None:
        return NOTHING
    number = value(t, found.value, signed=True)
    if found.low is None or found.high is None:
        return number
    low, high = value(t, found.low, signed=True), value(t, found.high, signed=True)
    return t.plain(say("{value} ({low} to {high})", value=number, low=low, high=high))
