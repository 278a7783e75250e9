"""The logs of a pipeline's jobs, as SageMaker leaves them in CloudWatch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.domain import Step
from mlops.aws import Aws

LOG_GROUPS: Final[Mapping[str, str]] = {
    "ProcessingJob": "/aws/sagemaker/ProcessingJobs",
    "TrainingJob": "/aws/sagemaker/TrainingJobs",
}
"""Source: https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html"""
MOST_STREAMS: Final = 50
"""Streams of one job that are looked at: it has one for each machine."""


class Logs:
    """The logs of one environment."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    async def tail(self, step: Step, *, lines: int) -> tuple[str, ...]:
        """The last lines of a step's job, oldest first; none for a step without a job.

        Of a job on several machines, the lines of the one that wrote last.
        """
        group, job = LOG_GROUPS.get(step.kind or ""), job_name(step)
        if group is None or job is None:
            return ()
        found = await self._aws.call(
            "logs",
            "describe_log_streams",
            logGroupName=group,
            logStreamNamePrefix=f"{job}/",
            limit=MOST_STREAMS,
        )
        streams: list[Mapping[str, Any]] = found["logStreams"]
        if not streams:
            return ()
        newest = max(streams, key=lambda stream: stream.get("lastEventTimestamp", 0))
        page = await self._aws.call(
            "logs",
            "get_log_events",
            logGroupName=group,
            logStreamName=newest["logStreamName"],
            startFromHead=False,
            limit=lines,
        )
        return tuple(str(event["message"]).rstrip() for event in page["events"])


def job_name(step: Step) -> str | None:
    """The name of a step's job: the last part of its ARN."""
    return step.job_arn.rsplit("/", 1)[-1] if step.job_arn else None
