"""Whether a step that failed is tried again, and after how long. Decides; does not wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mlpipe_sandbox.aws.definition.retrying import LONGEST_EXPIRY, ExceptionType, RetryPolicy
from mlpipe_sandbox.aws.errors import AwsError

AUTOMATIC: Final = RetryPolicy(frozenset({ExceptionType.SERVICE_FAULT, ExceptionType.THROTTLING}))
"""What AWS retries unless a policy of the step's says otherwise; how often, it does not say."""

_LONGEST_WAIT: Final = LONGEST_EXPIRY * 60.0
_BY_REASON: Final = {
    "InternalServerError": ExceptionType.JOB_INTERNAL_ERROR,
    "CapacityError": ExceptionType.CAPACITY_ERROR,
}
_BY_CODE: Final = {
    "ThrottlingException": ExceptionType.THROTTLING,
    "ResourceLimitExceeded": ExceptionType.RESOURCE_LIMIT,
}
_SERVER_AT_FAULT: Final = 500


def of_reason(reason: str | None) -> ExceptionType | None:
    """What a job failed with, by the first word of its FailureReason; None: its own doing."""
    return _BY_REASON.get((reason or "").partition(":")[0])


def of_error(error: AwsError) -> ExceptionType | None:
    """What the call that starts a step failed with; None: trying again would not help."""
    if error.status >= _SERVER_AT_FAULT:
        return ExceptionType.SERVICE_FAULT
    return _BY_CODE.get(error.code)


def policy_for(
    exception: ExceptionType | None, policies: Sequence[RetryPolicy]
) -> RetryPolicy | None:
    """The policy of a step that counts for what it failed with; None if nothing retries it."""
    every = (*policies, AUTOMATIC)
    return next((each for each in every if exception in each.exceptions), None)


@dataclass
class Retries:
    """The retries of one step, from its start on."""

    policies: Sequence[RetryPolicy]
    started: float
    """When the step began, in seconds of any clock."""
    _done: dict[RetryPolicy, int] = field(default_factory=dict)
    _waits: dict[RetryPolicy, float] = field(default_factory=dict)

    def wait(self, exception: ExceptionType | None, *, now: float) -> float | None:
        """Seconds until the next attempt; None if there is none. Counts it.

        Args:
            exception: what the last attempt failed with.
            now: by the clock of `started`.
        """
        policy = policy_for(exception, self.policies)
        if policy is None or self._over(policy, now):
            return None
        self._done[policy] = self._done.get(policy, 0) + 1
        wait = self._waits.get(policy, float(policy.interval))
        self._waits[policy] = min(wait * policy.backoff, _LONGEST_WAIT)
        return wait

    def _over(self, policy: RetryPolicy, now: float) -> bool:
        if policy.attempts is not None:
            return self._done.get(policy, 0) >= policy.attempts
        return now - self.started >= (policy.expires or 0) * 60
