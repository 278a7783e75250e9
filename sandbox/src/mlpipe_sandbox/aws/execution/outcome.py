"""How a step ended, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlpipe_sandbox.aws.definition.check import REQUESTS
from mlpipe_sandbox.aws.definition.document import Step
from mlpipe_sandbox.aws.definition.retrying import ExceptionType
from mlpipe_sandbox.aws.errors import AwsError
from mlpipe_sandbox.aws.execution.retries import of_error, of_reason, policy_for
from mlpipe_sandbox.aws.jobs.fate import max_runtime
from mlpipe_sandbox.aws.shapes import Document


@dataclass(frozen=True)
class Outcome:
    """How a step ended."""

    status: str
    """Succeeded, Failed or Stopped."""
    properties: Document = field(default_factory=dict)
    reason: str | None = None
    exception: ExceptionType | None = None
    """What it failed with, where another attempt may mend it."""


def of_job(job: Document, status: str) -> Outcome:
    """How a step ended whose job ended so, from the job's last document and status."""
    if status == "Completed":
        return Outcome("Succeeded", job)
    late = job.get("SecondaryStatus") == "MaxRuntimeExceeded"
    if late or (status == "Stopped" and "FailureReason" in job):
        limit = max_runtime(job)
        said = f"ClientError: The job ran longer than MaxRuntimeInSeconds, {limit}."
        return Outcome("Failed", reason=job.get("FailureReason", said))
    reason = job.get("FailureReason")
    if status == "Stopped":
        return Outcome("Stopped", reason=reason)
    return Outcome("Failed", reason=reason, exception=of_reason(reason))


def not_invoked(step: Step, execution: str, error: AwsError) -> Outcome:
    """How a step of the execution of that ARN ended whose operation was refused, in AWS's words."""
    exception = of_error(error)
    reason = (
        f"ClientError: Failed to invoke sagemaker:{REQUESTS[step.type][0]}. Error Details:"
        f" {error.message}"
    )
    if policy_for(exception, step.retries) is None:
        limit = exception is ExceptionType.RESOURCE_LIMIT
        reason += (
            "\nRetry not appropriate on execution of step with PipelineExecutionArn"
            f" {execution} and StepId {step.name}. No retry policy configured for the"
            f" exception type {'SAGEMAKER_RESOURCE_LIMIT' if limit else 'SAGEMAKER_SERVICE_ERROR'}."
        )
    return Outcome("Failed", reason=reason, exception=exception)
