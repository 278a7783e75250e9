"""What each kind of step does when its turn comes."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Final

from mlpipe_sandbox.aws.definition.check import REQUESTS
from mlpipe_sandbox.aws.definition.conditions import holds
from mlpipe_sandbox.aws.definition.document import Definition, Step
from mlpipe_sandbox.aws.definition.expressions import ExpressionError, Values, evaluate
from mlpipe_sandbox.aws.definition.parameters import Value
from mlpipe_sandbox.aws.errors import AwsError
from mlpipe_sandbox.aws.execution.cache import EarlierRun, StepCache
from mlpipe_sandbox.aws.execution.outcome import Outcome, not_invoked, of_job
from mlpipe_sandbox.aws.execution.record import ExecutionRecord
from mlpipe_sandbox.aws.faults.refusal import refusal
from mlpipe_sandbox.aws.jobs.container import ContainerError
from mlpipe_sandbox.aws.jobs.runtime import Runtime
from mlpipe_sandbox.aws.model import Model
from mlpipe_sandbox.aws.operations.groups import ModelPackageGroups
from mlpipe_sandbox.aws.operations.packages import ModelPackages
from mlpipe_sandbox.aws.operations.processing import ProcessingJobs
from mlpipe_sandbox.aws.operations.training import TrainingJobs
from mlpipe_sandbox.aws.operations.tuning import TuningJobs
from mlpipe_sandbox.aws.place import random_name
from mlpipe_sandbox.aws.shapes import Document

_CALLED_HERE: Final = frozenset({"Processing", "Training", "Tuning", "RegisterModel"})
"""Steps whose operation is called in this process; the other calls come in by the door."""
_NAME_LENGTH: Final = 63
_TUNING_NAME_LENGTH: Final = 32
_SUFFIX_LENGTH: Final = 10
_LOOK_SECONDS: Final = 0.1
"""How often a step that waits for its job looks whether the execution is being stopped."""


@dataclass(frozen=True)
class Run:
    """One execution as its steps see it."""

    definition: Definition
    record: ExecutionRecord
    parameters: Mapping[str, Value]
    stopping: Event

    def values(self, job_name: str, read: Callable[[str], bytes]) -> Values:
        """What the expressions of a step may refer to now."""
        properties = self.record.properties()

        def of_step(name: str) -> Document:
            if name not in properties:
                raise ExpressionError(f"Step '{name}' did not run.")
            return properties[name]

        def property_file(step: str, name: str) -> str:
            return _property_file(self.definition.steps[step], of_step(step), name)

        return Values(
            parameters=self.parameters,
            execution=self._variables(job_name),
            step=of_step,
            property_file=property_file,
            read=read,
        )

    def _variables(self, job_name: str) -> dict[str, str]:
        execution = self.record.execution()
        started = dt.datetime.fromtimestamp(execution["CreationTime"], dt.UTC)
        return {
            "StartDateTime": _iso(started),
            "CurrentDateTime": _iso(self.record.place.clock.now()),
            "PipelineName": execution["PipelineArn"].rsplit("/", 1)[-1],
            "PipelineArn": execution["PipelineArn"],
            "PipelineExecutionId": self.record.id,
            "PipelineExecutionArn": self.record.arn,
            "TrainingJobName": job_name,
            "ProcessingJobName": job_name,
        }


@dataclass(frozen=True)
class StepKinds:
    """Does a step by its type."""

    model: Model
    runtime: Runtime
    processing: ProcessingJobs
    training: TrainingJobs
    tuning: TuningJobs
    groups: ModelPackageGroups
    packages: ModelPackages
    cache: StepCache
    create_model: Callable[[Document], Document]
    """Calls CreateModel and DescribeModel; moto keeps models."""

    def do(self, step: Step, run: Run) -> Outcome:
        """Do a step to its end; whatever is wrong becomes its outcome."""
        by_type = {
            "Processing": self._process,
            "Training": self._train,
            "Tuning": self._tune,
            "Condition": self._decide,
            "Fail": self._fail,
            "RegisterModel": self._register,
            "Model": self._make_model,
        }
        job_name = _job_name(run.record.id, step)
        try:
            arguments = self._arguments(step, run, job_name)
            earlier = self.cache.find(run.record.pipeline, step, arguments)
            if earlier is not None:
                return _take(earlier, step, run)
            self._meet_faults(step, run)
            outcome = by_type[step.type](step, run, arguments)
        except ExpressionError as error:
            return Outcome("Failed", reason=f"ClientError: {error}")
        except AwsError as error:
            return not_invoked(step, run.record.arn, error)
        if outcome.status == "Succeeded":
            metadata = run.record.step(step.name)["Metadata"]
            done = EarlierRun(run.record.arn, metadata, outcome.properties)
            self.cache.keep(run.record.pipeline, step, arguments, done)
        return outcome

    def _meet_faults(self, step: Step, run: Run) -> None:
        """Let a fault that names the operation which a step calls happen to that call.

        Raises:
            AwsError: the call fails. One that takes effect does not: pipelines find their job.
        """
        if step.type not in _CALLED_HERE:
            return
        fate = self.runtime.faults.call("sagemaker", REQUESTS[step.type][0], named=True)
        run.stopping.wait(fate.late)
        if fate.failure is not None and not getattr(fate.failure, "done", False):
            raise refusal(fate.failure, "sagemaker")

    def _arguments(self, step: Step, run: Run, job_name: str) -> Document:
        values = run.values(job_name, self._read)
        if step.type == "Condition":
            return {"Outcome": holds(step.arguments["Conditions"], values)}
        arguments: Document = evaluate(step.arguments, values)
        if step.type in REQUESTS:
            operation, own_name = REQUESTS[step.type]
            if own_name is not None and step.type != "RegisterModel":
                arguments[own_name] = job_name
            self.model.check_request(operation, arguments)
        return arguments

    def _read(self, uri: str) -> bytes:
        try:
            return self.runtime.transfer.read(uri)
        except ContainerError as error:
            raise ExpressionError(str(error)) from error

    def _process(self, step: Step, run: Run, arguments: Document) -> Outcome:
        config = _experiment_config(run, step)
        arn = self.processing.create(arguments | config)["ProcessingJobArn"]
        run.record.update_step(step.name, Metadata={"ProcessingJob": {"Arn": arn}})
        name = {"ProcessingJobName": arguments["ProcessingJobName"]}
        self._follow(arn, step, run, stop=lambda: self.processing.stop(name))
        job = self.processing.describe(name)
        return of_job(job, job["ProcessingJobStatus"])

    def _train(self, step: Step, run: Run, arguments: Document) -> Outcome:
        config = _experiment_config(run, step)
        arn = self.training.create(arguments | config)["TrainingJobArn"]
        run.record.update_step(step.name, Metadata={"TrainingJob": {"Arn": arn}})
        name = {"TrainingJobName": arguments["TrainingJobName"]}
        self._follow(arn, step, run, stop=lambda: self.training.stop(name))
        job = self.training.describe(name)
        return of_job(job, job["TrainingJobStatus"])

    def _tune(self, step: Step, run: Run, arguments: Document) -> Outcome:
        config = _experiment_config(run, step)
        arn = self.tuning.create(arguments, experiment=config)["HyperParameterTuningJobArn"]
        run.record.update_step(step.name, Metadata={"TuningJob": {"Arn": arn}})
        name = {"HyperParameterTuningJobName": arguments["HyperParameterTuningJobName"]}
        self._follow(arn, step, run, stop=lambda: self.tuning.stop(name))
        job = self.tuning.properties(arguments["HyperParameterTuningJobName"])
        return of_job(job, job["HyperParameterTuningJobStatus"])

    def _follow(self, arn: str, step: Step, run: Run, *, stop: Callable[[], object]) -> None:
        """Wait until a job has ended; stop it when the execution is being stopped."""
        while not self.runtime.supervisor.wait(arn, _LOOK_SECONDS):
            if run.stopping.is_set():
                run.record.update_step(step.name, StepStatus="Stopping")
                with contextlib.suppress(AwsError):  # it ended meanwhile
                    stop()
                self.runtime.supervisor.wait(arn)

    def _decide(self, step: Step, run: Run, arguments: Document) -> Outcome:
        outcome = bool(arguments["Outcome"])
        run.record.update_step(step.name, Metadata={"Condition": {"Outcome": str(outcome)}})
        return Outcome("Succeeded", {"Outcome": outcome})

    def _fail(self, step: Step, run: Run, arguments: Document) -> Outcome:
        message = str(arguments.get("ErrorMessage") or "")
        run.record.update_step(step.name, Metadata={"Fail": {"ErrorMessage": message}})
        return Outcome("Failed", reason=message)

    def _register(self, step: Step, run: Run, arguments: Document) -> Outcome:
        self.groups.ensure(arguments["ModelPackageGroupName"])
        arn = self.packages.create(arguments)["ModelPackageArn"]
        run.record.update_step(step.name, Metadata={"RegisterModel": {"Arn": arn}})
        return Outcome("Succeeded", self.packages.describe({"ModelPackageName": arn}))

    def _make_model(self, step: Step, run: Run, arguments: Document) -> Outcome:
        model = self.create_model(arguments)
        run.record.update_step(step.name, Metadata={"Model": {"Arn": model["ModelArn"]}})
        return Outcome("Succeeded", model)


def _take(earlier: EarlierRun, step: Step, run: Run) -> Outcome:
    """Let an earlier run stand in for a step."""
    source = {"SourcePipelineExecutionArn": earlier.execution}
    run.record.update_step(step.name, CacheHitResult=source, Metadata=earlier.metadata)
    return Outcome("Succeeded", earlier.properties)


def _property_file(step: Step, properties: Document, name: str) -> str:
    """S3 URI of a property file of a processing step that has ended."""
    if name not in step.property_files:
        raise ExpressionError(f"Step '{step.name}' has no property file '{name}'.")
    file = step.property_files[name]
    for output in properties.get("ProcessingOutputConfig", {}).get("Outputs", ()):
        if output["OutputName"] == file["OutputName"]:
            return f"{output['S3Output']['S3Uri'].rstrip('/')}/{file['FilePath']}"
    raise ExpressionError(
        f"Property file '{name}' lies in the output '{file['OutputName']}', which step"
        f" '{step.name}' does not have."
    )


def _experiment_config(run: Run, step: Step) -> Document:
    """How a job's trial component finds its way into the execution's trial."""
    config = run.record.execution().get("PipelineExperimentConfig")
    if not config:
        return {}
    return {"ExperimentConfig": {**config, "TrialComponentDisplayName": step.name}}


def _job_name(execution: str, step: Step) -> str:
    """Such as `pipelines-tt6yey0lezjc-Train-zYxWvUtSrQ`, within the length of a job's name.

    Of a tuning job, whose name is half as long, such as `tt6yey0lezjc-Tune-zYxWvUtSrQ`.
    """
    tunes = step.type == "Tuning"
    head, tail = f"pipelines-{execution}-", f"-{random_name(_SUFFIX_LENGTH)}"
    head = head.removeprefix("pipelines-") if tunes else head
    room = (_TUNING_NAME_LENGTH if tunes else _NAME_LENGTH) - len(head) - len(tail)
    return f"{head}{step.name.replace('_', '-')[:room].strip('-')}{tail}"


def _iso(instant: dt.datetime) -> str:
    return f"{instant.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
