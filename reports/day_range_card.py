"""The card of a range of days: which day runs, what each came to, and what held it up."""

from __future__ import annotations

import dataclasses
import datetime as dt
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import slackblocks as slack

from core.costs import Cost
from core.day_ranges import DayState, End
from core.day_result import DayResult
from core.domain import PRODUCTION, EnvironmentName, Execution, Kind, Person, PipelineName
from core.failures import likely_fix
from core.marks import Marks
from core.messages import Sentence, Translator, say, say_count
from core.redaction import redact
from core.spans import Span
from reports import blocks
from reports.actions import LOG, RETRY_DAYS, STOP_DAYS
from reports.buttons import button_text, confirm
from reports.costs import cost_line
from reports.marks import marks_lines
from reports.message import Message
from reports.metrics import label, label_text, metrics_of, value
from reports.names import REASON, mention, shown
from reports.parameters_line import parameters_line
from reports.steps import moment, progress, took

MOST_METRICS: Final = 2
"""Columns of the table: it is read on a phone too."""
MOST_REFUSED: Final = 3
"""Days whose gate refused that say why."""

_STATES: Final[Mapping[DayState, Sentence]] = {
    DayState.WAITING: say("waiting"),
    DayState.RUNNING: say("running"),
    DayState.DONE: say("done"),
    DayState.REFUSED: say("not registered"),
    DayState.FAILED: say("failed"),
    DayState.STOPPED: say("stopped"),
}


@dataclass(frozen=True)
class RangeDay:
    """One day of it."""

    day: dt.date
    state: DayState = DayState.WAITING
    run: str = ""
    """The bot's own id of its execution."""
    execution: Execution | None = None
    """How it stands, while it runs."""
    result: DayResult | None = None
    failure: str | None = None
    failed_step: str | None = None

    def running(self, execution: Execution | None) -> RangeDay:
        """With how it stands."""
        return dataclasses.replace(self, execution=execution)

    def with_result(self, result: DayResult | None) -> RangeDay:
        """With what it came to."""
        return dataclasses.replace(self, result=result)


@dataclass(frozen=True)
class RangeFacts:
    """What a card is made of."""

    id: str
    pipeline: PipelineName
    environment: EnvironmentName
    kind: Kind
    span: Span
    asked_by: Person
    requested_at: dt.datetime
    days: tuple[RangeDay, ...]
    changed: Mapping[str, str] = field(default_factory=dict)
    """Parameters that differ from their defaults."""
    marks: Marks = field(default_factory=Marks)
    end: End | None = None
    stop_by: Person | None = None
    retry_by: Person | None = None
    usual: dt.timedelta | None = None
    """How long one day usually takes."""
    cost: Cost | None = None
    """Of all days, once it ended."""
    command: str = "/mlpipe"

    @property
    def over(self) -> int:
        """How many days have been evaluated."""
        return sum(each.state in {DayState.DONE, DayState.REFUSED} for each in self.days)

    @property
    def now(self) -> RangeDay | None:
        """The day that runs."""
        return next((each for each in self.days if each.state is DayState.RUNNING), None)

    @property
    def halted(self) -> RangeDay | None:
        """The day that holds up those after it."""
        return next((each for each in self.days if each.state.halts), None)

    @property
    def waiting(self) -> int:
        """How many days have not begun."""
        return sum(each.state is DayState.WAITING for each in self.days)


def day_range_card(facts: RangeFacts, t: Translator) -> Message:
    """The card as it should stand now."""
    metrics = _metrics(facts.days)
    parts: list[slack.Block] = [
        blocks.title(t.plain(_title(facts))),
        blocks.section(*(t.mrkdwn(line) for line in _what(facts))),
        blocks.section(*(t.mrkdwn(line) for line in _stands(facts))),
        blocks.table(_rows(facts, metrics, t)),
    ]
    if means := _means(facts, metrics, t):
        parts.append(blocks.context(t.mrkdwn(means)))
    parts += [blocks.context(t.mrkdwn(line)) for line in _refused(facts)]
    if facts.end and facts.cost:
        parts.append(blocks.section(t.mrkdwn(cost_line(facts.cost, None))))
    if buttons := _buttons(facts, t):
        parts.append(slack.ActionsBlock(buttons))
    return Message(t.mrkdwn(_text(facts)), tuple(parts))


def _title(facts: RangeFacts) -> Sentence:
    name = shown(facts.environment, 40)
    values = {
        "pipeline": shown(facts.pipeline, 60),
        "first": facts.span.first,
        "last": facts.span.last,
    }
    if facts.environment == PRODUCTION:
        return say(
            "🏭 {environment} · {pipeline} · {first} to {last}", environment=name.upper(), **values
        )
    return say("🧪 {environment} · {pipeline} · {first} to {last}", environment=name, **values)


def _what(facts: RangeFacts) -> list[Sentence]:
    values = {"person": mention(facts.asked_by), "time": moment(facts.requested_at)}
    lines = [
        say_count(
            "Train and evaluate for {count} day, started by {person} at {time}.",
            "Train and evaluate for {count} days, one after the other, started by {person} at "
            "{time}.",
            count=len(facts.span),
            **values,
        )
        if facts.kind is Kind.TRAIN
        else say_count(
            "Evaluate without training for {count} day, started by {person} at {time}.",
            "Evaluate without training for {count} days, one after the other, started by {person} "
            "at {time}.",
            count=len(facts.span),
            **values,
        )
    ]
    if facts.retry_by:
        lines.append(say("Tried again by {person}.", person=mention(facts.retry_by)))
    return [*lines, parameters_line(facts.changed), *marks_lines(facts.marks)]


