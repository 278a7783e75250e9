"""What is said below a report once its day's labels have matured."""

from __future__ import annotations

import dataclasses
from typing import Final

from core.evidence.judged import Judged
from core.evidence.verdict import Labels, Verdict
from core.messages import Sentence, Translator, say, say_count
from reports.message import Message
from reports.metrics import capital_label, digits, with_reach
from reports.report_facts import ReportFacts
from reports.verdict.alarms import what_is_wrong
from reports.verdict.cause import heading
from reports.verdict.figures import share
from reports.verdict.lights import LIGHTS
from reports.verdict.money import money_line

MOST_ALARMS: Final = 3


def revision(facts: ReportFacts, t: Translator) -> Message | None:
    """The day as it is known now beside how it was known first.

    None where the day was never known otherwise, or its labels have not matured.
    """
    if facts.today is None or facts.today.label_age is not None or not facts.today.earlier:
        return None
    first = facts.today.earlier[0]
    then = dataclasses.replace(facts, today=first)
    lines = [_title(first.label_age or 0), *_figures(facts.verdict, then.verdict, t)]
    money = money_line(facts.verdict.worth, facts.today.positive)
    lines += [money] if money else []
    return Message("\n".join(t.mrkdwn(line) for line in [*lines, *_outcome(facts, then, t)]))


def _title(age: int) -> Sentence:
    return say_count(
        "*As known now*, when all labels are in (the report knew those of {count} day):",
        "*As known now*, when all labels are in (the report knew those of {count} days):",
        count=age,
    )


def _figures(now: Verdict, then: Verdict, t: Translator) -> list[Sentence]:
    before = {judged.metric: judged for judged in then.metrics}
    metrics = [_metric(judged, before.get(judged.metric), t) for judged in now.metrics]
    rate = _rate(now.labels, then.labels)
    return [*metrics, *([rate] if rate else [])]


def _metric(now: Judged, then: Judged | None, t: Translator) -> Sentence:
    metric, number = capital_label(now.metric, t), with_reach(t, now.found)
    if then is None:
        return say("{metric} {value}", metric=metric, value=number)
    return say(
        "{metric} {value} ({before} then)",
        metric=metric,
        value=number,
        before=t.number(then.found.value, digits(then.found)),
    )


def _rate(now: Labels | None, then: Labels | None) -> Sentence | None:
    if now is None or then is None:
        return None
    return say(
        "{seen} of the rows were positive ({before} then)",
        seen=share(now.seen),
        before=share(then.seen),
    )


def _outcome(now: ReportFacts, then: ReportFacts, t: Translator) -> list[Sentence]:
    """Whether the verdict changed, and to what."""
    light, line = LIGHTS[now.verdict.sign], heading(now.verdict)
    alarms = [_alarm(now, number, t) for number in range(len(now.verdict.alarms))][:MOST_ALARMS]
    if _said(now.verdict) == _said(then.verdict):
        found = say("The verdict did not change: {light} {verdict}", light=light, verdict=line)
        return [found, *alarms]
    changed = say(
        "*The verdict changed*: {light} {verdict} It was: {before_light} {before}",
        light=light,
        verdict=line,
        before_light=LIGHTS[then.verdict.sign],
        before=heading(then.verdict),
    )
    return [changed, *alarms]


def _alarm(facts: ReportFacts, number: int, t: Translator) -> Sentence:
    alarm = facts.verdict.alarms[number]
    return say("To act on: {alarm}", alarm=what_is_wrong(alarm, facts, t))


def _said(verdict: Verdict) -> tuple[object, ...]:
    """What a reader would call the verdict."""
    alarms = frozenset((each.fault, each.subject, each.column_fault) for each in verdict.alarms)
    return verdict.sign, verdict.cause.cause, alarms
