"""The card of one execution: edited as its steps move, ending in metrics or in the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import slackblocks as slack

from core.day_result import DayResult
from core.domain import (
    PRODUCTION,
    EnvironmentName,
    Execution,
    ExecutionStatus,
    Kind,
    ModelVersion,
    Person,
    PipelineName,
)
from core.messages import Sentence, Translator, say, say_count
from core.parameters import DAY, EVALUATE_PARAMETERS, STARTED_BY, TRAIN_PARAMETERS
from reports import blocks
from reports.comparison import against_production
from reports.message import Message
from reports.moments import duration, moment
from reports.names import REASON, code, mention, shown
from reports.steps import failed, steps_block

MOST_PARAMETERS: Final = 12
"""Parameters that the card names; the modal and SageMaker have them all."""
_KNOWN: Final = {
    parameter.name: parameter for parameter in (*TRAIN_PARAMETERS, *EVALUATE_PARAMETERS)
}


@dataclass(frozen=True)
class ExecutionFacts:
    """What the card of an execution shows."""

    pipeline: PipelineName
    environment: EnvironmentName
    kind: Kind
    execution: Execution
    asked_by: Person | None = None
    """None: the schedule."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """As they were asked for; the execution's own, where known, come before these."""
    result: DayResult | None = None
    """What it found, once it ended (Evaluations.of_run)."""
    registered: ModelVersion | None = None
    """The version that it registered, if it did."""
    production: ModelVersion | None = None
    """The version that serves now."""
    command: str = "/mlpipe"
    """The slash command as it is called here."""

    @property
    def given(self) -> Mapping[str, str]:
        """Name → value of all parameters that are known."""
        return {**self.parameters, **self.execution.parameters}


def execution_card(facts: ExecutionFacts, t: Translator) -> Message:
    """The card as it should stand in Slack now: the same facts give the same card."""
    headline = _headline(facts)
    steps = steps_block(facts.execution, t)
    stack: list[slack.Block] = [
        blocks.title(t.plain(_title(facts))),
        blocks.section(t.mrkdwn(headline)),
        *([steps] if steps else []),
        *_outcome(facts, t),
        blocks.context(*(t.mrkdwn(sentence) for sentence in _origin(facts))),
    ]
    text = say("{title}: {headline}", title=_title(facts), headline=headline)
    return Message(t.mrkdwn(text), tuple(stack))


def _title(facts: ExecutionFacts) -> Sentence:
    """Production is told from everything else at a glance, by word and by picture."""
    template = (
        say("🏭 PRODUCTION · {what}", what=_what(facts))
        if facts.environment == PRODUCTION
        else say(
            "🧪 {environment} · {what}", environment=shown(facts.environment, 40), what=_what(facts)
        )
    )
    return template


def _what(facts: ExecutionFacts) -> Sentence:
    name, day = shown(facts.pipeline, 60), shown(facts.parameters.get(DAY, "?"), 20)
    if facts.kind is Kind.TRAIN:
        return say("{pipeline} · train · {day}", pipeline=name, day=day)
    return say("{pipeline} · evaluate · {day}", pipeline=name, day=day)


def _headline(facts: ExecutionFacts) -> Sentence:
    execution = facts.execution
    step = failed(execution)
    match execution.status:
        case ExecutionStatus.EXECUTING:
            return say("*Running.*")
        case ExecutionStatus.STOPPING:
            return say("*Stopping.*")
        case ExecutionStatus.STOPPED:
            return say("*Stopped* before it was done.")
        case ExecutionStatus.SUCCEEDED if execution.ended:
            return say("*Done* in {time}.", time=duration(execution.ended - execution.started))
        case ExecutionStatus.SUCCEEDED:
            return say("*Done.*")
        case _ if step is not None:
            return say("*Failed* at {step}.", step=shown(step.name, 40))
        case _:
            return say("*Failed.*")