def _stands(facts: RangeFacts) -> list[Sentence]:
    """How far it is, and what to do where it is held up."""
    if facts.end is None:
        return [_done_so_far(facts), *_at_this_moment(facts)]
    if facts.end is End.DONE:
        return [
            say_count("*Done*: {count} day.", "*Done*: all {count} days.", count=len(facts.span))
        ]
    halted = facts.halted
    lines = [_why_it_ended(facts, halted)]
    if halted is not None and (fix := likely_fix(halted.failure)):
        lines.append(say("*Likely fix:* {fix}", fix=fix))
    if facts.waiting:
        lines.append(
            say_count(
                "{count} day has not begun. Retry goes on from here.",
                "{count} days have not begun. Retry goes on from here.",
                count=facts.waiting,
            )
        )
    return lines


def _done_so_far(facts: RangeFacts) -> Sentence:
    usual = took(facts.usual)
    if usual is None:
        return say("*{done} of {total} days done.*", done=facts.over, total=len(facts.span))
    return say(
        "*{done} of {total} days done*; a day usually takes {usual}.",
        done=facts.over,
        total=len(facts.span),
        usual=usual,
    )


def _at_this_moment(facts: RangeFacts) -> list[Sentence]:
    lines: list[Sentence] = []
    if (now := facts.now) is not None:
        lines.append(
            say("*{day}*: {state}", day=now.day, state=progress(now.execution))
            if now.execution
            else say("*{day}*: it is being started.", day=now.day)
        )
    if facts.stop_by:
        lines.append(
            say(
                "{person} stops it: the day that runs is being ended, no other begins.",
                person=mention(facts.stop_by),
            )
        )
    return lines


def _why_it_ended(facts: RangeFacts, halted: RangeDay | None) -> Sentence:
    if facts.end is End.STOPPED and facts.stop_by:
        return say("*Stopped* by {person} before it was done.", person=mention(facts.stop_by))
    if facts.end is End.STOPPED or halted is None:
        return say("*Stopped* before it was done.")
    reason = halted.failure
    why = say("SageMaker gives no reason.") if not reason else shown(redact(reason), REASON)
    if halted.failed_step is None:
        return say("*{day} failed:* {why}", day=halted.day, why=why)
    step = shown(halted.failed_step)
    return say("*{day}: {step} failed:* {why}", day=halted.day, step=step, why=why)


def _rows(facts: RangeFacts, metrics: Sequence[str], t: Translator) -> list[list[str]]:
    header = [t.plain(say("Day")), t.plain(say("State"))]
    header += [label_text(name, t) for name in metrics]
    return [header, *(_row(each, metrics, t) for each in facts.days)]


def _row(each: RangeDay, metrics: Sequence[str], t: Translator) -> list[str]:
    row = [each.day.isoformat(), t.plain(_STATES[each.state])]
    return row + [value(t, _value(each, name)) for name in metrics]


def _metrics(days: Sequence[RangeDay]) -> tuple[str, ...]:
    """Those that lead on the first day that has some."""
    result = next((each.result for each in days if each.result), None)
    return metrics_of(result)[:MOST_METRICS] if result else ()


def _value(each: RangeDay, metric: str) -> float | None:
    found = each.result.interval(metric) if each.result else None
    return found.value if found else None


def _means(facts: RangeFacts, metrics: Sequence[str], t: Translator) -> Sentence | None:
    """Over the days that were evaluated: a day is lucky, many are less so."""
    said: list[Sentence] = []
    count = sum(each.result is not None for each in facts.days)
    for name in metrics:
        found = [number for each in facts.days if (number := _value(each, name)) is not None]
        if len(found) > 1 and len(found) == count:
            mean = value(t, statistics.fmean(found))
            said.append(say("{metric} {value}", metric=label(name), value=mean))
    if not said:
        return None
    return say("Mean over {count} days: {metrics}", count=count, metrics=said)


def _refused(facts: RangeFacts) -> list[Sentence]:
    found = [each for each in facts.days if each.state is DayState.REFUSED and each.failure]
    return [
        say(
            "{day} was not registered: {why}",
            day=each.day,
            why=shown(redact(each.failure or ""), REASON),
        )
        for each in found[:MOST_REFUSED]
    ]


def _buttons(facts: RangeFacts, t: Translator) -> list[slack.Element]:
    if facts.end is None:
        return [] if facts.stop_by else [_stop(facts, t)]
    if facts.end is End.DONE:
        return []
    found: list[slack.Element] = [
        slack.Button(
            button_text(say("Retry"), t), action_id=RETRY_DAYS, value=facts.id, style="primary"
        )
    ]
    if (halted := facts.halted) is not None and halted.failed_step is not None:
        log = button_text(say("Show the last log lines"), t)
        found.append(slack.Button(log, action_id=LOG, value=halted.run))
    return found


def _stop(facts: RangeFacts, t: Translator) -> slack.Button:
    return slack.Button(
        button_text(say("Stop"), t),
        action_id=STOP_DAYS,
        value=facts.id,
        style="danger",
        confirm=confirm(
            t,
            title=say("Stop these days?"),
            text=say("The day that runs is ended, and no other begins. Retry goes on from there."),
            yes=say("Stop"),
            no=say("Let them run"),
            style="danger",
        ),
    )


def _text(facts: RangeFacts) -> Sentence:
    """What a lock screen shows."""
    named = _title(facts)
    halted = facts.halted
    match facts.end:
        case End.DONE:
            return say("{title}: done.", title=named)
        case End.STOPPED:
            return say("{title}: stopped.", title=named)
        case End.FAILED if halted is not None:
            return say("{title}: {day} failed.", title=named, day=halted.day)
        case _:
            return say(
                "{title}: {done} of {total} days done.",
                title=named,
                done=facts.over,
                total=len(facts.span),
            )
