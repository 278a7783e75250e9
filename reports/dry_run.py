"""What a run would do, said before anything is started."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import slackblocks as slack

from core.costs import Cost
from core.domain import EnvironmentName, Kind, PipelineName
from core.durations import Usual
from core.marks import Marks
from core.messages import Sentence, Translator, say, say_count
from core.parameters import DAY, Parameter
from core.spans import Span
from reports import blocks
from reports.actions import RUN_PLANNED
from reports.buttons import VALUE, button_text
from reports.costs import amount
from reports.execution_facts import not_as_usual
from reports.marks import marks_lines
from reports.message import Message
from reports.names import code, shown
from reports.parameters_line import parameters_line
from reports.steps import took

MOST_DIFFERENT: Final = 20
"""Parameters that are listed."""


@dataclass(frozen=True)
class Plan:
    """A run that nobody has started yet; what the button carries that starts it."""

    id: str
    """The same plan is started once, however often it is clicked."""
    pipeline: PipelineName
    environment: EnvironmentName
    kind: Kind
    parameters: Mapping[str, str]
    marks: Marks = field(default_factory=Marks)
    """Tags and a note for its trial."""

    def dumps(self) -> str:
        """The inverse of `loads`."""
        parts = [self.id, self.pipeline, self.environment, self.kind, dict(self.parameters)]
        marks = [] if self.marks == Marks() else [list(self.marks.tags), self.marks.note or ""]
        return json.dumps([*parts, *marks], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def loads(cls, value: str) -> Plan:
        """What a button carries; a ValueError for anything else."""
        match json.loads(value):
            case [str(id_), str(pipeline), str(environment), str(kind), dict(parameters), *marks]:
                place = PipelineName(pipeline), EnvironmentName(environment), Kind(kind)
                given = {str(k): str(v) for k, v in parameters.items()}
                return cls(id_, *place, given, _marks(marks))
        raise ValueError(value)

    @property
    def days(self) -> Span | None:
        """The days that it would run one after the other; None: it is one."""
        text = self.parameters.get(DAY, "")
        return Span.of(text) if ".." in text else None

    @property
    def fits(self) -> bool:
        """Whether a button can carry it; an emoji counts as two characters."""
        return len(self.dumps().encode("utf-16-le")) // 2 <= VALUE


@dataclass(frozen=True)
class Beside:
    """What is known to compare a plan with."""

    production: Mapping[str, str] | None
    """Parameters of production's newest run that went well; None where there is none."""
    usual: Usual
    cost: Cost | None


def dry_run(
    plan: Plan, parameters: tuple[Parameter, ...], beside: Beside, t: Translator
) -> Message:
    """The message, for the eyes of who asked.

    Args:
        plan: What would be started.
        parameters: The pipeline's, for the values of those that are not named.
        beside: What it is compared with.
        t: The reader's language.
    """
    title = say(
        "*Dry run: nothing was started.* It would run {pipeline} in {environment} for {day}.",
        pipeline=shown(plan.pipeline),
        environment=shown(plan.environment),
        day=_day(plan),
    )
    given = parameters_line(not_as_usual(plan.parameters, parameters))
    different = _different(_all(plan, parameters), beside.production, t)
    parts: list[slack.Block] = [
        blocks.section(
            t.mrkdwn(title),
            t.mrkdwn(given),
            *(t.mrkdwn(line) for line in marks_lines(plan.marks)),
            *different,
            t.mrkdwn(_takes(beside, plan.days)),
        )
    ]
    if plan.fits:
        text, value = button_text(say("Start it"), t), plan.dumps()
        start = slack.Button(text, action_id=RUN_PLANNED, value=value, style="primary")
        parts.append(slack.ActionsBlock([start]))
    else:
        again = say("To start it, type the same without `--dry-run`.")
        parts.append(blocks.section(t.mrkdwn(again)))
    return Message(t.mrkdwn(title), tuple(parts))


def _marks(parts: list[object]) -> Marks:
    match parts:
        case [list(tags), str(note)]:
            return Marks(tuple(map(str, tags)), note=note or None)
        case []:
            return Marks()
    raise ValueError(parts)


def _day(plan: Plan) -> dt.date | str:
    text = plan.parameters.get(DAY, blocks.NOTHING)
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return shown(text)


def _all(plan: Plan, parameters: tuple[Parameter, ...]) -> dict[str, str]:
    """Every parameter that is of a reader's business, with the value that it would have."""
    defaults = {
        each.name: str(each.default)
        for each in parameters
        if not each.internal and each.default is not None
    }
    internal = {each.name for each in parameters if each.internal} | {DAY}
    both = {**defaults, **plan.parameters}
    return {name: text for name, text in both.items() if name not in internal}


def _different(
    given: Mapping[str, str], production: Mapping[str, str] | None, t: Translator
) -> list[str]:
    if production is None:
        nothing = say("Production has no run that went well yet: there is nothing to compare with.")
        return [t.mrkdwn(nothing)]
    found = {
        name: (text, production[name])
        for name, text in given.items()
        if name in production and not _same(text, production[name])
    }
    if not found:
        return [t.mrkdwn(say("Every parameter is as in production's newest run."))]
    listed = [
        t.mrkdwn(
            say(
                "• {name} {value} (production: {there})",
                name=code(name),
                value=code(text),
                there=code(there),
            )
        )
        for name, (text, there) in list(found.items())[:MOST_DIFFERENT]
    ]
    heading = say_count(
        "{count} parameter is not as in production's newest run:",
        "{count} parameters are not as in production's newest run:",
        count=len(found),
    )
    return [t.mrkdwn(heading), *listed]


def _takes(beside: Beside, days: Span | None) -> Sentence:
    lasts = took(beside.usual.whole)
    if days is not None and beside.usual.whole is not None:
        return _days_take(beside, days, beside.usual.whole)
    if lasts is None:
        return say("Too few runs went well to say how long it takes and what it costs.")
    if beside.cost is None:
        return say("It usually takes {usual}.", usual=lasts)
    return say("It usually takes {usual} and costs {cost}.", usual=lasts, cost=amount(beside.cost))


def _days_take(beside: Beside, days: Span, a_day: dt.timedelta) -> Sentence:
    count = len(days)
    whole, each = took(count * a_day) or "", took(a_day) or ""
    if beside.cost is None:
        return say(
            "A day usually takes {usual}: all {count}, one after the other, {whole}.",
            usual=each,
            count=count,
            whole=whole,
        )
    return say(
        "A day usually takes {usual} and costs {cost}: all {count}, one after the other, {whole} "
        "and {total}.",
        usual=each,
        cost=amount(beside.cost),
        count=count,
        whole=whole,
        total=amount(dataclasses.replace(beside.cost, amount=count * beside.cost.amount)),
    )


def _same(one: str, other: str) -> bool:
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False
