"""The steps of an execution as they stand, as Slack's plan with a task card for each."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Final

import slackblocks as slack

from core.domain import Execution, ExecutionStatus, Step, StepStatus
from core.messages import Markup, Sentence, Translator, say
from reports.names import shown

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


def steps_blocks(execution: Execution, t: Translator) -> list[slack.Block]:
    """The plan with every step; nothing where none is known yet."""
    started = {step.name: step for step in execution.steps}
    tasks = [
        _task(f"step-{number}", name, started.get(name), execution, t)
        for number, name in enumerate(step_names(execution)[:MOST_STEPS])
    ]
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
    task_id: str, name: str, step: Step | None, execution: Execution, t: Translator
) -> slack.TaskCardBlock:
    state = _STATES[step.status] if step else _never_begun(execution)
    said = slack.RichTextSection([slack.RichText(t.plain(_said(state, step)))])
    logs = [slack.URLSource(step.logs_url, t.plain(say("Log")))] if step and step.logs_url else None
    return slack.TaskCardBlock(
        task_id=task_id,
        title=shown(name),
        status=SIGNS[state],
        output=slack.RichTextBlock([said]),
        sources=logs,
    )


def _never_begun(execution: Execution) -> State:
    if not execution.status.ended:
        return State.WAITING
    if execution.status is ExecutionStatus.SUCCEEDED:
        return State.SKIPPED
    broken = failed_step(execution)
    return State.SKIPPED if broken is not None and broken.name == FAIL else State.NOT_STARTED


def _said(state: State, step: Step | None) -> Sentence:
    took = duration(step.started, step.ended) if step else None
    match state:
        case State.WAITING:
            return say("waiting")
        case State.SKIPPED:
            return say("skipped")
        case State.NOT_STARTED:
            return say("not started")
        case State.RUNNING:
            return say("running")
        case State.FAILED if took:
            return say("failed after {duration}", duration=took)
        case State.FAILED:
            return say("failed")
        case State.STOPPED if took:
            return say("stopped after {duration}", duration=took)
        case State.STOPPED:
            return say("stopped")
        case State.DONE if step and step.taken_from:
            return say("from the cache of an earlier run")
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
