"""Which metrics lead, what they are called, and how their values are written."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Final

from core.day_result import DayResult
from core.evidence.leading import in_order, low_base_rate
from core.messages import LANGUAGES, Sentence, Translator, say
from core.results import Interval
from reports.blocks import NOTHING
from reports.names import shown

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
    "weighted_f1": say("weighted F1"),
    "weighted_precision": say("weighted precision"),
    "weighted_recall": say("weighted recall"),
    "rmse": say("RMSE"),
    "mae": say("MAE"),
    "r2": say("R²"),
    "mse": say("MSE"),
    "mean_log_loss": say("mean log-loss"),
    "mean_auc": say("mean AUC"),
}
DIGITS: Final = 3
"""Behind the point, of every metric in a table."""
FEWEST_DIGITS, MOST_DIGITS = 2, 5
"""In sentences: as many as the interval bears."""
LARGE: Final = 100.0
"""From here on a number needs a single digit behind the point."""


def metrics_of(
    result: DayResult, *, every: bool = False, leading: Sequence[str] = ()
) -> tuple[str, ...]:
    """The metrics of a run's own model in the order in which they are shown; the first leads.

    Args:
        result: The day.
        every: Also those that say little on a day with few positives.
        leading: Those that somebody wants to lead, where the day has them; else the team's own.
    """
    rare = low_base_rate(result)
    wanted = leading or result.run.leading
    return in_order(result.metrics, rare=rare, every=every, wanted=wanted)


def label(metric: str) -> Sentence | str:
    """What a metric is called."""
    return LABELS.get(metric) or shown(metric)


def label_text(metric: str, t: Translator) -> str:
    """What a metric is called, for places without markup."""
    known = LABELS.get(metric)
    return t.plain(known) if known else shown(metric)


@functools.cache
def names_called() -> Mapping[str, str]:
    """What metrics are called in every language → their names."""
    translators = [Translator(each) for each in LANGUAGES]
    return {t.plain(called): name for t in translators for name, called in LABELS.items()}


def value(
    t: Translator, number: float | None, *, signed: bool = False, digits: int = DIGITS
) -> str:
    """A metric's value, or a dash."""
    if number is None or not math.isfinite(number):
        return NOTHING
    return t.number(number, digits if abs(number) < LARGE else 1, signed=signed)


def capital_label(metric: str, t: Translator) -> str:
    """What a metric is called at the beginning of a sentence."""
    text = label_text(metric, t)
    return text[:1].upper() + text[1:] if metric in LABELS else text


def digits(found: Interval) -> int:
    """Digits behind the point that an interval bears, for a sentence."""
    if abs(found.value) >= LARGE:
        return 1
    reach = 0.0 if found.low is None or found.high is None else (found.high - found.low) / 2
    if not (reach > 0 and math.isfinite(reach)):
        return DIGITS
    return max(FEWEST_DIGITS, min(MOST_DIGITS, math.ceil(-math.log10(reach))))


def with_reach(t: Translator, found: Interval) -> str:
    """A value with its interval, short: "0.65 ± 0.04", or its ends where they differ in reach."""
    places = digits(found)
    number = t.number(found.value, places)
    if found.low is None or found.high is None:
        return number
    below, above = (t.number(abs(end - found.value), places) for end in (found.low, found.high))
    if below == above:
        return f"{number} ± {below}"
    low, high = t.number(found.low, places), t.number(found.high, places)
    return t.plain(say("{value} ({low} to {high})", value=number, low=low, high=high))


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


def with_ends(t: Translator, found: Interval | None) -> str:
    """A value with its interval's ends, for a cell; a dash where there is none."""
    if found is None or found.low is None or found.high is None:
        return value(t, found.value if found else None)
    ends = interval(t, found)
    return t.plain(say("{value} ({ends})", value=value(t, found.value), ends=ends))


def difference(t: Translator, found: Interval | None) -> str:
    """A difference with its interval, or a dash."""
    if found is None:
        return NOTHING
    number = value(t, found.value, signed=True)
    if found.low is None or found.high is None:
        return number
    low, high = value(t, found.low, signed=True), value(t, found.high, signed=True)
    return t.plain(say("{value} ({low} to {high})", value=number, low=low, high=high))
