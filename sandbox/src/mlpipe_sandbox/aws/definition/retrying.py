"""The RetryPolicies of a step.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Final

from mlpipe_sandbox.aws.errors import ValidationError, unparsable

LONGEST_INTERVAL: Final = 43_200
"""Most IntervalSeconds."""
MOST_ATTEMPTS: Final = 20
LONGEST_EXPIRY: Final = 14_400
"""Most minutes of ExpireAfterMin."""

_MEMBERS: Final = frozenset(
    {"ExceptionType", "IntervalSeconds", "BackoffRate", "MaxAttempts", "ExpireAfterMin"}
)


class ExceptionType(enum.StrEnum):
    """What a step can fail with that another attempt may mend."""

    SERVICE_FAULT = "Step.SERVICE_FAULT"
    THROTTLING = "Step.THROTTLING"
    JOB_INTERNAL_ERROR = "SageMaker.JOB_INTERNAL_ERROR"
    CAPACITY_ERROR = "SageMaker.CAPACITY_ERROR"
    RESOURCE_LIMIT = "SageMaker.RESOURCE_LIMIT"


@dataclass(frozen=True)
class RetryPolicy:
    """When and how often a step is tried again; the defaults are AWS's."""

    exceptions: frozenset[ExceptionType]
    interval: int = 1
    """Seconds before the first retry."""
    backoff: float = 2.0
    """By what the interval grows with each retry."""
    attempts: int | None = 5
    """Most retries; None where `expires` bounds them."""
    expires: int | None = None
    """Minutes after the step's start in which a failure is retried."""


def read_retry_policies(step: str, document: object) -> tuple[RetryPolicy, ...]:
    """The policies of a step, the first that names an exception type counting for it.

    Raises:
        ValidationError: one is malformed.
    """
    if document is None:
        return ()
    if not isinstance(document, list):
        raise unparsable(f"Step '{step}': RetryPolicies has to be an array.")
    return tuple(_Reader(step).policy(item) for item in document)


@dataclass(frozen=True)
class _Reader:
    step: str

    def policy(self, item: object) -> RetryPolicy:
        if not isinstance(item, dict):
            raise self._wrong("Expecting start of Json Object.")
        for member in item.keys() - _MEMBERS:
            raise self._wrong(f"Unknown member '{member}'.")
        attempts = self._whole(item, "MaxAttempts", least=0, most=MOST_ATTEMPTS)
        expires = self._whole(item, "ExpireAfterMin", least=0, most=LONGEST_EXPIRY)
        if attempts is not None and expires is not None:
            raise self._wrong("Only one of MaxAttempts and ExpireAfterMin can be given.")
        interval = self._whole(item, "IntervalSeconds", least=1, most=LONGEST_INTERVAL)
        default = RetryPolicy(self._exceptions(item.get("ExceptionType")))
        return RetryPolicy(
            exceptions=default.exceptions,
            interval=default.interval if interval is None else interval,
            backoff=self._backoff(item.get("BackoffRate", default.backoff)),
            attempts=default.attempts if attempts is None and expires is None else attempts,
            expires=expires,
        )

    def _exceptions(self, names: object) -> frozenset[ExceptionType]:
        known = list(ExceptionType)
        if not isinstance(names, list) or not names or any(name not in known for name in names):
            raise self._wrong(f"ExceptionType has to be an array of {', '.join(known)}.")
        return frozenset(ExceptionType(name) for name in names)

    def _whole(self, item: dict[str, Any], member: str, *, least: int, most: int) -> int | None:
        value = item.get(member)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self._wrong(f"{member} has to be an integer from {least} to {most}.")
        return value

    def _backoff(self, value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
            raise self._wrong("BackoffRate has to be a number that is not negative.")
        return float(value)

    def _wrong(self, why: str) -> ValidationError:
        return unparsable(f"Step '{self.step}': RetryPolicies: {why}")
