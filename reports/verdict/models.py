"""A model's fault in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from core.evidence.alarms import Alarm, Fault
from core.messages import Decimal, Percent, Sentence, say
from core.results import CANDIDATE, PRODUCTION
from reports.roles import model

OF_A_MODEL: Final = frozenset(
    {
        Fault.SCORES_CONSTANT,
        Fault.SCORES_UNRELATED,
        Fault.SCORES_APART,
        Fault.CALIBRATION,
        Fault.WORSE,
        Fault.RANKS_WORSE,
        Fault.DECAY,
        Fault.STALE,
        Fault.FEATURES,
    }
)
"""Faults of a model."""
DIGITS: Final = 3
CORRELATION_DIGITS: Final = 2


def model_fault(alarm: Alarm) -> Sentence:
    """What is wrong with a model; without a full stop."""
    subject = model(alarm.subject)
    found = alarm.comparison
    if alarm.fault is Fault.SCORES_CONSTANT or found is None:
        return say("{model} gives every row the same score", model=subject)
    assert found.value is not None
    assert found.usual is not None
    value, usual = found.value, found.usual
    if alarm.turned and alarm.fault not in {Fault.SCORES_UNRELATED, Fault.SCORES_APART}:
        value, usual = -value, -usual
    named = {"model": subject, "other": model(alarm.against)}
    match alarm.fault:
        case Fault.SCORES_UNRELATED | Fault.SCORES_APART:
            return _correlate(alarm.fault, value, usual, named)
        case Fault.CALIBRATION | Fault.STALE:
            return _predicts(alarm.fault, value, usual, named)
        case Fault.FEATURES:
            return say(
                "the order of the features of {model} changed more than on any recent day: nDCG "
                "{value} (usually {usual})",
                model=subject,
                value=Decimal(1 - math.exp(value), DIGITS),
                usual=Decimal(1 - math.exp(usual), DIGITS),
            )
        case _:
            return _loses(alarm.fault, value, usual, named)


def mend_model(alarm: Alarm) -> Sentence:
    """What to do about it."""
    if alarm.subject != PRODUCTION:
        return say("Do not promote it; look at the code and the rows that it was trained on.")
    if alarm.fault not in {Fault.DECAY, Fault.STALE}:
        return say(
            "Compare it with the version before, and promote that one if the cause is not found."
        )
    if alarm.against == CANDIDATE:
        return say("Look at the newest model, and ask for its promotion if it is sound.")
    return say("Train a model on newer days, and ask for its promotion if it is better.")


Named = Mapping[str, Sentence | str]


def _correlate(fault: Fault, value: float, usual: float, named: Named) -> Sentence:
    numbers = {"value": _correlation(value), "usual": _correlation(usual)}
    if fault is Fault.SCORES_UNRELATED:
        return say(
            "the scores of {model} belong to other rows: they correlate by {value} with those "
            "of {other} (usually {usual})",
            **numbers,
            **named,
        )
    return say(
        "the scores of {model} agree less with those of {other} than usual: they correlate "
        "by {value} (usually {usual})",
        **numbers,
        **named,
    )


def _predicts(fault: Fault, value: float, usual: float, named: Named) -> Sentence:
    sizes = {"size": _size(value), "usual": _usually(usual)}
    if fault is Fault.STALE:
        return (
            say(
                "of late {model} predicts {size} more than {other} (before: {usual})",
                **sizes,
                **named,
            )
            if value > 0
            else say(
                "of late {model} predicts {size} less than {other} (before: {usual})",
                **sizes,
                **named,
            )
        )
    return (
        say("{model} predicts {size} more than {other} (usually {usual})", **sizes, **named)
        if value > 0
        else say("{model} predicts {size} less than {other} (usually {usual})", **sizes, **named)
    )


def _loses(fault: Fault, value: float, usual: float, named: Named) -> Sentence:
    numbers = {
        "value": Decimal(value, DIGITS, signed=True),
        "usual": Decimal(usual, DIGITS, signed=True),
    }
    match fault:
        case Fault.DECAY:
            return say(
                "{model} falls behind {other} on the same rows: normalised entropy {value} of late "
                "(before: {usual})",
                **numbers,
                **named,
            )
        case Fault.RANKS_WORSE:
            return say(
                "{model} ranks worse beside {other} on the same rows: AUC {value} (usually "
                "{usual})",
                **numbers,
                **named,
            )
        case _:
            return say(
                "{model} is worse than {other} on the same rows: normalised entropy {value} "
                "(usually {usual})",
                **numbers,
                **named,
            )


def _correlation(fisher: float) -> Decimal:
    return Decimal(math.tanh(fisher), CORRELATION_DIGITS)


def _size(logarithm: float) -> Percent:
    """How far a ratio lies from 1."""
    return Percent(abs(math.exp(logarithm) - 1), 0)


def _usually(logarithm: float) -> Sentence:
    size = _size(logarithm)
    return say("{size} more", size=size) if logarithm >= 0 else say("{size} less", size=size)
