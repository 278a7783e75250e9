"""What happened against what was expected, and which way the predictions are off."""

from __future__ import annotations

import math
from typing import Final

from core.evidence.label_age import Youth
from core.evidence.verdict import Labels
from core.messages import Percent, Sentence, say, say_count
from core.results import Interval
from reports.names import shown
from reports.verdict.figures import share

POSITIVE: Final = 30
"""Characters of what a positive row is called."""


def seen_and_expected(labels: Labels | None) -> Sentence | None:
    """The share of positives beside what was expected; None where nothing was."""
    if labels is None or labels.expected is None:
        return None
    return say(
        "{seen} were {positive} where {expected} were expected",
        positive=positive(labels.positive),
        seen=share(labels.seen),
        expected=share(labels.expected),
    )


def usual_rate(labels: Labels) -> float | None:
    """The share of positives of recent days."""
    usual = labels.comparison.usual
    return None if usual is None else 1 / (1 + math.exp(-usual))


def positive(name: str | None) -> Sentence | str:
    """What a positive row is called inside a sentence."""
    return say("positive") if name is None else shown(name, POSITIVE)


def calibration(ratio: Interval | None, young: Youth | None = None) -> Sentence | None:
    """Predicted against observed, with its direction and interval; None without a number."""
    if ratio is None or not math.isfinite(ratio.value):
        return None
    size = off(ratio.value)
    if ratio.low is None or ratio.high is None:
        return say("Predictions are {off}.", off=size)
    if ratio.low <= 1.0 <= ratio.high and young is not None and young.calibration is not None:
        return say(
            "Predictions are {off}, within the chance of the day's rows and of the labels to come.",
            off=size,
        )
    if ratio.low <= 1.0 <= ratio.high:
        return say("Predictions are {off}, within the chance of the day's rows.", off=size)
    near, far = (Percent(each, 0) for each in sorted((abs(ratio.low - 1), abs(ratio.high - 1))))
    return say(
        "Predictions are {off} (95 % interval: {low} to {high}).",
        off=size,
        low=near,
        high=far,
    )


def rate_line(labels: Labels) -> Sentence:
    """The share of positives, and whether that is unusual."""
    usual = usual_rate(labels)
    seen, called = share(labels.seen), positive(labels.positive)
    if usual is None:
        return say("{seen} of the rows were {positive}.", seen=seen, positive=called)
    if labels.comparison.standing.is_out:
        return say(
            "{seen} of the rows were {positive}, out of the ordinary (usually {usual}).",
            positive=called,
            seen=seen,
            usual=share(usual),
        )
    return say(
        "{seen} of the rows were {positive} (usually {usual}).",
        seen=seen,
        positive=called,
        usual=share(usual),
    )


def age_line(young: Youth) -> Sentence:
    """How far the labels have come, and what that is held against."""
    if young.usually_in is None:
        return say_count(
            "Labels are {count} day old; how many are usually in by then is not known yet.",
            "Labels are {count} days old; how many are usually in by then is not known yet.",
            count=young.age,
        )
    return say_count(
        "Labels are {count} day old, usually {share} in: held against days of that age.",
        "Labels are {count} days old, usually {share} in: held against days of that age.",
        count=young.age,
        share=share(young.usually_in),
    )


def off(ratio: float) -> Sentence:
    """By how much a ratio of predicted over observed is too high or too low."""
    if round(abs(ratio - 1), 2) == 0:
        return say("neither too high nor too low")
    size = Percent(abs(ratio - 1), 0)
    return say("{size} too high", size=size) if ratio > 1 else say("{size} too low", size=size)
