"""Pipeline executions: started, stopped, tried again, described with their steps, listed."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.domain import Execution, ExecutionArn, ExecutionStatus, Step, StepStatus
from core.errors import MlpipeError
from mlops.aws import Aws
from mlops.console import Console

MOST_REMEMBERED: Final = 1024
"""Executions whose parameters and step names are kept: they never change."""
MOST_LISTED: Final = 20
"""Of the newest executions of a pipeline that are looked at for those that run."""
A_PAGE: Final = 100
"""The most steps or parameters that one call gives; by default it gives ten."""
EXECUTIONS_A_PAGE: Final = 100
MOST_PAGES: Final = 5
"""Of a pipeline's executions that one look reads."""
MOST_PAST: Final = 10
"""Runs that went well of which the steps are read, to know what is usual."""
PARTS_OF_A_PIPELINE_ARN: Final = "pipeline/"


@dataclass(frozen=True)
class _Fixed:
    """What of an execution never changes."""

    parameters: Mapping[str, str]
    all_steps: tuple[str, ...]
    created_by: str = ""


class Executions:
    """The pipeline executions of one environment."""

    def __init__(self, aws: Aws, console: Console) -> None:
        self._aws = aws
        self._console = console
        self._fixed: OrderedDict[ExecutionArn, _Fixed] = OrderedDict()

    async def start(
        self,
        *,
        pipeline_name: str,
        parameters: Mapping[str, str],
        token: str,
        display_name: str | None = None,
        version: int | None = None,
    ) -> ExecutionArn:
        """Start an execution, once for each token.

        Args:
            pipeline_name: The PipelineName in SageMaker.
            parameters: Name → value, as SageMaker takes it.
            token: ClientRequestToken, 32 to 128 characters: the same starts nothing twice.
            display_name: PipelineExecutionDisplayName (letters, digits and hyphens).
            version: PipelineVersionId; None: the newest.
        """
        named: dict[str, Any] = {}
        if display_name:
            named["PipelineExecutionDisplayName"] = display_name
        if version is not None:
            named["PipelineVersionId"] = version
        answer = await self._aws.call(
            "sagemaker",
            "start_pipeline_execution",
            PipelineName=pipeline_name,
            PipelineParameters=[{"Name": n, "Value": v} for n, v in parameters.items()],
            ClientRequestToken=token,
            **named,
        )
        return ExecutionArn(answer["PipelineExecutionArn"])

    async def stop(self, arn: ExecutionArn) -> None:
        """Have an execution stopped; it is Stopping until its jobs have ended."""
        await self._aws.call("sagemaker", "stop_pipeline_execution", PipelineExecutionArn=arn)

    async def retry(self, arn: ExecutionArn, *, token: str) -> None:
        """Have a failed or stopped execution go on from the steps that did not succeed.

        It keeps its ARN and parameters; what had succeeded is not done again.
        """
        await self._aws.call(
            "sagemaker",
            "retry_pipeline_execution",
            PipelineExecutionArn=arn,
            ClientRequestToken=token,
        )

    async def newest(self, pipeline_name: str) -> tuple[Execution, ...]:
        """The executions begun last, newest first, without their steps and parameters."""
        answer = await self._list(pipeline_name, MaxResults=MOST_LISTED)
        return _summaries(answer, pipeline_name)

    async def since(self, pipeline_name: str, moment: dt.datetime) -> tuple[Execution, ...]:
        """The executions begun after a moment, newest first, without steps and parameters.

        Of more than MOST_PAGES pages the oldest are left out.
        """
        found: list[Execution] = []
        more: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            answer = await self._list(
                pipeline_name, MaxResults=EXECUTIONS_A_PAGE, CreatedAfter=moment, **more
            )
            found += _summaries(answer, pipeline_name)
            if "NextToken" not in answer:
                break
            more = {"NextToken": answer["NextToken"]}
        return tuple(found)

    async def _list(self, pipeline_name: str, **arguments: Any) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = await self._aws.call(
            "sagemaker",
            "list_pipeline_executions",
            PipelineName=pipeline_name,
            SortBy="CreationTime",
            SortOrder="Descending",
            **arguments,
        )
        return answer

    async def past(self, pipeline_name: str) -> tuple[Execution, ...]:
        """The last executions that went well, newest first, with their steps."""
        done = [
            each
            for each in await self.newest(pipeline_name)
            if each.status is ExecutionStatus.SUCCEEDED
        ][:MOST_PAST]
        steps = await asyncio.gather(*(self._steps(each.arn) for each in done))
        return tuple(
            dataclasses.replace(each, steps=its) for each, its in zip(done, steps, strict=True)
        )

    async def describe(self, arn: ExecutionArn, *, seen: Execution | None = None) -> Execution:
        """How an execution stands, with its steps in the order in which they began.

        Args:
            arn: Which.
            seen: As a list showed it just now. While it runs, and is not looked at for the first
                time, that saves a call: its steps are all that changes.
        """
        if seen is not None and not seen.status.ended and arn in self._fixed:
            steps, fixed = await asyncio.gather(self._steps(arn), self._fixed_parts(arn))
            return dataclasses.replace(
                seen,
                parameters=fixed.parameters,
                steps=steps,
                all_steps=fixed.all_steps,
                created_by=fixed.created_by,
            )
        answer, steps, fixed = await asyncio.gather(
            self._aws.call("sagemaker", "describe_pipeline_execution", PipelineExecutionArn=arn),
            self._steps(arn),
            self._fixed_parts(arn),
        )
        status = ExecutionStatus(answer["PipelineExecutionStatus"])
        fixed = dataclasses.replace(fixed, created_by=_who(answer.get("CreatedBy", {})))
        self._fixed[arn] = fixed
        return Execution(
            arn=arn,
            sagemaker_pipeline=_pipeline_of(answer, arn),
            status=status,
            started=answer["CreationTime"],
            ended=answer.get("LastModifiedTime") if status.ended else None,
            failure_reason=answer.get("FailureReason"),
            parameters=fixed.parameters,
            steps=steps,
            all_steps=fixed.all_steps,
            display_name=answer.get("PipelineExecutionDisplayName", ""),
            created_by=fixed.created_by,
        )

    async def _steps(self, arn: ExecutionArn) -> tuple[Step, ...]:
        entries = await self._all(
            "list_pipeline_execution_steps",
            "PipelineExecutionSteps",
            PipelineExecutionArn=arn,
            SortOrder="Ascending",
            MaxResults=A_PAGE,
        )
        steps = [self._step(entry) for entry in entries]
        return tuple(await asyncio.gather(*(self._with_reason(step) for step in steps)))

    async def _all(self, operation: str, member: str, **arguments: Any) -> list[Mapping[str, Any]]:
        """Every page, one call each: so each is counted."""
        found: list[Mapping[str, Any]] = []
        more: dict[str, str] = {}
        while True:
            answer = await self._aws.call("sagemaker", operation, **arguments, **more)
            found += answer[member]
            if "NextToken" not in answer:
                return found
            more = {"NextToken": answer["NextToken"]}

    async def _with_reason(self, step: Step) -> Step:
        """A failed job's own words in place of SageMaker's "see job logs"."""
        if step.status is not StepStatus.FAILED or step.kind != "ProcessingJob" or not step.job_arn:
            return step
        try:
            job = await self._aws.call(
                "sagemaker",
                "describe_processing_job",
                ProcessingJobName=step.job_arn.rsplit("/", 1)[-1],
            )
        except MlpipeError:
            return step  # the step's own reason stays
        reason = job.get("ExitMessage") or step.failure_reason
        return dataclasses.replace(step, failure_reason=reason)

    def _step(self, entry: Mapping[str, Any]) -> Step:
        metadata: Mapping[str, Any] = entry.get("Metadata", {})
        source = entry.get("CacheHitResult", {}).get("SourcePipelineExecutionArn")
        kind = next(iter(metadata), None)
        step = Step(
            name=entry["StepName"],
            status=StepStatus(entry["StepStatus"]),
            started=entry.get("StartTime"),
            ended=entry.get("EndTime"),
            failure_reason=entry.get("FailureReason"),
            kind=kind,
            job_arn=metadata[kind].get("Arn") if kind else None,
            taken_from=ExecutionArn(source) if source else None,
        )
        return dataclasses.replace(step, logs_url=self._console.logs(step))

    async def _fixed_parts(self, arn: ExecutionArn) -> _Fixed:
        if arn in self._fixed:
            self._fixed.move_to_end(arn)
            return self._fixed[arn]

        parameters, answer = await asyncio.gather(
            self._all(
                "list_pipeline_parameters_for_execution",
                "PipelineParameters",
                PipelineExecutionArn=arn,
                MaxResults=A_PAGE,
            ),
            self._aws.call(
                "sagemaker",
                "describe_pipeline_definition_for_execution",
                PipelineExecutionArn=arn,
            ),
        )
        definition = json.loads(answer["PipelineDefinition"])
        fixed = _Fixed(
            {each["Name"]: each["Value"] for each in parameters},
            tuple(step_names(definition.get("Steps", ()))),
        )
        self._fixed[arn] = fixed
        while len(self._fixed) > MOST_REMEMBERED:
            self._fixed.popitem(last=False)
        return fixed


