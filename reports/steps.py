"""The steps of an execution as they stand. Slack's plan and task cards would be swapped in here."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Final

import slackblocks as slack

from core.domain import Execution, Step, StepStatus
from core.messages import Markup, Sentence, Translator, say
from reports import blocks
from reports.names import code, shown

MOST_STEPS: Final = 25
"""Steps that are shown; ours have six."""
FAIL: Final = "Fail"
"""Our step that only says why nothing was registered: the card says it, the list leaves it out."""


class State(enum.StrEnum):
    """How a step stands, in a reader's words."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"


ICONS: Final[Mapping[State, str]] = {
    State.WAITING: ":white_circle:",
    State.RUNNING: ":hourglass_flowing_sand:",
    State.DONE: ":white_check_mark:",
    State.FAILED: ":x:",
    State.STOPPED: ":octagonal_sign:",
    State.SKIPPED: ":heavy_minus_sign:",
}
_STATES: Final = {
    StepStatus.STARTING: State.RUNNING,
    StepStatus.EXECUTING: State.RUNNING,
    StepStatus.STOPPING: State.RUNNING,
    StepStatus.STOPPED: State.STOPPED,
    StepStatus.FAILED: State.FAILED,
    StepStatus.SUCCEEDED: State.DONE,
}


def steps_blocks(execution: Execution, t: Translator) -> list[slack.Block]:
    """Every step with its state; nothing where none is known yet."""
    started = {step.name: step for step in execution.steps}
    names = dict.fromkeys((*execution.all_steps, *started))
    names.pop(FAIL, None)
    lines = [_line(name, started.get(name), execution, t) for name in list(names)[:MOST_STEPS]]
    return [blocks.section(*lines)] if lines else []


def failed_step(execution: Execution) -> Step | None:
    """The step that ended the execution; of several the first that says why."""
    failed = [step for step in execution.steps if step.status is StepStatus.FAILED]
    return next((step for step in failed if step.failure_reason), failed[0] if failed else None)


def _line(name: str, step: Step | None, execution: Execution, t: Translator) -> str:
    if step is None:
        state = State.SKIPPED if execution.status.ended else State.WAITING
    else:
        state = _STATES[step.status]
    icon = Markup(ICONS[state], "")
    named = Markup(f"*{_escaped(name, t)}*", shown(name))
    return t.mrkdwn(say("{icon} {step}: {state}", icon=icon, step=named, state=_said(state, step)))


def _said(state: State, step: Step | None) -> Sentence:
    took = duration(step.started, step.ended) if step else None
    match state:
        case State.WAITING:
            return say("waiting")
        case State.SKIPPED:
            return say("skipped")
        case State.RUNNING if step and step.started:
            return say("running since {time}", time=moment(step.started))
        case State.RUNNING:
            return say("running")
        case State.FAILED if took:
            return say("failed after {duration}", duration=took)
        case State.FAILED:
            return say("failed")
        case State.STOPPED:
            return say("stopped")
        case _:
            return say("done in {duration}", duration=took) if took else say("done")


def duration(started: dt.datetime | None, ended: dt.datetime | None) -> Sentence | None:
    """How long something took; None while that is unknown, and where it took no time."""
    if started is None or ended is None:
        return None
    seconds = round((ended - started).total_seconds())
    if seconds < 1:
        return None
    if seconds < 60:
        return say("{seconds} s", seconds=seconds)
    if seconds < 3600:
        return say("{minutes} min {seconds} s", minutes=seconds // 60, seconds=seconds % 60)
    return say("{hours} h {minutes} min", hours=seconds // 3600, minutes=seconds % 3600 // 60)


def moment(at: dt.datetime) -> Markup:
    """A time of day, which Slack shows in each reader's own zone.

    Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    plain = at.strftime("%H:%M %Z").rstrip()
    return Markup(f"<!date^{int(at.timestamp())}^{{time}}|{plain}>", plain)


def day_and_time(at: dt.datetime) -> Markup:
    """A date and time of day, in each reader's own zone."""
    plain = at.strftime("%Y-%m-%d %H:%M %Z").rstrip()
    return Markup(f"<!date^{int(at.timestamp())}^{{date_short}} {{time}}|{plain}>", plain)


def _escaped(name: str, t: Translator) -> str:
    return t.mrkdwn(Sentence("{name}", {"name": code(name).replace("*", "\N{ASTERISK OPERATOR}")}))
