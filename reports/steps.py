"""The steps of an execution as they stand, as Slack's plan with a task card for each."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import slackblocks as slack

from core.domain import Execution, ExecutionStatus, Step, StepStatus
from core.durations import Usual
from core.messages import Markup, Sentence, Translator, say
from reports.metrics import label, value
from reports.names import shown

MOST_STEPS: Final = 25
"""Steps that are shown; ours have six."""
MOST_METRICS: Final = 6
"""Live metrics of a step that are shown."""
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
    """The pipeline took another branch."""
    NOT_STARTED = "not started"
    """The execution ended before its turn came. SageMaker has no status for it: a step that never
    began is not listed (ListPipelineExecutionSteps)."""


SIGNS: Final[Mapping[State, slack.TaskStatus]] = {
    State.WAITING: "pending",
    State.RUNNING: "in_progress",
    State.DONE: "complete",
    State.FAILED: "error",
    State.STOPPED: "error",
    State.SKIPPED: "pending",
    State.NOT_STARTED: "pending",
}
"""Slack knows four signs; what else there is to know stands in words below the step."""
_STATES: Final = {
    StepStatus.STARTING: State.RUNNING,
    StepStatus.EXECUTING: State.RUNNING,
    StepStatus.STOPPING: State.RUNNING,
    StepStatus.STOPPED: State.STOPPED,
    StepStatus.FAILED: State.FAILED,
    StepStatus.SUCCEEDED: State.DONE,
}


@dataclass(frozen=True)
class Beside:
    """What is known besides the steps themselves."""

    usual: Usual = field(default_factory=Usual)
    """How long they usually take."""
    live: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Step's name → the metrics that its training job emitted last."""


def steps_blocks(
    execution: Execution, t: Translator, beside: Beside | None = None
) -> list[slack.Block]:
    """The plan with every step; nothing where none is known yet."""
    started = {step.name: step for step in execution.steps}
    known = beside or Beside()
    tasks: list[slack.TaskCardBlock] = []
    for number, name in enumerate(step_names(execution)[:MOST_STEPS]):
        step = started.get(name)
        state = _STATES[step.status] if step else _never_begun(execution)
        lines = [
            _said(state, step, took(known.usual.steps.get(name))),
            *_emitted(known.live.get(name, {}), t),
        ]
        said = "\n".join(t.plain(line) for line in lines)
        tasks.append(_task(f"step-{number}", name, step, state, said, t))
    return [slack.PlanBlock(t.plain(progress(execution)), tasks)] if tasks else []


def step_names(execution: Execution) -> list[str]:
    """The steps that a reader sees, in order."""
    names = dict.fromkeys((*execution.all_steps, *(step.name for step in execution.steps)))
    names.pop(FAIL, None)
    return list(names)


def progress(execution: Execution) -> Sentence:
    """How far an execution is, in one line: the plan's title, and what `status` says."""
    total = len(step_names(execution))
    done = sum(step.status is StepStatus.SUCCEEDED for step in execution.steps)
    if execution.status is ExecutionStatus.STOPPING:
        return say("Stopping: {done} of {total} steps done", done=done, total=total)
    broken = failed_step(execution)
    if execution.status.ended and broken is not None and broken.name != FAIL:
        return say("Failed: {done} of {total} steps done", done=done, total=total)
    if execution.status is ExecutionStatus.STOPPED:
        return say("Stopped: {done} of {total} steps done", done=done, total=total)
    if execution.status.ended:
        return say("{done} of {total} steps done", done=done, total=total)
    now = [shown(step.name, 40) for step in running_steps(execution)]
    if not now:
        return say("Starting: {done} of {total} steps done", done=done, total=total)
    return say(
        "Running {steps}: {done} of {total} steps done", steps=now[:3], done=done, total=total
    )


def running_steps(execution: Execution) -> list[Step]:
    """The steps that run now."""
    return [step for step in execution.steps if _STATES[step.status] is State.RUNNING]


def failed_step(execution: Execution) -> Step | None:
    """The step that ended the execution; of several the first that says why."""
    failed = [step for step in execution.steps if step.status is StepStatus.FAILED]
    return next((step for step in failed if step.failure_reason), failed[0] if failed else None)


def _task(
    task_id: str, name: str, step: Step | None, state: State, said: str, t: Translator
) -> slack.TaskCardBlock:
    logs = [slack.URLSource(step.logs_url, t.plain(say("Log")))] if step and step.logs_url else None
    return slack.TaskCardBlock(
        task_id=task_id,
        title=shown(name),
        status=SIGNS[state],
        output=slack.RichTextBlock([slack.RichTextSection([slack.RichText(said)])]),
        sources=logs,
    )


def _emitted(metrics: Mapping[str, float], t: Translator) -> Iterator[Sentence]:
    """What a training job said last of itself, in one line."""
    if metrics:
        written = [
            say("{metric} {value}", metric=label(name), value=value(t, number))
            for name, number in list(metrics.items())[:MOST_METRICS]
        ]
        yield say("{metrics}", metrics=written)


def _never_begun(execution: Execution) -> State:
    if not execution.status.ended:
        return State.WAITING
    if execution.status is ExecutionStatus.SUCCEEDED:
        return State.SKIPPED
    broken = failed_step(execution)
    return State.SKIPPED if broken is not None and broken.name == FAIL else State.NOT_STARTED


_IDLE: Final[Mapping[State, Sentence]] = {
    State.WAITING: say("waiting"),
    State.SKIPPED: say("skipped"),
    State.NOT_STARTED: say("not started"),
}


def _said(state: State, step: Step | None, usually: Sentence | None) -> Sentence:
    if state in _IDLE:
        return _IDLE[state]
    if state is State.RUNNING:
        return say("running, usually {usual}", usual=usually) if usually else say("running")
    return _ended(state, step, duration(step.started, step.ended) if step else None, usually)


def _ended(
    state: State, step: Step | None, lasted: Sentence | None, usually: Sentence | None
) -> Sentence:
    match state:
        case State.FAILED if lasted:
            return say("failed after {duration}", duration=lasted)
        case State.FAILED:
            return say("failed")
        case State.STOPPED if lasted:
            return say("stopped after {duration}", duration=lasted)
        case State.STOPPED:
            return say("stopped")
        case _ if step and step.taken_from:
            return say("from the cache of an earlier run")
        case _ if lasted and usually:
            return say("done in {duration}, usually {usual}", duration=lasted, usual=usually)
        case _:
            return say("done in {duration}", duration=lasted) if lasted else say("done")


def duration(started: dt.datetime | None, ended: dt.datetime | None) -> Sentence | None:
    """How long something took; None while that is unknown, and where it took no time."""
    return None if started is None or ended is None else took(ended - started)


def took(time: dt.timedelta | None) -> Sentence | None:
    """A length of time in words; None while it is unknown, and where it is none."""
    seconds = round(time.total_seconds()) if time is not None else 0
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