def _outcome(facts: ExecutionFacts, t: Translator) -> list[slack.Block]:
    """What came of it; nothing while it runs."""
    if not facts.execution.status.ended:
        return []
    found: list[slack.Block] = []
    trouble = _trouble(facts)
    if trouble:
        found.append(blocks.section(*(t.mrkdwn(sentence) for sentence in trouble)))
    if facts.result is not None:
        found += _metrics(facts, facts.result, t)
    if facts.execution.status is ExecutionStatus.SUCCEEDED:
        found += [blocks.section(t.mrkdwn(sentence)) for sentence in _registered(facts)]
    return found


def _trouble(facts: ExecutionFacts) -> list[Sentence]:
    """The reason, and what to do about it."""
    if facts.execution.status is ExecutionStatus.SUCCEEDED:
        return []
    step = failed(facts.execution)
    reason = (step.failure_reason if step else None) or facts.execution.failure_reason
    again = say("`{line}`", line=_line(facts))
    if facts.execution.status is ExecutionStatus.STOPPED:
        return [say("Somebody stopped it. To run it again: {line}", line=again)]
    return [
        say("*Why:* {reason}", reason=shown(reason, REASON))
        if reason
        else say("SageMaker gives no reason; the log of the step's job has it."),
        say("*What to do:* mend what it names, then run it again: {line}", line=again),
    ]


def _metrics(facts: ExecutionFacts, result: DayResult, t: Translator) -> list[slack.Block]:
    trained = facts.kind is Kind.TRAIN
    found = against_production(
        result,
        facts.production,
        t,
        name=say("New version") if trained else say("This day"),
    )
    block: list[slack.Block] = []
    if facts.execution.status is not ExecutionStatus.SUCCEEDED:
        block.append(blocks.section(t.mrkdwn(say("The day was evaluated all the same:"))))
    return [
        *block,
        blocks.table(found.rows),
        blocks.context(*(t.mrkdwn(note) for note in found.notes)),
    ]


def _registered(facts: ExecutionFacts) -> list[Sentence]:
    if facts.registered is not None:
        where = "" if facts.environment == PRODUCTION else f" env={facts.environment}"
        number = facts.registered.version
        return [
            say(
                "*Version {version}* is registered and awaits approval. To ask for it: `{line}`",
                version=str(number),
                line=code(f"{facts.command} promote {facts.pipeline} {number}{where}", 200),
            )
        ]
    if facts.kind is Kind.TRAIN:
        return [say("No version was registered.")]
    return []


def _origin(facts: ExecutionFacts) -> list[Sentence]:
    execution = facts.execution
    who = mention(facts.asked_by) if facts.asked_by else say("the schedule")
    lines = [say("Started by {who}, {moment}", who=who, moment=moment(execution.started))]
    chosen = _chosen(facts)
    if chosen:
        lines.append(say("Parameters: {parameters}", parameters=_named(chosen)))
    elif facts.parameters:
        lines.append(say("Parameters: all as usual"))
    lines.append(say("Execution `{id}`", id=code(execution.id, 64)))
    return lines


def _chosen(facts: ExecutionFacts) -> dict[str, str]:
    """The parameters that differ from their default; the day stands in the title."""
    return {
        name: value
        for name, value in facts.parameters.items()
        if name not in {DAY, STARTED_BY} and not _usual(name, value)
    }


def _usual(name: str, value: str) -> bool:
    known = _KNOWN.get(name)
    if known is None or known.default is None:
        return False
    try:
        return float(value) == float(known.default)
    except ValueError:
        return value == str(known.default)


def _named(chosen: Mapping[str, str]) -> list[Sentence]:
    pairs = list(chosen.items())
    named = [
        say("`{name}={value}`", name=code(name, 64), value=code(value))
        for name, value in pairs[:MOST_PARAMETERS]
    ]
    more = len(pairs) - len(named)
    return [*named, say_count("{count} more", "{count} more", more)] if more else named


def _line(facts: ExecutionFacts) -> str:
    """What one types to run the same again."""
    words = [facts.command, "run", facts.pipeline, f"env={facts.environment}"]
    if facts.kind is Kind.EVALUATE:
        words.append("kind=evaluate")
    pairs = {DAY: facts.parameters[DAY]} if DAY in facts.parameters else {}
    for name, value in (pairs | _chosen(facts)).items():
        words.append(f'{name}="{value}"' if " " in value else f"{name}={value}")
    return code(" ".join(words), REASON)
