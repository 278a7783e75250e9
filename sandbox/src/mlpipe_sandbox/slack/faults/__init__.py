"""What goes wrong between Slack and an app, on demand."""

from mlpipe_sandbox.slack.faults.kinds import (
    ApiDelayed,
    ApiError,
    ApiRateLimited,
    ApiReset,
    ApiStatus,
    Delayed,
    Doubled,
    Dropped,
    Forged,
    Reordered,
)

__all__ = [
    "ApiDelayed",
    "ApiError",
    "ApiRateLimited",
    "ApiReset",
    "ApiStatus",
    "Delayed",
    "Doubled",
    "Dropped",
    "Forged",
    "Reordered",
]
