"""Goes through a definition's graph: each step when all it needs has succeeded."""

from __future__ import annotations

import enum
import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from mlpipe_sandbox.aws.definition.document import Step
from mlpipe_sandbox.aws.execution.outcome import Outcome
from mlpipe_sandbox.aws.execution.record import STEP_FAILURE
from mlpipe_sandbox.aws.execution.retries import Retries
from mlpipe_sandbox.aws.execution.steps import Run, StepKinds
from mlpipe_sandbox.aws.shapes import Document

MOST_PARALLEL: Final = 4
"""Steps of one execution at a time (AWS: 50 by default): the machine is one."""

_log = logging.getLogger(__name__)


class _State(enum.Enum):
    WAITING = enum.auto()
    RUNNING = enum.auto()
    SUCCEEDED = enum.auto()
    ENDED = enum.auto()
    """Failed or stopped."""
    SKIPPED = enum.auto()
    """In the branch not taken, or behind such a step."""


class ExecutionRun:
    """One execution from its start, or its retry, to its end."""

    def __init__(self, run: Run, kinds: StepKinds, *, parallel: int = MOST_PARALLEL) -> None:
        """Prepare; steps that the record says have succeeded are not done again."""
        self._run = run
        self._kinds = kinds
        self._parallel = max(1, min(parallel, MOST_PARALLEL))
        self._outcomes: dict[str, bool] = {}
        self._states = dict.fromkeys(run.definition.steps, _State.WAITING)
        for name, properties in run.record.properties().items():
            self._succeed(name, properties)

    def go(self) -> None:
        """Do every step that can be done, then write how the execution ended."""
        running: dict[Future[Outcome], Step] = {}
        with ThreadPoolExecutor(self._parallel, thread_name_prefix=self._run.record.id) as pool:
            while True:
                for step in self._ready():
                    self._states[step.name] = _State.RUNNING
                    running[pool.submit(self._do, step)] = step
                if not running:
                    break
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._ended(running.pop(future), future.result())
        self._conclude()

    def _ready(self) -> list[Step]:
        """Steps whose turn it is; none any more once something failed or a stop was asked."""
        if self._run.stopping.is_set() or _State.ENDED in self._states.values():
            return []
        ready = []
        for step in self._run.definition.steps.values():  # a condition before its branches
            if self._states[step.name] is _State.WAITING:
                verdict = self._verdict(step)
                if verdict is _State.RUNNING:
                    ready.append(step)
                else:
                    self._states[step.name] = verdict
        return ready

    def _verdict(self, step: Step) -> _State:
        needs = [self._states[name] for name in step.needs]
        if step.branch is not None:
            needs.append(self._states[step.branch.condition])
            taken = self._outcomes.get(step.branch.condition)
            if taken is not None and taken != step.branch.outcome:
                return _State.SKIPPED
        if _State.SKIPPED in needs:
            return _State.SKIPPED
        done = all(state is _State.SUCCEEDED for state in needs)
        return _State.RUNNING if done else _State.WAITING

    def _do(self, step: Step) -> Outcome:
        record = self._run.record
        record.begin_step(_description(step), kind=step.type)
        record.update_step(step.name, StepStatus="Executing")
        retries = Retries(step.retries, started=time.monotonic())
        outcome = self._attempt(step)
        while (wait := retries.wait(outcome.exception, now=time.monotonic())) is not None:
            if self._run.stopping.wait(wait):
                outcome = Outcome("Stopped", reason=outcome.reason)
                break
            record.begin_again(step.name)
            outcome = self._attempt(step)
        record.end_step(
            step.name, outcome.status, reason=outcome.reason, properties=outcome.properties
        )
        return outcome

    def _attempt(self, step: Step) -> Outcome:
        try:
            return self._kinds.do(step, self._run)
        except Exception as error:  # noqa: BLE001  # a fault of the sandbox must not leave an execution hanging
            _log.exception("The sandbox failed to do step %s", step.name)
            return Outcome("Failed", reason=f"InternalServerError: {error!r}")

    def _ended(self, step: Step, outcome: Outcome) -> None:
        if outcome.status == "Succeeded":
            self._succeed(step.name, outcome.properties)
        else:
            self._states[step.name] = _State.ENDED

    def _succeed(self, name: str, properties: Document) -> None:
        self._states[name] = _State.SUCCEEDED
        if "Outcome" in properties:
            self._outcomes[name] = properties["Outcome"]

    def _conclude(self) -> None:
        record = self._run.record
        failed = any(step["StepStatus"] == "Failed" for step in record.steps())
        if self._run.stopping.is_set():
            record.set_status("Stopped")
        elif failed or _State.ENDED in self._states.values():
            record.set_status("Failed", reason=STEP_FAILURE)
        else:
            record.set_status("Succeeded")


def _description(step: Step) -> dict[str, str]:
    told = {
        "StepName": step.name,
        "StepDisplayName": step.display_name,
        "StepDescription": step.description,
    }
    return {key: value for key, value in told.items() if value is not None}
