"""The steps of an execution as its card shows them.

What a step is at and how that is drawn are kept apart: to draw them as Slack's `plan` of
`task_card`s, `steps_block` alone changes.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Final

import slackblocks as slack

from core.domain import Execution, Step, StepStatus
from core.messages import Sentence, Translator, say, say_count
from reports import blocks
from reports.moments import clock_time, duration
from reports.names import shown

MOST_STEPS: Final = 30
"""Steps that are listed; a card is for a phone."""
STEP_NAME: Final = 40


class StepState(enum.Enum):
    """What a step is at, for who looks on."""

    WAITING = "⚪"
    RUNNING = "⏳"
    DONE = "✅"
    FAILED = "❌"
    STOPPED = "⏹️"
    SKIPPED = "➖"


@dataclass(frozen=True)
class Line:
    """One step of the card."""

    name: str
    state: StepState
    started: dt.datetime | None = None
    lasted: dt.timedelta | None = None
    """How long it took, once it ended."""


_STATES: Final = {
    StepStatus.STARTING: StepState.RUNNING,
    StepStatus.EXECUTING: StepState.RUNNING,
    StepStatus.STOPPING: StepState.RUNNING,
    StepStatus.STOPPED: StepState.STOPPED,
    StepStatus.FAILED: StepState.FAILED,
    StepStatus.SUCCEEDED: StepState.DONE,
}


def lines(execution: Execution) -> tuple[Line, ...]:
    """Every step in the definition's order, then those that its listing left out (Fail steps).

    What has not begun waits while the execution runs, and was skipped once it ended.
    """
    begun = {step.name: step for step in execution.steps}
    rest = [name for name in begun if name not in execution.all_steps]
    absent = StepState.SKIPPED if execution.status.ended else StepState.WAITING
    return tuple(
        _line(begun[name]) if name in begun else Line(name, absent)
        for name in (*execution.all_steps, *rest)
    )


def failed(execution: Execution) -> Step | None:
    """The step that ended the execution; of several the one that says why."""
    steps = [step for step in execution.steps if step.status is StepStatus.FAILED]
    return next((step for step in steps if step.failure_reason), steps[0] if steps else None)


def steps_block(execution: Execution, t: Translator) -> slack.Block | None:
    """The list of steps; None before any is known."""
    found = lines(execution)
    if not found:
        return None
    sentences = [_sentence(line) for line in found[:MOST_STEPS]]
    if len(found) > MOST_STEPS:
        more = len(found) - MOST_STEPS
        sentences.append(say_count("and {count} more step", "and {count} more steps", more))
    return blocks.section(*(t.mrkdwn(sentence) for sentence in sentences))


def _line(step: Step) -> Line:
    ended = step.ended if step.status not in _GOING else None
    lasted = ended - step.started if step.started and ended else None
    return Line(step.name, _STATES[step.status], step.started, lasted)


_GOING: Final = {StepStatus.STARTING, StepStatus.EXECUTING, StepStatus.STOPPING}


def _sentence(line: Line) -> Sentence:
    mark, name = line.state.value, shown(line.name, STEP_NAME)
    match line.state:
        case StepState.WAITING:
            return say("{mark}  {name} · waiting", mark=mark, name=name)
        case StepState.SKIPPED:
            return say("{mark}  {name} · skipped", mark=mark, name=name)
        case StepState.RUNNING if line.started is None:
            return say("{mark}  *{name}* · running", mark=mark, name=name)
        case StepState.RUNNING:
            since = clock_time(line.started)
            return say("{mark}  *{name}* · running since {time}", mark=mark, name=name, time=since)
        case StepState.FAILED:
            return say("{mark}  *{name}* · failed{after}", mark=mark, name=name, after=_after(line))
        case StepState.STOPPED:
            return say("{mark}  {name} · stopped{after}", mark=mark, name=name, after=_after(line))
        case StepState.DONE if line.lasted is None or line.lasted < _MOMENT:
            return say("{mark}  {name} · done", mark=mark, name=name)
        case StepState.DONE:
            lasted = duration(line.lasted)
            return say("{mark}  {name} · done in {duration}", mark=mark, name=name, duration=lasted)


_MOMENT: Final = dt.timedelta(seconds=1)
"""What took less took no time: conditions and the like."""


def _after(line: Line) -> Sentence | str:
    if line.lasted is None or line.lasted < _MOMENT:
        return ""
    return say(" after {duration}", duration=duration(line.lasted))
