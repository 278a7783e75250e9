"""Faults for tests: the same as over HTTP, as `SlackSandbox.faults`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from mlpipe_sandbox.faults.book import Active
from mlpipe_sandbox.slack.delivery.reply import Delivery
from mlpipe_sandbox.slack.delivery.socket_mode import SocketMode
from mlpipe_sandbox.slack.faults.book import FaultBook
from mlpipe_sandbox.slack.faults.kinds import Fault

T = TypeVar("T")


class Running(Protocol):
    """What the faults need of the sandbox."""

    def call(self, work: Coroutine[Any, Any, T], /) -> T:
        """Run on the server's loop."""

    def ask(self, question: Callable[[], T], /) -> T:
        """Read the workspace on the server's loop."""


class Faults:
    """Switches faults on and off. Every method may be called from any thread but the sandbox's."""

    def __init__(self, book: FaultBook, *, sandbox: Running, socket_mode: SocketMode) -> None:
        self._book = book
        self._sandbox = sandbox
        self._socket_mode = socket_mode

    def add(self, fault: Fault) -> Active[Fault]:
        """Switch a fault on."""
        return self._book.add(fault)

    def clear(self) -> None:
        """Switch every fault off."""
        self._book.clear()

    def forged(self) -> list[Delivery]:
        """What `Forged` sent to the app, with what the app made of it."""
        return self._sandbox.ask(lambda: list(self._book.forged))

    def cut(self) -> int:
        """Break every open Socket Mode connection off; returns how many there were."""
        return self._sandbox.ask(self._socket_mode.cut)

    def deafen(self) -> int:
        """Make every open Socket Mode connection deaf; returns how many there were.

        Its TCP connection stays open. Nothing is delivered over it any more, what is sent for it is
        lost, and pings go unanswered. A connection opened later hears.
        """
        return self._sandbox.ask(self._socket_mode.deafen)

    def enforce_rates(self, on: bool = True) -> None:  # noqa: FBT001, FBT002  (a switch)
        """Refuse calls above a method's rate from now on, or let them pass."""
        self._sandbox.ask(lambda: setattr(self._book, "enforce_rates", on))
