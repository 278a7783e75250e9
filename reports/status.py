"""What runs now, in a few lines; where nothing does, what ended last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import ExecutionStatus
from core.messages import Markup, Sentence, in_lines, say, say_count
from reports.execution_card import title
from reports.execution_facts import CardFacts
from reports.names import mention, shown, starter
from reports.steps import duration, failed_step, moment, progress


@dataclass(frozen=True)
class Seen:
    """One execution as it is listed."""

    facts: CardFacts
    elsewhere: bool = False
    """Whether it was started elsewhere: in AWS's console, by CI."""
    link: str | None = None
    """Address of its card."""


def status_lines(running: Sequence[Seen], ended: Sequence[Seen], *, waiting: int) -> Sentence:
    """The answer.

    Args:
        running: What runs now, with its steps, newest first.
        ended: What ended last; said where nothing runs.
        waiting: How many starts wait for SageMaker to answer.
    """
    lines: list[Sentence] = []
    if waiting:
        lines.append(
            say_count(
                "{count} start waits for SageMaker, which does not answer.",
                "{count} starts wait for SageMaker, which does not answer.",
                count=waiting,
            )
        )
    if running:
        heading = say_count("*{count} is running:*", "*{count} are running:*", count=len(running))
        return in_lines([*lines, heading, *(status_line(each) for each in running)])
    lines.append(say("Nothing runs now."))
    if ended:
        lines.append(say("The last that ended:"))
    return in_lines([*lines, *(status_line(each) for each in ended)])


def status_line(seen: Seen) -> Sentence:
    """One execution in one line."""
    return say(
        "•  {title}: {state}, {who}. {where}",
        title=title(seen.facts),
        state=_state(seen.facts),
        who=_who(seen),
        where=_where(seen),
    )


def _state(facts: CardFacts) -> Sentence:
    execution = facts.execution
    took = duration(execution.started, execution.ended)
    match execution.status:
        case ExecutionStatus.SUCCEEDED if took:
            return say("done in {duration}", duration=took)
        case ExecutionStatus.SUCCEEDED:
            return say("done")
        case ExecutionStatus.STOPPED:
            return say("stopped")
        case status if status.ended:
            step = failed_step(execution)
            return say("{step} failed", step=shown(step.name)) if step else say("failed")
        case _:
            return progress(execution)


def _who(seen: Seen) -> Sentence:
    at = moment(seen.facts.execution.started)
    if seen.facts.asked_by is not None:
        person = mention(seen.facts.asked_by)
        return say("started by {person} at {time}", person=person, time=at)
    if seen.elsewhere and seen.facts.started_by:
        who = starter(seen.facts.started_by)
        return say("started elsewhere by {person} at {time}", person=who, time=at)
    if seen.elsewhere:
        return say("started elsewhere at {time}", time=at)
    return say("started by the schedule at {time}", time=at)


def _where(seen: Seen) -> Markup:
    """Its id, which leads to the card where it has one."""
    name = seen.facts.execution.id
    if seen.link is None:
        return Markup(f"`{shown(name)}`" if name.isalnum() else shown(name), name)
    return Markup(f"<{seen.link}|{name}>" if name.isalnum() else shown(name), name)
