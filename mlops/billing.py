"""What SageMaker bills the jobs of an execution's steps for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.costs import Billed
from core.domain import Execution, Step
from mlops.aws import Aws
from mlops.logs import job_name

MOST_LISTED: Final = 100
"""API: MaxResults of ListTrainingJobsForHyperParameterTuningJob."""


class Billing:
    """The jobs of one environment."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    async def of(self, execution: Execution) -> tuple[Billed, ...]:
        """What its jobs were billed for that have ended.

        A step whose work was taken from an earlier execution was billed there; steps without a
        job, such as conditions, cost nothing.
        """
        worked = [step for step in execution.steps if step.taken_from is None]
        found = await asyncio.gather(*map(self._of_step, worked))
        return tuple(billed for each in found for billed in each if billed is not None)

    async def _of_step(self, step: Step) -> Sequence[Billed | None]:
        job = job_name(step)
        if job is None:
            return ()
        match step.kind:
            case "TrainingJob":
                told = await self._describe("describe_training_job", TrainingJobName=job)
                return (_trained(told),)
            case "ProcessingJob":
                told = await self._describe("describe_processing_job", ProcessingJobName=job)
                cluster = told.get("ProcessingResources", {}).get("ClusterConfig", {})
                return (_lasted(told, "Processing", cluster),)
            case "TransformJob":
                told = await self._describe("describe_transform_job", TransformJobName=job)
                return (_lasted(told, "Transform", told.get("TransformResources", {})),)
            case "TuningJob":
                return await self._tuned(job)
            case _:
                return ()

    async def _tuned(self, job: str) -> list[Billed | None]:
        """What each training job of a tuning job was billed for.

        A training job's summary has no BillableTimeInSeconds: it is the time from its start to its
        end, which spot instances make less.
        """
        named = {"HyperParameterTuningJobName": job}
        told = await self._describe("describe_hyper_parameter_tuning_job", **named)
        resources = told.get("TrainingJobDefinition", {}).get("ResourceConfig", {})
        found: list[Billed | None] = []
        page: dict[str, Any] = {}
        while True:
            listed = await self._aws.call(
                "sagemaker",
                "list_training_jobs_for_hyper_parameter_tuning_job",
                MaxResults=MOST_LISTED,
                **named,
                **page,
            )
            found += [
                _lasted(each, "Training", resources) for each in listed["TrainingJobSummaries"]
            ]
            if not listed.get("NextToken"):
                return found
            page = {"NextToken": listed["NextToken"]}

    async def _describe(self, operation: str, **job: str) -> Mapping[str, Any]:
        described: Mapping[str, Any] = await self._aws.call("sagemaker", operation, **job)
        return described


def _trained(job: Mapping[str, Any]) -> Billed | None:
    resources = job.get("ResourceConfig", {})
    if "BillableTimeInSeconds" not in job or "InstanceType" not in resources:
        return None
    count = resources.get("InstanceCount", 1)
    return Billed(resources["InstanceType"], count, job["BillableTimeInSeconds"])


def _lasted(job: Mapping[str, Any], kind: str, resources: Mapping[str, Any]) -> Billed | None:
    began, ended = job.get(f"{kind}StartTime"), job.get(f"{kind}EndTime")
    if began is None or ended is None or "InstanceType" not in resources:
        return None
    seconds = (ended - began).total_seconds()
    return Billed(resources["InstanceType"], resources.get("InstanceCount", 1), seconds)
