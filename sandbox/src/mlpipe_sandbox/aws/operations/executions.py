"""Pipeline executions: start, describe, list, stop, retry, and their steps."""

from __future__ import annotations

import string
from threading import Event, Thread
from typing import Final

from mlpipe_sandbox.aws.definition.document import Definition, read_definition
from mlpipe_sandbox.aws.definition.expressions import ExpressionError, evaluate
from mlpipe_sandbox.aws.definition.parameters import parameter_values
from mlpipe_sandbox.aws.errors import ConflictError, ResourceNotFoundError, ValidationError
from mlpipe_sandbox.aws.events import Events
from mlpipe_sandbox.aws.execution.record import ExecutionRecord
from mlpipe_sandbox.aws.execution.runner import MOST_PARALLEL, ExecutionRun
from mlpipe_sandbox.aws.execution.steps import Run, StepKinds
from mlpipe_sandbox.aws.listing import DESCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.operations.pipelines import Pipelines
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.trials import Trials
from mlpipe_sandbox.aws.place import Place, random_name
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

_ID_LENGTH: Final = 12
_SUMMARY: Final = (
    "PipelineExecutionArn",
    "PipelineExecutionStatus",
    "PipelineExecutionDescription",
    "PipelineExecutionDisplayName",
)
_NOT_HERE: Final = ("SelectiveExecutionConfig", "PipelineVersionAlias")


