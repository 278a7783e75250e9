"""What the faults that are on make of each call and job."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from mlpipe_sandbox.aws.faults.kinds import (
    ApiDelayed,
    ApiError,
    ApiFailure,
    ApiReset,
    ApiStatus,
    ApiThrottled,
    Fault,
    JobFault,
    JobKilled,
    JobRefused,
    JobTimedOut,
)
from mlpipe_sandbox.faults.book import Book, CallFate


class Faults(Book[Fault]):
    """Every fault of the embedded AWS that is on."""

    def call(
        self, service: str, operation: str | None, *, named: bool = False
    ) -> CallFate[ApiFailure]:
        """What happens to the next call of an operation: every delay, and the first failure.

        With `named`, only faults that name the operation happen to it.
        """
        late: float = 0.0
        failure: ApiFailure | None = None
        with self.lock:
            for active in self.active():
                fault = active.fault
                if not isinstance(
                    fault, ApiDelayed | ApiThrottled | ApiError | ApiStatus | ApiReset
                ):
                    continue
                if fault.service not in (None, service) or fault.operation not in (None, operation):
                    continue
                if named and fault.operation is None:
                    continue
                if isinstance(fault, ApiDelayed):
                    late += fault.seconds if active.happens() else 0.0
                elif failure is None and active.happens():
                    failure = fault
        return CallFate(late, failure)

    def job(self, name: str) -> JobFault | None:
        """What happens to the job of that name, which is about to start."""
        with self.lock:
            return next(self._of_job(name), None)

    def _of_job(self, name: str) -> Iterator[JobFault]:
        for active in self.active():
            fault = active.fault
            if not isinstance(fault, JobKilled | JobTimedOut | JobRefused):
                continue
            if fnmatchcase(name, fault.job) and active.happens():
                yield fault
