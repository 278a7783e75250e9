"""What the faults that are on make of each delivery and call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlpipe_sandbox.faults.book import Active, Book, CallFate
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


class FaultBook(Book[Fault]):
    """Every fault of the embedded Slack that is on."""

    def __init__(self, *, enforce_rates: bool = False) -> None:
        super().__init__()
        self.enforce_rates = enforce_rates
        self.forged: list[Delivery] = []
        """What was sent to the app that did not come from this workspace."""
        self._holding: set[str] = set()
        """Faults that held the delivery before, so that the next overtakes it."""

    def fate(self, kind: Kind, *, signed: bool) -> Fate:
        """What happens to the next delivery of a kind, over HTTP if it is `signed`."""
        fate = Fate()
        with self.lock:
            for active in self._happening(kind, signed=signed):
                fate = _with(fate, active)
        return fate

    def call(self, method: str) -> CallFate[ApiFailure]:
        """What happens to the next call of a method: every delay, and the first failure."""
        late: float = 0.0
        failure: ApiFailure | None = None
        with self.lock:
            for active in self.active():
                fault = active.fault
                if not isinstance(
                    fault, ApiDelayed | ApiError | ApiStatus | ApiReset | ApiRateLimited
                ):
                    continue
                if fault.method not in (None, method):
                    continue
                if isinstance(fault, ApiDelayed):
                    late += _seconds(active, fault.seconds) if active.happens() else 0.0
                elif failure is None and active.happens():
                    failure = fault
        return CallFate(late, failure)

    def _happening(self, kind: Kind, *, signed: bool) -> Iterator[Active[Fault]]:
        for active in self.active():
            fault = active.fault
            if not isinstance(fault, Doubled | Delayed | Reordered | Dropped | Forged):
                continue
            if fault.kind not in (None, kind):
                continue
            possible = FORGED_OVER_HTTP if signed else FORGED_OVER_SOCKET_MODE
            if isinstance(fault, Forged) and fault.forgery not in possible:
                continue
            if active.id in self._holding:
                self._holding.remove(active.id)
            elif active.happens():
                if isinstance(fault, Reordered):
                    self._holding.add(active.id)
                yield active


def _seconds(active: Active[Fault], span: Span) -> float:
    """A time as the fault names it."""
    return active.random.uniform(*span) if isinstance(span, tuple) else span


def _with(fate: Fate, active: Active[Fault]) -> Fate:
    dropped, late, held = fate.dropped, fate.late, fate.held
    copies, forgeries = fate.copies, fate.forgeries
    match active.fault:
        case Dropped():
            dropped = True
        case Delayed(seconds=span):
            late += _seconds(active, span)
        case Reordered(longest=longest):
            held = longest
        case Doubled(seconds=span):
            copies = (*copies, _seconds(active, span))
        case Forged(forgery=forgery):
            forgeries = (*forgeries, forgery)
    return Fate(dropped, late, held, copies, forgeries)
