"""The card of an execution: who runs what where, how its steps stand, and how it ended."""

from __future__ import annotations

import datetime as dt

import slackblocks as slack

from core.day_result import DayResult
from core.domain import (
    PRODUCTION,
    EnvironmentName,
    Execution,
    ExecutionStatus,
    Kind,
    ModelVersion,
    Step,
)
from core.failures import likely_fix
from core.messages import Markup, Sentence, Translator, say
from core.parameters import DAY
from core.redaction import redact
from reports import blocks
from reports.comparison import about_production, comparison
from reports.costs import cost_line
from reports.execution_buttons import can_retry, card_buttons
from reports.execution_facts import CardFacts
from reports.marks import marks_lines
from reports.message import Message
from reports.metrics import label, metrics_of, value
from reports.names import REASON, code, mention, shown, starter
from reports.parameters_line import MOST_PARAMETERS, parameters_line
from reports.steps import (
    FAIL,
    Beside,
    duration,
    failed_step,
    moment,
    running_steps,
    steps_blocks,
    took,
)


def execution_card(facts: CardFacts, t: Translator) -> Message:
    """The card as it should stand now."""
    parts: list[slack.Block] = [
        blocks.title(t.plain(title(facts))),
        blocks.section(*_started(facts, t)),
        *steps_blocks(facts.execution, t, Beside(facts.usual, facts.live)),
    ]
    if facts.lost is not None:
        why = say("*I cannot follow this any more:* {why}", why=facts.lost)
        parts.append(blocks.section(t.mrkdwn(why)))
    elif facts.execution.status.ended:
        cost = [t.mrkdwn(cost_line(facts.cost, facts.usual_cost))] if facts.cost else []
        parts.append(blocks.section(*ending(facts, t), *cost))
        parts += _unreadable(facts.unreadable, t) if facts.unreadable else []
        parts += _found(facts, facts.result, t) if facts.result else []
        parts += _next(facts, t)
    if buttons := card_buttons(facts, t):
        parts.append(slack.ActionsBlock(buttons))
    parts.append(blocks.context(origin(facts, t)))
    return Message(_text(facts, t), tuple(parts))


def _unreadable(why: Sentence, t: Translator) -> list[slack.Block]:
    sentence = say("Not everything that it left can be read: {why}", why=why)
    return [blocks.section(t.mrkdwn(sentence))]


def _found(facts: CardFacts, result: DayResult, t: Translator) -> list[slack.Block]:
    parts: list[slack.Block] = []
    if facts.execution.status is not ExecutionStatus.SUCCEEDED:
        parts.append(blocks.section(t.mrkdwn(say("The day was evaluated all the same:"))))
    parts += comparison(result, t, version=facts.registered)
    about = about_production(result, facts.production)
    return [*parts, *([blocks.context(t.mrkdwn(about))] if about else [])]


def title(facts: CardFacts) -> Sentence:
    """Production is told by sign, word and capitals; every other environment by another sign."""
    name = shown(facts.environment, 40)
    values = {"pipeline": shown(facts.pipeline, 60), "day": _day(facts)}
    if facts.environment == PRODUCTION:
        return say("🏭 {environment} · {pipeline} · {day}", environment=name.upper(), **values)
    return say("🧪 {environment} · {pipeline} · {day}", environment=name, **values)


def _day(facts: CardFacts) -> dt.date | str:
    text = facts.day
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return shown(text) if text else "?"


def _started(facts: CardFacts, t: Translator) -> list[str]:
    who = started_by(facts)
    kind = (
        say("Train and evaluate, started by {person} at {time}.", person=who, time=_began(facts))
        if facts.kind is Kind.TRAIN
        else say(
            "Evaluate without training, started by {person} at {time}.",
            person=who,
            time=_began(facts),
        )
    )
    lines = [t.mrkdwn(kind)]
    if facts.retry_by:
        lines.append(t.mrkdwn(say("Tried again by {person}.", person=mention(facts.retry_by))))
    if facts.given:
        lines.append(t.mrkdwn(parameters_line(facts.changed)))
    lines += [t.mrkdwn(line) for line in marks_lines(facts.marks)]
    return [*lines, *_now(facts, t)]


def started_by(facts: CardFacts) -> Sentence | Markup | str:
    """Who started it."""
    if facts.asked_by is not None:
        return mention(facts.asked_by)
    return say("the schedule") if facts.started_by is None else starter(facts.started_by)


def _now(facts: CardFacts, t: Translator) -> list[str]:
    """What goes on at this moment."""
    if facts.execution.status.ended or facts.lost is not None:
        return []
    if facts.stop_by:
        who = mention(facts.stop_by)
        return [t.mrkdwn(say("{person} stops it: its jobs are being ended.", person=who))]
    return [
        t.mrkdwn(_running(step, step.started, facts))
        for step in running_steps(facts.execution)
        if step.started
    ]


def _running(step: Step, since: dt.datetime, facts: CardFacts) -> Sentence:
    name, at = shown(step.name), moment(since)
    usually = took(facts.usual.steps.get(step.name))
    if usually is None:
        return say("*{step}* has been running since {time}.", step=name, time=at)
    return say(
        "*{step}* has been running since {time}; it usually takes {usual}.",
        step=name,
        time=at,
        usual=usually,
    )


def _began(facts: CardFacts) -> Markup:
    return moment(facts.execution.started)