class Executions:
    """Pipeline executions; each runs in a thread from its start to its end."""

    def __init__(
        self,
        *,
        place: Place,
        store: Store,
        events: Events,
        pipelines: Pipelines,
        trials: Trials,
        kinds: StepKinds,
    ) -> None:
        """Keep executions in `store`; `kinds` does their steps, `events` tells how they go."""
        self._place = place
        self._events = events
        self._store = store
        self._executions = store.collection(place.collection("executions"))
        self._plans = store.collection(place.collection("execution-plans"))
        self._tokens = store.collection(place.collection("execution-tokens"))
        self._all_pipelines = store.collection(place.collection("pipelines"))
        self._pipelines = pipelines
        self._trials = trials
        self._kinds = kinds
        self._running: dict[str, tuple[Event, Thread]] = {}

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "StartPipelineExecution": self.start,
            "DescribePipelineExecution": self.describe,
            "DescribePipelineDefinitionForExecution": self.describe_definition,
            "ListPipelineExecutions": self.listed,
            "ListPipelineExecutionSteps": self.list_steps,
            "ListPipelineParametersForExecution": self.list_parameters,
            "StopPipelineExecution": self.stop,
            "RetryPipelineExecution": self.retry,
            "UpdatePipelineExecution": self.update,
        }

    def start(self, request: Document) -> Document:
        """StartPipelineExecution: the same token again answers the ARN of the first time."""
        for member in _NOT_HERE:
            if member in request:
                raise ValidationError(f"The sandbox does not know {member}.")
        pipeline = self._pipelines.pipeline(request["PipelineName"])
        token = f"{pipeline['PipelineArn']}#{request['ClientRequestToken']}"
        with self._store.lock:
            known = self._tokens.get(token)
            if known is not None:
                return known
            text = self._pipelines.definition(pipeline, request)
            definition = read_definition(text)
            values = parameter_values(
                definition.parameters, request.get("PipelineParameters") or []
            )
            execution_id = random_name(_ID_LENGTH, letters=string.ascii_lowercase + string.digits)
            arn = f"{pipeline['PipelineArn']}/execution/{execution_id}"
            record = self._record_of(arn)
            self._plans.put(arn, {"Definition": text, "Parameters": values})
            record.create(self._document(request, pipeline, arn))
            self._tokens.put(token, {"PipelineExecutionArn": arn})
            now = self._place.now()
            self._all_pipelines.change(
                pipeline["PipelineName"], lambda kept: kept.update(LastRunTime=now)
            )
            self._begin(record, definition)
        return {"PipelineExecutionArn": arn}

    def _document(self, request: Document, pipeline: Document, arn: str) -> Document:
        now = self._place.now()
        members = (
            "PipelineExecutionDescription",
            "ParallelismConfiguration",
            "PipelineVersionId",
        )
        inherited = only(pipeline, ("ParallelismConfiguration",))
        return {
            **inherited,
            **only(request, members),
            "PipelineArn": pipeline["PipelineArn"],
            "PipelineExecutionArn": arn,
            "PipelineExecutionDisplayName": request.get(
                "PipelineExecutionDisplayName", f"execution-{int(now * 1000)}"
            ),
            "PipelineExecutionStatus": "Executing",
            "CreationTime": now,
            "LastModifiedTime": now,
            "CreatedBy": self._place.someone,
            "LastModifiedBy": self._place.someone,
        }

    def _begin(self, record: ExecutionRecord, definition: Definition) -> None:
        plan = self._plans.get(record.arn)
        assert plan is not None
        stopping = Event()
        run = Run(definition, record, plan["Parameters"], stopping)
        self._join_trial(run)
        limit = record.execution().get("ParallelismConfiguration", {})
        work = ExecutionRun(
            run, self._kinds, parallel=limit.get("MaxParallelExecutionSteps", MOST_PARALLEL)
        )
        thread = Thread(target=work.go, name=record.id, daemon=True)
        self._running[record.arn] = (stopping, thread)
        thread.start()

    def _join_trial(self, run: Run) -> None:
        """Create the experiment and the execution's trial, as PipelineExperimentConfig says."""
        if not run.definition.experiment:
            return
        values = run.values(job_name="", read=lambda _: b"")
        try:
            config: Document = evaluate(run.definition.experiment, values)
        except ExpressionError as error:
            raise ValidationError(f"PipelineExperimentConfig: {error}") from error
        self._trials.ensure(
            experiment=config["ExperimentName"], trial=config["TrialName"], source=run.record.arn
        )
        self._executions.change(
            run.record.arn, lambda kept: kept.update(PipelineExperimentConfig=config)
        )

    def describe(self, request: Document) -> Document:
        """DescribePipelineExecution."""
        return self._record(request).execution()

    def describe_definition(self, request: Document) -> Document:
        """DescribePipelineDefinitionForExecution: the definition it started with."""
        record = self._record(request)
        plan = self._plans.get(record.arn)
        assert plan is not None
        return {
            "PipelineDefinition": plan["Definition"],
            "CreationTime": record.execution()["CreationTime"],
        }

    def listed(self, request: Document) -> Document:
        """ListPipelineExecutions, newest first unless asked otherwise."""
        arn = self._pipelines.pipeline(request["PipelineName"])["PipelineArn"]
        executions = [e for e in self._executions.all() if e["PipelineArn"] == arn]
        executions = within(executions, request, after="CreatedAfter", before="CreatedBefore")
        fields = {
            "CreationTime": "CreationTime",
            "PipelineExecutionArn": "PipelineExecutionArn",
        }
        return page(
            ordered(executions, request, fields=fields, order=DESCENDING),
            request,
            member="PipelineExecutionSummaries",
            summary=_summary,
        )

    def list_steps(self, request: Document) -> Document:
        """ListPipelineExecutionSteps: those that started, latest first by default."""
        steps = self._record(request).steps()
        if request.get("SortOrder", DESCENDING) == DESCENDING:
            steps.reverse()
        return page(steps, request, member="PipelineExecutionSteps")

    def list_parameters(self, request: Document) -> Document:
        """ListPipelineParametersForExecution: all of them, defaults too."""
        plan = self._plans.get(self._record(request).arn)
        assert plan is not None
        return page(parameters_of(plan), request, member="PipelineParameters")

    def stop(self, request: Document) -> Document:
        """StopPipelineExecution: no step starts any more, jobs that run are ended."""
        record = self._record(request)
        with self._store.lock:
            status = record.execution()["PipelineExecutionStatus"]
            if status not in {"Executing", "Stopping"}:
                raise ConflictError(
                    f"Pipeline execution '{record.arn}' cannot be stopped: it is {status}."
                )
            record.set_status("Stopping")
            stopping, _ = self._running[record.arn]
            stopping.set()
        return {"PipelineExecutionArn": record.arn}

    def retry(self, request: Document) -> Document:
        """RetryPipelineExecution: from the steps that failed or were stopped."""
        record = self._record(request)
        token = f"{record.arn}#{request['ClientRequestToken']}"
        with self._store.lock:
            if token in self._tokens:
                return {"PipelineExecutionArn": record.arn}
            status = record.execution()["PipelineExecutionStatus"]
            if status not in {"Failed", "Stopped"}:
                raise ConflictError(
                    f"Pipeline execution '{record.arn}' cannot be retried: it is {status}."
                )
            self._tokens.put(token, {"PipelineExecutionArn": record.arn})
            limit = only(request, ("ParallelismConfiguration",))
            self._executions.change(record.arn, lambda kept: kept.update(limit))
            record.set_status("Executing")
            plan = self._plans.get(record.arn)
            assert plan is not None
            self._begin(record, read_definition(plan["Definition"]))
        return {"PipelineExecutionArn": record.arn}

    def update(self, request: Document) -> Document:
        """UpdatePipelineExecution: its display name and description."""
        record = self._record(request)
        members = (
            "PipelineExecutionDescription",
            "PipelineExecutionDisplayName",
            "ParallelismConfiguration",
        )
        self._executions.change(record.arn, lambda kept: kept.update(only(request, members)))
        return {"PipelineExecutionArn": record.arn}

    def cut_off(self) -> None:
        """Write the end of every execution that ended with an earlier sandbox."""
        for execution in self._executions.all():
            if execution["PipelineExecutionStatus"] in {"Executing", "Stopping"}:
                self._record_of(execution["PipelineExecutionArn"]).cut_off()

    def stop_all(self) -> None:
        """Ask every execution to stop."""
        for stopping, _ in list(self._running.values()):
            stopping.set()

    def join(self) -> None:
        """Wait until every execution has written how it ended."""
        for _, thread in list(self._running.values()):
            thread.join()

    def _record(self, request: Document) -> ExecutionRecord:
        arn = request.get("PipelineExecutionArn", "")
        if arn not in self._executions:
            raise ResourceNotFoundError(f"Pipeline execution '{arn}' does not exist.")
        return self._record_of(arn)

    def _record_of(self, arn: str) -> ExecutionRecord:
        return ExecutionRecord(place=self._place, store=self._store, events=self._events, arn=arn)


def parameters_of(plan: Document) -> list[Document]:
    """The parameters of an execution, defaults too, as its lists tell them."""
    return [
        {"Name": name, "Value": _parameter_text(value)}
        for name, value in plan.get("Parameters", {}).items()
    ]


def _summary(execution: Document) -> Document:
    summary = only(execution, _SUMMARY) | {"StartTime": execution["CreationTime"]}
    if "FailureReason" in execution:
        summary["PipelineExecutionFailureReason"] = execution["FailureReason"]
    return summary


def _parameter_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
