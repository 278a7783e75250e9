"""An alarm in words: what is wrong, where, and one thing to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scipy.special import expit

from core.evidence.alarms import Alarm, Fault
from core.evidence.history import Comparison, Standing
from core.evidence.verdict import Sign
from core.messages import Sentence, Translator, escape, say, say_count
from reports import blocks
from reports.names import REASON, one_line, shown
from reports.report_facts import ReportFacts
from reports.verdict.columns import column_fault, mend_column
from reports.verdict.figures import share
from reports.verdict.labels import positive
from reports.verdict.lights import LIGHTS
from reports.verdict.models import OF_A_MODEL, mend_model, model_fault
from reports.verdict.run import mend_run, run_sentence

LONGEST: Final = 300
"""Characters of what is wrong."""
MOST_NAMED: Final = 5
"""Alarms that are told one by one."""


@dataclass(frozen=True)
class AlarmText:
    """What is said of an alarm."""

    what: Sentence
    """Without a full stop: it stands on a lock screen too."""
    do: Sentence


def alarm_text(alarm: Alarm, facts: ReportFacts) -> AlarmText:
    """The words for an alarm of a report."""
    if alarm.fault in OF_A_MODEL:
        return AlarmText(model_fault(alarm), mend_model(alarm))
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
        case Fault.FEWER_LABELS:
            assert alarm.comparison is not None
            return AlarmText(_fewer_labels(alarm.comparison), _WAIT_FOR_LABELS)
        case Fault.ONE_CLASS:
            assert alarm.comparison is not None
            return AlarmText(_one_class(alarm.comparison, facts), _WAIT_FOR_LABELS)
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


def _fewer_labels(of_late: Comparison) -> Sentence:
    assert of_late.value is not None
    assert of_late.usual is not None
    return say(
        "of late only {share} of the rows have a label (before: {usual})",
        share=share(math.exp(of_late.value)),
        usual=share(math.exp(of_late.usual)),
    )


def _one_class(rate: Comparison, facts: ReportFacts) -> Sentence:
    assert rate.usual is not None
    usual = share(float(expit(rate.usual)))
    called = positive(facts.today.positive if facts.today else None)
    if rate.standing is Standing.LOW:
        return say("no row is {positive} (usually {usual})", positive=called, usual=usual)
    return say("every row is {positive} (usually {usual})", positive=called, usual=usual)


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
