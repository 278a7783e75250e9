"""Which faults are on, and what they make of each call and job. Decides; does nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from threading import RLock
from types import TracebackType
from typing import Any, Self

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


@dataclass(frozen=True)
class CallFate:
    """What happens to one call."""

    late: float = 0.0
    failure: ApiFailure | None = None


@dataclass
class Entry:
    """A fault that is on, with how often it has happened."""

    id: str
    fault: Fault
    happened: int = 0
    random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        # Faults have to be repeatable, not unpredictable.
        self.random = random.Random(self.fault.seed)  # noqa: S311

    def happens(self) -> bool:
        """Whether it happens to what is next; counts if it does."""
        if self.fault.times is not None and self.happened >= self.fault.times:
            return False
        if self.random.random() >= self.fault.share:
            return False
        self.happened += 1
        return True

    def shown(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"id": self.id, **self.fault.model_dump(), "happened": self.happened}


class Active:
    """A fault that is on, until `remove` or the end of a `with` statement."""

    def __init__(self, entry: Entry, *, remove: Callable[[str], bool]) -> None:
        self.id = entry.id
        self._entry = entry
        self._remove = remove

    @property
    def happened(self) -> int:
        """How often it has happened."""
        return self._entry.happened

    def remove(self) -> None:
        """Switch it off."""
        self._remove(self.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()


class Faults:
    """Every fault that is on, in the order in which they were asked for; safe between threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._entries: dict[str, Entry] = {}
        self._count = 0

    def add(self, fault: Fault) -> Active:
        """Switch a fault on."""
        with self._lock:
            self._count += 1
            entry = Entry(str(self._count), fault)
            self._entries[entry.id] = entry
        return Active(entry, remove=self.remove)

    def remove(self, fault_id: str) -> bool:
        """Switch a fault off; False if it is not on."""
        with self._lock:
            return self._entries.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self._entries.clear()

    def shown(self) -> list[dict[str, Any]]:
        """The faults that are on, those that have happened often enough among them."""
        with self._lock:
            return [entry.shown() for entry in self._entries.values()]

    def call(self, service: str, operation: str | None, *, named: bool = False) -> CallFate:
        """What happens to the next call of an operation: every delay, and the first failure.

        With `named`, only faults that name the operation happen to it.
        """
        late, failure = 0.0, None
        with self._lock:
            for entry in self._entries.values():
                fault = entry.fault
                if not isinstance(
                    fault, ApiDelayed | ApiThrottled | ApiError | ApiStatus | ApiReset
                ):
                    continue
                if fault.service not in (None, service) or fault.operation not in (None, operation):
                    continue
                if named and fault.operation is None:
                    continue
                if isinstance(fault, ApiDelayed):
                    late += fault.seconds if entry.happens() else 0.0
                elif failure is None and entry.happens():
                    failure = fault
        return CallFate(late, failure)

    def job(self, name: str) -> JobFault | None:
        """What happens to the job of that name, which is about to start."""
        with self._lock:
            return next(self._of_job(name), None)

    def _of_job(self, name: str) -> Iterator[JobFault]:
        for entry in self._entries.values():
            fault = entry.fault
            if not isinstance(fault, JobKilled | JobTimedOut | JobRefused):
                continue
            if fnmatchcase(name, fault.job) and entry.happens():
                yield fault
