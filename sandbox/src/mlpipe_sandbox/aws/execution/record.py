"""What is kept of one pipeline execution while it runs and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mlpipe_sandbox.aws.events import Events
from mlpipe_sandbox.aws.jobs.fate import INTERNAL_ERROR
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

STEP_FAILURE: Final = "Step failure: One or multiple steps failed."
"""FailureReason of an execution that failed, word for word AWS's."""

REASON_LENGTH: Final = 1024
"""Longest FailureReason of a step."""


class ExecutionRecord:
    """One execution's documents: itself, its steps, and what its steps left for others."""

    def __init__(self, *, place: Place, store: Store, events: Events, arn: str) -> None:
        """Follow the execution of that ARN; what changes is told by `events`."""
        self.arn = arn
        self.place = place
        self._events = events
        self._executions = store.collection(place.collection("executions"))
        self._steps = store.collection(place.collection("execution-steps"))
        self._properties = store.collection(place.collection("step-properties"))

    @property
    def id(self) -> str:
        """The last part of its ARN."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def pipeline(self) -> str:
        """ARN of the pipeline that it executes."""
        return self.arn.split("/execution/", maxsplit=1)[0]

    def create(self, execution: Document) -> None:
        """Keep a new execution without steps."""
        self._executions.put(self.arn, execution)
        self._steps.put(self.arn, {"Steps": [], "Kinds": {}})
        self._properties.put(self.arn, {})
        self._events.execution_changed(execution, previous=None)

    def execution(self) -> Document:
        """DescribePipelineExecution's document."""
        execution = self._executions.get(self.arn)
        assert execution is not None
        return execution

    def steps(self) -> list[Document]:
        """Steps that have started, in the order in which they did."""
        steps = self._steps.get(self.arn)
        return steps["Steps"] if steps is not None else []

    def step(self, name: str) -> Document:
        """A step that has started."""
        (step,) = (each for each in self.steps() if each["StepName"] == name)
        return step

    def properties(self) -> dict[str, Document]:
        """By name of each step that succeeded: what others may get of it."""
        return self._properties.get(self.arn) or {}

    def set_status(self, status: str, *, reason: str | None = None) -> None:
        """Move the execution on; `reason` None takes an older one away."""
        before = self.execution()["PipelineExecutionStatus"]

        def change(execution: Document) -> None:
            execution |= {
                "PipelineExecutionStatus": status,
                "LastModifiedTime": self.place.now(),
                "LastModifiedBy": self.place.someone,
            }
            execution.pop("FailureReason", None)
            if reason is not None:
                execution["FailureReason"] = reason

        execution = self._executions.change(self.arn, change)
        if status != before:
            self._events.execution_changed(execution, previous=before)

    def begin_step(self, step: Document, *, kind: str) -> None:
        """A step of a type starts; one that was tried before starts anew, with one attempt more."""

        def change(kept: Document) -> None:
            earlier = [s for s in kept["Steps"] if s["StepName"] == step["StepName"]]
            attempts = 1 + max((s.get("AttemptCount", 0) for s in earlier), default=0)
            kept["Steps"] = [s for s in kept["Steps"] if s not in earlier]
            kept["Kinds"][step["StepName"]] = kind
            kept["Steps"].append(
                step
                | {
                    "StartTime": self.place.now(),
                    "StepStatus": "Starting",
                    "Metadata": {},
                    "AttemptCount": attempts,
                }
            )

        self._steps.change(self.arn, change)
        self._tell_step(step["StepName"], previous=None)

    def begin_again(self, name: str) -> None:
        """Another attempt at a step that failed begins; the job of the last one is not its own."""

        def change(step: Document) -> None:
            step |= {"AttemptCount": step["AttemptCount"] + 1, "Metadata": {}}

        self._change_step(name, change)

    def update_step(self, name: str, **members: Any) -> None:
        """Set members of a step."""
        self._change_step(name, lambda step: step.update(members))

    def end_step(
        self, name: str, status: str, *, reason: str | None = None, properties: Document
    ) -> None:
        """A step has ended."""

        def change(step: Document) -> None:
            step |= {"StepStatus": status, "EndTime": self.place.now()}
            if reason:
                step["FailureReason"] = reason[:REASON_LENGTH]

        self._change_step(name, change)
        if status == "Succeeded":
            self._properties.change(self.arn, lambda kept: kept.update({name: properties}))

    def cut_off(self) -> None:
        """Write the end of an execution that ended with an earlier sandbox."""
        stopping = self.execution()["PipelineExecutionStatus"] == "Stopping"
        status, reason = ("Stopped", None) if stopping else ("Failed", INTERNAL_ERROR)
        for step in self.steps():
            if step["StepStatus"] in {"Starting", "Executing", "Stopping"}:
                self.end_step(step["StepName"], status, reason=reason, properties={})
        failed = any(step["StepStatus"] == "Failed" for step in self.steps())
        self.set_status(status, reason=STEP_FAILURE if failed and not stopping else reason)

    def _change_step(self, name: str, by: Callable[[Document], None]) -> None:
        before: list[str] = []

        def change(kept: Document) -> None:
            for step in kept["Steps"]:
                if step["StepName"] == name:
                    before.append(step["StepStatus"])
                    by(step)

        self._steps.change(self.arn, change)
        self._tell_step(name, previous=before[0])

    def _tell_step(self, name: str, *, previous: str | None) -> None:
        kept = self._steps.get(self.arn)
        assert kept is not None
        (step,) = (each for each in kept["Steps"] if each["StepName"] == name)
        if step["StepStatus"] != previous:
            kind = kept["Kinds"][name]
            self._events.step_changed(self.arn, step, kind=kind, previous=previous)
