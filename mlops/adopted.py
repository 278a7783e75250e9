"""Executions of a pipeline of the team's own, and the files of results that they leave."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.domain import Execution, ExecutionArn, ExecutionStatus, ResultFile, StepStatus
from mlops.aws import Aws

A_PAGE: Final = 100
"""Executions that one call of ListPipelineExecutions gives at most."""
MOST_EXECUTIONS: Final = 2000
"""That are looked at; a pipeline that runs more often than each hour shows its last weeks."""
_PROCESSING: Final = {
    "ProcessingJob": "Arn",
    "ClarifyCheck": "CheckJobArn",
    "QualityCheck": "CheckJobArn",
}
"""In the metadata of which kinds of steps the ARN of a processing job stands, and where there."""
_TRAINING: Final = frozenset({"TrainingJob", "TuningJob", "AutoMLJob"})
"""Kinds of steps that make a model."""


@dataclass(frozen=True)
class DoneStep:
    """What of a step leads to its results."""

    status: StepStatus
    processing_job: str | None = None
    """Name."""
    model_package: str | None = None
    """ARN."""
    trained: bool = False


@dataclass(frozen=True)
class Output:
    """Where a step's output lies."""

    uri: str
    written_by: dt.datetime
    """When it was complete."""

    def file(self, path: str) -> Output:
        """A file in it."""
        return Output(f"{self.uri}/{path}", self.written_by)


@dataclass(frozen=True)
class Job:
    """A processing job that has ended."""

    image: str
    """URI."""
    outputs: Mapping[str, Output]
    """Their folders, by name."""


@dataclass(frozen=True)
class Registered:
    """What a step registered."""

    group: str | None
    """The model package group."""
    evaluation: Output | None
    """ModelMetrics.ModelQuality.Statistics."""
    importance: Output | None
    """ModelMetrics.Explainability.Report."""


class AdoptedExecutions:
    """The executions of one pipeline in one environment."""

    def __init__(self, aws: Aws, sagemaker_pipeline: str) -> None:
        self._aws = aws
        self.name = sagemaker_pipeline

    async def since(self, span: dt.timedelta) -> tuple[Execution, ...]:
        """The newest execution and those that began at most so long before it, newest first."""

        def read(client: Any) -> list[Mapping[str, Any]]:
            pages = client.get_paginator("list_pipeline_executions").paginate(
                PipelineName=self.name,
                SortBy="CreationTime",
                SortOrder="Descending",
                PaginationConfig={"PageSize": A_PAGE, "MaxItems": MOST_EXECUTIONS},
            )
            found: list[Mapping[str, Any]] = []
            for page in pages:
                for entry in page["PipelineExecutionSummaries"]:
                    if found and entry["StartTime"] < found[0]["StartTime"] - span:
                        return found
                    found.append(entry)
            return found

        return tuple(self._execution(entry) for entry in await self._aws.run(read, "sagemaker"))

    async def definition(self, arn: ExecutionArn) -> Mapping[str, Any]:
        """The definition that an execution started with."""
        answer = await self._aws.call(
            "sagemaker", "describe_pipeline_definition_for_execution", PipelineExecutionArn=arn
        )
        definition: Mapping[str, Any] = json.loads(answer["PipelineDefinition"])
        return definition

    async def parameters(self, arn: ExecutionArn) -> dict[str, str]:
        """What an execution was started with, defaults included."""

        def read(client: Any) -> dict[str, str]:
            pages = client.get_paginator("list_pipeline_parameters_for_execution").paginate(
                PipelineExecutionArn=arn
            )
            return {p["Name"]: p["Value"] for page in pages for p in page["PipelineParameters"]}

        found: dict[str, str] = await self._aws.run(read, "sagemaker")
        return found

    async def steps(self, arn: ExecutionArn) -> dict[str, DoneStep]:
        """The steps that an execution has begun, by name."""

        def read(client: Any) -> list[Mapping[str, Any]]:
            pages = client.get_paginator("list_pipeline_execution_steps").paginate(
                PipelineExecutionArn=arn
            )
            return [step for page in pages for step in page["PipelineExecutionSteps"]]

        return {entry["StepName"]: _step(entry) for entry in await self._aws.run(read, "sagemaker")}

    async def job(self, step: DoneStep) -> Job | None:
        """The processing job of a step; None for another step."""
        if step.processing_job is None:
            return None
        job = await self._aws.call(
            "sagemaker", "describe_processing_job", ProcessingJobName=step.processing_job
        )
        ended = job.get("ProcessingEndTime") or job["LastModifiedTime"]
        return Job(
            image=job["AppSpecification"]["ImageUri"],
            outputs={
                output["OutputName"]: Output(output["S3Output"]["S3Uri"].rstrip("/"), ended)
                for output in job.get("ProcessingOutputConfig", {}).get("Outputs", ())
                if "S3Output" in output
            },
        )

    async def registered(self, step: DoneStep) -> Registered | None:
        """What a step registered; None for another step."""
        if step.model_package is None:
            return None
        answer = await self._aws.call(
            "sagemaker", "describe_model_package", ModelPackageName=step.model_package
        )
        metrics, made = answer.get("ModelMetrics", {}), answer["CreationTime"]
        quality = metrics.get("ModelQuality", {}).get("Statistics", {}).get("S3Uri")
        report = metrics.get("Explainability", {}).get("Report", {}).get("S3Uri")
        return Registered(
            group=answer.get("ModelPackageGroupName"),
            evaluation=Output(quality, made) if quality else None,
            importance=Output(report, made) if report else None,
        )

    async def evaluation(self, steps: Mapping[str, DoneStep], file: ResultFile) -> Output | None:
        """Where an execution's evaluation lies; None where its step did not succeed."""
        return await self._place(steps, file, lambda registered: registered.evaluation)

    async def importance(self, steps: Mapping[str, DoneStep], file: ResultFile) -> Output | None:
        """Where an execution's feature importance lies; None where its step did not succeed."""
        return await self._place(steps, file, lambda registered: registered.importance)

    async def _place(
        self,
        steps: Mapping[str, DoneStep],
        file: ResultFile,
        of: Callable[[Registered], Output | None],
    ) -> Output | None:
        step = steps.get(file.step)
        if step is None or step.status is not StepStatus.SUCCEEDED:
            return None
        if file.output is None:
            registered = await self.registered(step)
            return of(registered) if registered else None
        job = await self.job(step)
        output = job.outputs.get(file.output) if job else None
        return output.file(file.path) if output else None

    def _execution(self, entry: Mapping[str, Any]) -> Execution:
        return Execution(
            arn=ExecutionArn(entry["PipelineExecutionArn"]),
            sagemaker_pipeline=self.name,
            status=ExecutionStatus(entry["PipelineExecutionStatus"]),
            started=entry["StartTime"],
        )


def _step(entry: Mapping[str, Any]) -> DoneStep:
    metadata: Mapping[str, Mapping[str, str]] = entry.get("Metadata", {})
    jobs = [metadata[kind].get(arn) for kind, arn in _PROCESSING.items() if kind in metadata]
    return DoneStep(
        status=StepStatus(entry["StepStatus"]),
        processing_job=jobs[0].rsplit("/", 1)[-1] if jobs and jobs[0] else None,
        model_package=metadata.get("RegisterModel", {}).get("Arn"),
        trained=not _TRAINING.isdisjoint(metadata),
    )
