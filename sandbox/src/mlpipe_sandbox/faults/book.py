"""Which faults are on, and how often each has happened. Decides; does nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from mlpipe_sandbox.faults.kinds import AnyFault

F = TypeVar("F", bound=AnyFault)
Failure = TypeVar("Failure")


@dataclass(frozen=True)
class CallFate(Generic[Failure]):
    """What happens to one call."""

    late: float = 0.0
    failure: Failure | None = None


class Active(Generic[F]):
    """A fault that is on, until `remove` or the end of a `with` statement."""

    def __init__(self, fault_id: str, fault: F, *, remove: Callable[[str], bool]) -> None:
        self.id = fault_id
        self.fault = fault
        self.happened = 0
        """How often it has happened."""
        self.random = random.Random(fault.seed)  # noqa: S311 - faults have to be repeatable
        self._remove = remove

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


class Book(Generic[F]):
    """Every fault that is on, in the order in which they were asked for; safe between threads."""

    def __init__(self) -> None:
        self.lock = RLock()
        """Held while it is decided what happens."""
        self._active: dict[str, Active[F]] = {}
        self._count = 0

    def add(self, fault: F) -> Active[F]:
        """Switch a fault on."""
        with self.lock:
            self._count += 1
            active = Active(str(self._count), fault, remove=self.remove)
            self._active[active.id] = active
        return active

    def remove(self, fault_id: str) -> bool:
        """Switch a fault off; False if it is not on."""
        with self.lock:
            return self._active.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Switch every fault off."""
        with self.lock:
            self._active.clear()

    def active(self) -> list[Active[F]]:
        """The faults that are on, those that have happened often enough among them."""
        with self.lock:
            return list(self._active.values())

    def shown(self) -> list[dict[str, Any]]:
        """The same as JSON has them."""
        with self.lock:
            return [active.shown() for active in self._active.values()]
