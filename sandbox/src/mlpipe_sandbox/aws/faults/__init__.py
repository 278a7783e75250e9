"""What goes wrong in AWS, on demand."""

from mlpipe_sandbox.aws.faults.book import Active, Faults
from mlpipe_sandbox.aws.faults.kinds import (
    ApiDelayed,
    ApiError,
    ApiReset,
    ApiStatus,
    ApiThrottled,
    FaultError,
    JobKilled,
    JobRefused,
    JobTimedOut,
)

__all__ = [
    "Active",
    "ApiDelayed",
    "ApiError",
    "ApiReset",
    "ApiStatus",
    "ApiThrottled",
    "FaultError",
    "Faults",
    "JobKilled",
    "JobRefused",
    "JobTimedOut",
]
