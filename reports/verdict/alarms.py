"""An alarm in words: what is wrong, where, and one thing to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.evidence.alarms import Alarm, Fault
from core.evidence.history import Comparison, Standing
from core.evidence.verdict import Sign
from core.messages import Decimal, Percent, Sentence, Translator, escape, say, say_count
from core.results import PRODUCTION
from reports import blocks
from reports.names import REASON, one_line, shown
from reports.report_facts import ReportFacts
from reports.roles import model
from reports.verdict.columns import column_fault, mend_column
from reports.verdict.figures import share
from reports.verdict.lights import LIGHTS
from reports.verdict.run import mend_run, run_sentence

LONGEST: Final = 300
"""Characters of what is wrong."""
MOST_NAMED: Final = 5
"""Alarms that are told one by one."""
DIGITS: Final = 3
_CORRELATION_DIGITS: Final = 2
_SUSPECT: Final = frozenset(
    {
        Fault.SCORES_CONSTANT,
        Fault.SCORES_UNRELATED,
        Fault.SCORES_APART,
        Fault.CALIBRATION,
        Fault.WORSE,
    }
)
"""Faults of a model."""


@dataclass(frozen=True)
class AlarmText:
    """What is said of an alarm."""

    what: Sentence
    """Without a full stop: it stands on a lock screen too."""
    do: Sentence


def alarm_text(alarm: Alarm, facts: ReportFacts) -> AlarmText:
    """The words for an alarm of a report."""
    if alarm.fault in _SUSPECT:
        return AlarmText(_of_model(alarm), _mend_model(alarm.subject))
    match alarm.fault:
        case Fault.COLUMN:
            assert alarm.column is not None
            return AlarmText(column_fault(alarm.column), mend_column(alarm.column))
        case Fault.RUN:
            assert facts.run is not None
            return AlarmText(
                run_sentence(facts.run, facts.run.since(facts.day)), mend_run(facts.run)
            )
        case Fault.REFUSED:
            return AlarmText(_refused(facts), _LOOK_AT_THE_GATE)
        case Fault.LABELS:
            assert alarm.comparison is not None
            return AlarmText(_labels(alarm.comparison), _WAIT_FOR_LABELS)
        case Fault.CONVERSIONS:
            assert alarm.comparison is not None
            return AlarmText(_conversions(alarm.comparison), _WAIT_FOR_LABELS)
        case _:
            assert alarm.comparison is not None
            return _rows(alarm.comparison)


_LOOK_AT_THE_GATE: Final = say("What serves is as it was: mend the cause, then run the day again.")
_WAIT_FOR_LABELS: Final = say(
    "Ask whoever delivers the labels; once they are there, evaluate the day again."
)


def what_is_wrong(alarm: Alarm, facts: ReportFacts, t: Translator) -> str:
    """What is said of it, on one line without markup."""
    return blocks.cut(one_line(t.plain(alarm_text(alarm, facts).what)), LONGEST)


def alarm_lines(facts: ReportFacts, t: Translator) -> list[str]:
    """Every alarm of a report with what to do, in Slack's markup; nothing where all is well."""
    alarms = facts.verdict.alarms
    if not alarms:
        return _muted_lines(facts, t)
    title = say_count(
        "{light} *{count} thing to act on*",
        "{light} *{count} things to act on*",
        count=len(alarms),
        light=LIGHTS[Sign.ALARM],
    )
    lines = [t.mrkdwn(title)]
    for alarm in alarms[:MOST_NAMED]:
        what = escape(what_is_wrong(alarm, facts, t))
        lines.append(f"•  *{what}*\n      → {t.mrkdwn(alarm_text(alarm, facts).do)}")
    rest = len(alarms) - MOST_NAMED
    if rest > 0:
        lines.append(t.mrkdwn(say_count("… and {count} more", "… and {count} more", count=rest)))
    return [*lines, *_muted_lines(facts, t)]


