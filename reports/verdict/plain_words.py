"""The verdict for people who do not read metrics: what it means, in everyday words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.evidence.alarms import Alarm, Fault
from core.evidence.day_or_model import Cause, Why
from core.evidence.difference import Finding
from core.evidence.history import LEAST_DAYS
from core.evidence.leading import badness
from core.evidence.verdict import Labels, Verdict
from core.messages import Sentence, say, say_count
from reports.names import shown
from reports.roles import model
from reports.verdict.columns import COLUMN
from reports.verdict.figures import share
from reports.verdict.labels import seen_and_expected

ALARMS: Final[Mapping[Fault, Sentence]] = {
    Fault.RUN: say("this morning's training failed."),
    Fault.REFUSED: say("the new model failed its checks; the one before goes on."),
    Fault.ROWS: say("the amount of data is not right."),
    Fault.LABELS: say("it is not known of enough cases how they ended."),
    Fault.FEWER_LABELS: say("it is not known of enough cases how they ended."),
    Fault.ONE_CLASS: say("all cases are said to have ended the same way."),
    Fault.CONVERSIONS: say("it is not known of enough cases how they ended."),
}


def plain_verdict(verdict: Verdict) -> Sentence:
    """One sentence, as it stands behind the series and the day."""
    return plain_alarm(verdict.alarms[0]) if verdict.alarms else plain_day(verdict)


def plain_day(verdict: Verdict) -> Sentence:
    """What the day was, alarms apart."""
    match verdict.cause.cause:
        case Cause.ORDINARY if verdict.strange:
            return say("the model did as well as usual, on an unusual day.")
        case Cause.ORDINARY:
            return say("the model did as well as usual.")
        case Cause.HARD_DAY:
            return _hard_day(verdict.labels)
        case Cause.EASY_DAY:
            return say("an easy day for any model.")
        case Cause.MODEL if verdict.headline is not None and verdict.headline.is_worse:
            return say("the model did worse than usual, and the day is not the reason.")
        case Cause.MODEL:
            return say("the model did better than usual.")
        case _:
            return _unknown(verdict)


def way(verdict: Verdict) -> Sentence | None:
    """Better or worse than the day before; None where that is not known."""
    headline = verdict.headline
    if headline is None or headline.before is None:
        return None
    if headline.difference.finding is Finding.NOT_DISTINGUISHABLE:
        return say("About as good as the day before.")
    now = badness(headline.direction, headline.found.value)
    before = badness(headline.direction, headline.before)
    if headline.difference.finding is Finding.CANNOT_TELL or now is None or before is None:
        return None
    return say("Worse than the day before.") if now > before else say("Better than the day before.")


def _unknown(verdict: Verdict) -> Sentence:
    headline = verdict.headline
    match verdict.cause.why:
        case Why.NO_RESULTS:
            return say("no results.")
        case Why.NO_HISTORY:
            return _too_early(headline.comparison.days if headline else 0, verdict.set_aside)
        case _ if headline is not None and headline.is_out:
            return say("an unusual day; whether for the day or the model, that cannot be told.")
        case _:
            return say("it cannot be told how the model did.")


def _too_early(known: int, set_aside: int) -> Sentence:
    days = {"known": known, "least": LEAST_DAYS}
    if not set_aside:
        return say("too early to tell: {known} of {least} days are known.", **days)
    return say_count(
        "too early to tell: {known} of {least} ordinary days are known, as {count} more is noted "
        "or a holiday.",
        "too early to tell: {known} of {least} ordinary days are known, as {count} more are noted "
        "or holidays.",
        count=set_aside,
        **days,
    )


def _hard_day(labels: Labels | None) -> Sentence:
    if labels is None or labels.expected is None:
        return say("a hard day for any model.")
    if labels.positive is not None:
        return say("a hard day for any model: {labels}.", labels=seen_and_expected(labels))
    return say(
        "a hard day for any model: it happened in {seen} of all cases, where {expected} were "
        "expected.",
        seen=share(labels.seen),
        expected=share(labels.expected),
    )


def plain_alarm(alarm: Alarm) -> Sentence:
    """What is wrong, in one sentence."""
    if alarm.fault is Fault.COLUMN:
        return say("the data of {column} are broken.", column=shown(alarm.subject, COLUMN))
    if alarm.fault in ALARMS:
        return ALARMS[alarm.fault]
    return say("something is wrong with {model}.", model=model(alarm.subject))
