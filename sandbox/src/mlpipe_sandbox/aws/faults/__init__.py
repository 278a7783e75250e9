"""What goes wrong in AWS, on demand."""

from mlpipe_sandbox.aws.faults.book import Faults
from mlpipe_sandbox.aws.faults.kinds import (
    ApiDelayed,
    ApiError,
    ApiReset,
    ApiStatus,
    ApiThrottled,
    JobKilled,
    JobRefused,
    JobTimedOut,
)
from mlpipe_sandbox.faults.book import Active
from mlpipe_sandbox.faults.kinds import FaultError

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