def _muted_lines(facts: ReportFacts, t: Translator) -> list[str]:
    """What is said and does not ring; the foot says who muted it, and until when."""
    return [
        t.mrkdwn(say("🔕 Muted: {what}", what=what_is_wrong(each.alarm, facts, t)))
        for each in facts.verdict.muted[:MOST_NAMED]
    ]


def _rows(rows: Comparison) -> AlarmText:
    assert rows.value is not None
    assert rows.usual is not None
    counts: Mapping[str, int] = {
        "rows": round(math.exp(rows.value)),
        "usual": round(math.exp(rows.usual)),
    }
    if rows.standing is Standing.LOW:
        return AlarmText(
            say("only {rows} rows arrived (usually {usual})", **counts),
            say("Ask whether the feed is complete; once it is, run the day again."),
        )
    return AlarmText(
        say("{rows} rows arrived (usually {usual})", **counts),
        say("Look whether rows came twice; once they are gone, run the day again."),
    )


def _labels(labelled: Comparison) -> Sentence:
    assert labelled.value is not None
    assert labelled.usual is not None
    return say(
        "only {share} of the rows have a label (usually {usual})",
        share=share(math.exp(labelled.value)),
        usual=share(math.exp(labelled.usual)),
    )


def _conversions(found: Comparison) -> Sentence:
    """Against what was expected, whose own error is part of what is usual."""
    assert found.value is not None
    assert found.usual is not None
    return say(
        "only {share} as many positives as usual came, for what was expected",
        share=share(math.exp(found.value - found.usual)),
    )


def _refused(facts: ReportFacts) -> Sentence:
    gate = facts.today.gate if facts.today else None
    reason = gate.reason.rstrip(".") if gate else "?"
    return say("the gate refused the new version: {why}", why=shown(reason, REASON))


def _of_model(alarm: Alarm) -> Sentence:
    subject = model(alarm.subject)
    found = alarm.comparison
    if alarm.fault is Fault.SCORES_CONSTANT or found is None:
        return say("{model} gives every row the same score", model=subject)
    assert found.value is not None
    assert found.usual is not None
    value, usual = found.value, found.usual
    if alarm.turned and alarm.fault in {Fault.WORSE, Fault.CALIBRATION}:
        value, usual = -value, -usual
    named = {"model": subject, "other": model(alarm.against)}
    match alarm.fault:
        case Fault.SCORES_UNRELATED:
            return say(
                "the scores of {model} belong to other rows: they correlate by {value} with those "
                "of {other} (usually {usual})",
                value=_correlation(value),
                usual=_correlation(usual),
                **named,
            )
        case Fault.SCORES_APART:
            return say(
                "the scores of {model} agree less with those of {other} than usual: they correlate "
                "by {value} (usually {usual})",
                value=_correlation(value),
                usual=_correlation(usual),
                **named,
            )
        case Fault.CALIBRATION:
            sizes = {"size": _size(value), "usual": _usually(usual), **named}
            return (
                say("{model} predicts {size} more than {other} (usually {usual})", **sizes)
                if value > 0
                else say("{model} predicts {size} less than {other} (usually {usual})", **sizes)
            )
        case _:
            return say(
                "{model} is worse than {other} on the same rows: normalised entropy {value} "
                "(usually {usual})",
                value=Decimal(value, DIGITS, signed=True),
                usual=Decimal(usual, DIGITS, signed=True),
                **named,
            )


def _correlation(fisher: float) -> Decimal:
    return Decimal(math.tanh(fisher), _CORRELATION_DIGITS)


def _size(logarithm: float) -> Percent:
    """How far a ratio lies from 1."""
    return Percent(abs(math.exp(logarithm) - 1), 0)


def _usually(logarithm: float) -> Sentence:
    size = _size(logarithm)
    return say("{size} more", size=size) if logarithm >= 0 else say("{size} less", size=size)


def _mend_model(role: str) -> Sentence:
    if role == PRODUCTION:
        return say(
            "Compare it with the version before, and promote that one if the cause is not found."
        )
    return say("Do not promote it; look at the code and the rows that it was trained on.")