def ending(facts: CardFacts, t: Translator) -> list[str]:
    """How it ended, in words."""
    execution = facts.execution
    lasted = duration(execution.started, execution.ended)
    usually = took(facts.usual.whole)
    match execution.status:
        case ExecutionStatus.SUCCEEDED if lasted and usually:
            done = say(
                "*Done* in {duration}; it usually takes {usual}.", duration=lasted, usual=usually
            )
            return [t.mrkdwn(done)]
        case ExecutionStatus.SUCCEEDED if lasted:
            return [t.mrkdwn(say("*Done* in {duration}.", duration=lasted))]
        case ExecutionStatus.SUCCEEDED:
            return [t.mrkdwn(say("*Done.*"))]
        case ExecutionStatus.STOPPED if facts.stop_by:
            who = mention(facts.stop_by)
            return [t.mrkdwn(say("*Stopped* by {person} before it was done.", person=who))]
        case ExecutionStatus.STOPPED:
            return [t.mrkdwn(say("*Stopped* before it was done."))]
        case _:
            return [t.mrkdwn(sentence) for sentence in _failure(execution)]


def _failure(execution: Execution) -> list[Sentence]:
    step = failed_step(execution)
    reason = (step.failure_reason if step else None) or execution.failure_reason
    why = say("SageMaker gives no reason.") if not reason else shown(redact(reason), REASON)
    if step is not None and step.name == FAIL:
        return [say("*Not registered:* {why}", why=why)]
    fix = likely_fix(reason)
    mends = [say("*Likely fix:* {fix}", fix=fix)] if fix else []
    if step is None:
        return [say("*Failed:* {why}", why=why), *mends]
    return [say("*{step} failed:* {why}", step=shown(step.name), why=why), *mends]


def _next(facts: CardFacts, t: Translator) -> list[slack.Block]:
    """What to do now."""
    execution = facts.execution
    if facts.registered is not None:
        sentence = _registered(facts, facts.registered, t)
    elif execution.status is ExecutionStatus.SUCCEEDED:
        if facts.kind is Kind.EVALUATE or facts.unreadable is not None:
            return []
        sentence = say("No version was registered.")
    elif execution.status is ExecutionStatus.STOPPED:
        sentence = say(
            "Retry goes on where it stopped. To start it anew: {line}",
            line=_code(_again(facts), t),
        )
    elif can_retry(facts.execution):
        sentence = say(
            "Once that is fixed, Retry goes on from there. To start it anew: {line}",
            line=_code(_again(facts), t),
        )
    else:
        sentence = say("Once that is fixed, start it again: {line}", line=_code(_again(facts), t))
    return [blocks.section(t.mrkdwn(sentence))]


def _registered(facts: CardFacts, version: ModelVersion, t: Translator) -> Sentence:
    if facts.environment == PRODUCTION:
        return say(
            "*Version {version}* is registered. To have it serve: {line}",
            version=version.version,
            line=_code(f"{facts.command} promote {facts.pipeline} {version.version}", t),
        )
    return say(
        "*Version {version}* is registered in {environment}. To bring the same to production, "
        "run it there: {line}",
        version=version.version,
        environment=shown(facts.environment, 40),
        line=_code(_again(facts, PRODUCTION), t),
    )


def _again(facts: CardFacts, environment: EnvironmentName | None = None) -> str:
    """The line that starts the same once more, in the same environment or another."""
    words = [facts.command, "run", facts.pipeline, f"env={environment or facts.environment}"]
    words += ["kind=evaluate"] if facts.kind is Kind.EVALUATE else []
    given = {DAY: facts.day} if facts.day else {}
    changed = dict(list(facts.changed.items())[:MOST_PARAMETERS])
    words += [f"{name}={_quoted(text)}" for name, text in {**given, **changed}.items()]
    return " ".join(words)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _code(line: str, t: Translator) -> Markup:
    plain = code(line, REASON)
    return Markup(f"`{t.mrkdwn(Sentence('{line}', {'line': plain}))}`", plain)


def origin(facts: CardFacts, t: Translator) -> str:
    """Where it is in SageMaker."""
    return t.mrkdwn(
        say(
            "{pipeline} · execution {execution}",
            pipeline=shown(facts.execution.sagemaker_pipeline),
            execution=_code(facts.execution.id, t),
        )
    )


def _text(facts: CardFacts, t: Translator) -> str:
    """What a lock screen shows."""
    named = title(facts)
    execution = facts.execution
    if facts.lost is not None:
        return t.mrkdwn(say("{title}: not followed any more.", title=named))
    match execution.status:
        case ExecutionStatus.SUCCEEDED:
            metrics = metrics_of(facts.result) if facts.result else ()
            found = facts.result.interval(metrics[0]) if facts.result and metrics else None
            if found is None:
                return t.mrkdwn(say("{title}: done.", title=named))
            return t.mrkdwn(
                say(
                    "{title}: done, {metric} {value}.",
                    title=named,
                    metric=label(metrics[0]),
                    value=value(t, found.value),
                )
            )
        case ExecutionStatus.STOPPED:
            return t.mrkdwn(say("{title}: stopped.", title=named))
        case status if status.ended:
            step = failed_step(execution)
            if step is None:
                return t.mrkdwn(say("{title}: failed.", title=named))
            if step.name == FAIL:
                return t.mrkdwn(say("{title}: evaluated, but not registered.", title=named))
            return t.mrkdwn(say("{title}: {step} failed.", title=named, step=shown(step.name)))
        case _:
            return t.mrkdwn(say("{title}: running.", title=named))
