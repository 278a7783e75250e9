"""Which faults are on, and what they make of each delivery and call. Decides; does nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mlpipe_sandbox.slack.delivery.reply import (
    FORGED_OVER_HTTP,
    FORGED_OVER_SOCKET_MODE,
    Delivery,
    Forgery,
    Kind,
)
from mlpipe_sandbox.slack.faults.kinds import (
    ApiDelayed,
    ApiError,
    ApiFailure,
    ApiRateLimited,
    ApiReset,
    ApiStatus,
    Delayed,
    Doubled,
    Dropped,
    Fault,
    Forged,
    Reordered,
    Span,
)


@dataclass(frozen=True)
class Fate:
    """What happens to one delivery."""

    dropped: bool = False
    late: float = 0.0
    """Seconds that it is on its way."""
    held: float | None = None
    """If it waits for the next to overtake it: how long at most."""
    copies: tuple[float, ...] = ()
    """Seconds after which it comes again."""
    forgeries: tuple[Forgery, ...] = ()


@dataclass(frozen=True)
class CallFate:
    """What happens to one call of the Web API."""

    late: float = 0.0
    failure: ApiFailure | None = None


@dataclass
class Entry:
    """A fault that is on, with how often it has happened."""

    id: str
    fault: Fault
    happened: int = 0
    random: random.Random = field(init=False)
    holding: bool = False
    """Whether the delivery before was held, so that the next overtakes it."""

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

    def seconds(self, span: Span) -> float:
        """A time as the fault names it."""
        return self.random.uniform(*span) if isinstance(span, tuple) else span

    def shown(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"id": self.id, **self.fault.model_dump(), "happened": self.happened}


class FaultBook:
    """Every fault that is on, in the order in which they were asked for."""

    def __init__(self, *, enforce_rates: bool = False) -> None:
        self.enforce_rates = enforce_rates
        self.forged: list[Delivery] = []
        """What was sent to the app that did not come from this workspace."""
        self._entries: dict[str, Entry] = {}
        self._count = 0

    def add(self, fault: Fault) -> Entry:
        """Switch a fault on."""
        self._count += 1
        entry = Entry(str(self._count), fault)
        self._entries[entry.id] = entry
        return entry

    def remove(self, fault_id: str) -> bool:
        """Switch a fault off; False if it is not on."""
        return self._entries.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Switch every fault off."""
        self._entries.clear()

    def entries(self) -> list[Entry]:
        """The faults that are on, those that have happened often enough among them."""
        return list(self._entries.values())

    def fate(self, kind: Kind, *, signed: bool) -> Fate:
        """What happens to the next delivery of a kind, over HTTP if it is `signed`."""
        fate = Fate()
        for entry in self._happening(kind, signed=signed):
            fate = _with(fate, entry)
        return fate

    def call(self, method: str) -> CallFate:
        """What happens to the next call of a method: every delay, and the first failure."""
        late, failure = 0.0, None
        for entry in self.entries():
            fault = entry.fault
            if not isinstance(fault, ApiDelayed | ApiError | ApiStatus | ApiReset | ApiRateLimited):
                continue
            if fault.method not in (None, method):
                continue
            if isinstance(fault, ApiDelayed):
                late += entry.seconds(fault.seconds) if entry.happens() else 0.0
            elif failure is None and entry.happens():
                failure = fault
        return CallFate(late, failure)

    def _happening(self, kind: Kind, *, signed: bool) -> Iterator[Entry]:
        for entry in self.entries():
            fault = entry.fault
            if not isinstance(fault, Doubled | Delayed | Reordered | Dropped | Forged):
                continue
            if fault.kind not in (None, kind):
                continue
            possible = FORGED_OVER_HTTP if signed else FORGED_OVER_SOCKET_MODE
            if isinstance(fault, Forged) and fault.forgery not in possible:
                continue
            if entry.holding:
                entry.holding = False
            elif entry.happens():
                entry.holding = isinstance(fault, Reordered)
                yield entry


def _with(fate: Fate, entry: Entry) -> Fate:
    dropped, late, held = fate.dropped, fate.late, fate.held
    copies, forgeries = fate.copies, fate.forgeries
    match entry.fault:
        case Dropped():
            dropped = True
        case Delayed(seconds=span):
            late += entry.seconds(span)
        case Reordered(longest=longest):
            held = longest
        case Doubled(seconds=span):
            copies = (*copies, entry.seconds(span))
        case Forged(forgery=forgery):
            forgeries = (*forgeries, forgery)
    return Fate(dropped, late, held, copies, forgeries)
