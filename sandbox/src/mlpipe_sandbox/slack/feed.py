"""What happened, for those who watch: open pages, and tests that wait."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

PATIENCE_SECONDS: Final = 30.0
"""How long who waits does so, unless told otherwise: a busy machine is slow."""
Event = dict[str, Any]


class Feed:
    """Events go to the pages of the people who may see them; every change wakes who waits."""

    def __init__(self) -> None:
        self._watchers: list[tuple[str, asyncio.Queue[Event]]] = []
        self._changed = threading.Condition()
        self._version = 0

    @contextmanager
    def watch(self, user: str) -> Iterator[asyncio.Queue[Event]]:
        """A queue of the events that a person's page should show."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        watcher = (user, queue)
        self._watchers.append(watcher)
        try:
            yield queue
        finally:
            self._watchers.remove(watcher)

    def publish(self, event: Event, *, audience: set[str] | None = None) -> None:
        """Tell the pages of `audience` (everybody's if None). Call it on the server's loop."""
        for user, queue in self._watchers:
            if audience is None or user in audience:
                queue.put_nowait(event)
        self.touch()

    def touch(self) -> None:
        """Wake those who wait for a change."""
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def wait(self, holds: Callable[[], Any], timeout: float) -> Any:
        """Evaluate `holds` after every change until it gives something true; returns that.

        Raises:
            TimeoutError: it gave nothing true within `timeout` seconds of real time.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen = self._version
            # Outside the lock: the condition asks the server's loop, which may be publishing.
            if found := holds():
                return found
            with self._changed:
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait_for(
                    functools.partial(self._moved_on, seen), left
                ):
                    raise TimeoutError(f"Nothing of the kind within {timeout:g} s.")

    def _moved_on(self, seen: int) -> bool:
        return self._version != seen
