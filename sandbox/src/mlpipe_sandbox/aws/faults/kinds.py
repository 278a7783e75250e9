"""The faults of AWS that can be asked for, as Python and as JSON have them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from mlpipe_sandbox.faults.kinds import AnyFault, Seconds, read


class _ApiFault(AnyFault):
    service: str | None = "sagemaker"
    """The service as requests are signed for it (`s3`, `logs`, …); None is every one."""
    operation: str | None = Field(default=None, min_length=1)
    """The one operation that it happens to; S3's are not told apart."""


class ApiThrottled(_ApiFault):
    """A call comes too soon after others: ThrottlingException, `Rate exceeded`."""

    fault: Literal["api_throttled"] = "api_throttled"


class ApiError(_ApiFault):
    """A call is refused with an error code."""

    fault: Literal["api_error"] = "api_error"
    error: str = Field(pattern=r"^[A-Za-z0-9.]+$")
    message: str = "A fault asked for in the sandbox."
    status: int = Field(default=400, ge=400, le=599)


class ApiStatus(_ApiFault):
    """A call is answered by a failure of the server."""

    fault: Literal["api_status"] = "api_status"
    status: int = Field(default=503, ge=500, le=599)
    done: bool = False
    """Whether AWS did what was asked before it failed to say so."""


class ApiReset(_ApiFault):
    """The connection of a call is reset."""

    fault: Literal["api_reset"] = "api_reset"
    done: bool = False
    """Whether AWS did what was asked before the connection broke."""


class ApiDelayed(_ApiFault):
    """The answer to a call takes its time; with an hour, it hangs."""

    fault: Literal["api_delayed"] = "api_delayed"
    seconds: Seconds


class _JobFault(AnyFault):
    times: int | None = Field(default=1, ge=1)
    job: str = "*"
    """Glob of the job's name; that of a pipeline's step is `pipelines-<execution>-<step>-…`."""


class JobKilled(_JobFault):
    """A job's processes get SIGKILL, as from the kernel when memory is out."""

    fault: Literal["job_killed"] = "job_killed"
    seconds: Seconds = 0.0
    """How long after the job's start."""


class JobTimedOut(_JobFault):
    """A job runs into its MaxRuntimeInSeconds early."""

    fault: Literal["job_timed_out"] = "job_timed_out"
    seconds: Seconds = 0.0
    """How long after the job's start."""


class JobRefused(_JobFault):
    """A job fails before its container starts; with `resource_limit`, it is not even created."""

    fault: Literal["job_refused"] = "job_refused"
    why: Literal["capacity", "internal_error", "resource_limit"] = "capacity"


ApiFailure = ApiThrottled | ApiError | ApiStatus | ApiReset
JobFault = JobKilled | JobTimedOut | JobRefused
Fault = ApiFailure | ApiDelayed | JobFault

_FAULT: TypeAdapter[Fault] = TypeAdapter(Annotated[Fault, Field(discriminator="fault")])


def read_fault(document: object) -> Fault:
    """A fault that came as JSON.

    Raises:
        FaultError: there is no such fault, or one of its fields is wrong.
    """
    return read(document, _FAULT)
