"""What a fault makes of one job: how it is kept from starting, killed or cut short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from mlpipe_sandbox.aws.errors import AwsError
from mlpipe_sandbox.aws.faults.book import Faults
from mlpipe_sandbox.aws.faults.kinds import JobKilled, JobRefused, JobTimedOut
from mlpipe_sandbox.aws.jobs.container import ContainerError

LONGEST_RUN: Final = 86_400
"""MaxRuntimeInSeconds of a job that names none."""

# Word for word AWS's, of processing and training jobs. For the first three see what others compare
# a FailureReason with: https://github.com/comic/grand-challenge.org
# (app/grandchallenge/components/backends/amazon_sagemaker_base.py).
OUT_OF_MEMORY: Final = (
    "ClientError: Please use an instance type with more memory, or reduce the size of job data"
    " processed on an instance."
)
INTERNAL_ERROR: Final = "InternalServerError: We encountered an internal error. Please try again."
_NO_CAPACITY: Final = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a"
    " different ML instance type."
)
# https://repost.aws/knowledge-center/sagemaker-resource-limit-exceeded-error
_OVER_QUOTA: Final = (
    "The account-level service limit '{instance} for {kind} job usage' is 0 Instances, with current"
    " utilization of 0 Instances and a request delta of {count} Instances. Please use AWS Service"
    " Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact"
    " AWS support to request an increase for this quota."
)
_REFUSALS: Final = {"capacity": _NO_CAPACITY, "internal_error": INTERNAL_ERROR}


@dataclass(frozen=True)
class JobFate:
    """What is to happen to one job."""

    refusal: str | None = None
    """Its FailureReason, if it never starts."""
    timeout: float = LONGEST_RUN
    """Seconds that it may run."""
    killed_after: float | None = None
    """Seconds after which it is killed."""

    def check(self) -> None:
        """Raise ContainerError if the job is not to start."""
        if self.refusal is not None:
            raise ContainerError(self.refusal)


def job_fate(faults: Faults, name: str, job: dict[str, Any]) -> JobFate:
    """What happens to a job that is about to start.

    Raises:
        AwsError: the account's quota does not allow it; it is not to be created.
    """
    limit = max_runtime(job)
    match faults.job(name):
        case JobRefused(why="resource_limit"):
            raise _over_quota(job)
        case JobRefused(why=why):
            return JobFate(refusal=_REFUSALS[why], timeout=limit)
        case JobKilled(seconds=seconds):
            return JobFate(timeout=limit, killed_after=seconds)
        case JobTimedOut(seconds=seconds):
            return JobFate(timeout=min(limit, seconds))
        case None:
            return JobFate(timeout=limit)


def _over_quota(job: dict[str, Any]) -> AwsError:
    if "ProcessingResources" in job:
        kind, resources = "processing", job["ProcessingResources"]["ClusterConfig"]
    else:
        kind, resources = "training", job.get("ResourceConfig", {})
    sentence = _OVER_QUOTA.format(
        kind=kind,
        instance=resources.get("InstanceType", "ml.m5.large"),
        count=resources.get("InstanceCount", 1),
    )
    return AwsError("ResourceLimitExceeded", sentence)


def max_runtime(job: dict[str, Any]) -> int:
    """The MaxRuntimeInSeconds that counts for a job."""
    limit: int = job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", LONGEST_RUN)
    return limit