def step_names(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The names of the steps one waits for, branches in place; not Fail steps.

    A Fail step says that something went wrong: until it runs nobody needs to see its name.
    """
    for step in steps:
        if step["Type"] == "Fail":
            continue
        yield step["Name"]
        if step["Type"] == "Condition":
            arguments = step.get("Arguments", {})
            yield from step_names(arguments.get("IfSteps", ()))
            yield from step_names(arguments.get("ElseSteps", ()))


def _summaries(answer: Mapping[str, Any], pipeline_name: str) -> tuple[Execution, ...]:
    return tuple(
        Execution(
            arn=ExecutionArn(entry["PipelineExecutionArn"]),
            sagemaker_pipeline=pipeline_name,
            status=ExecutionStatus(entry["PipelineExecutionStatus"]),
            started=entry["StartTime"],
            display_name=entry.get("PipelineExecutionDisplayName", ""),
        )
        for entry in answer["PipelineExecutionSummaries"]
    )


def _who(created_by: Mapping[str, Any]) -> str:
    """Who started it, of a UserContext: a Studio profile's name, else what IAM calls them.

    Of `arn:aws:sts::1:assumed-role/ci/run-17` that is `ci/run-17`, of `…:user/ana` it is `ana`.
    """
    arn = str((created_by.get("IamIdentity") or {}).get("Arn") or "")
    return str(created_by.get("UserProfileName") or arn.partition("/")[2] or arn)


def _pipeline_of(answer: Mapping[str, Any], arn: ExecutionArn) -> str:
    source = str(answer.get("PipelineArn") or arn)
    return source.split(PARTS_OF_A_PIPELINE_ARN, 1)[-1].split("/", 1)[0]
