"""Acknowledgements go before work: Slack waits three seconds for one, people longer for an answer.

One work costs as much as several acknowledgements. Begun at once, the work of a burst would hold up
the acknowledgements of its second half.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

PATIENCE_SECONDS: Final = 0.5
"""How long work gives way to deliveries at most: they may come without a pause."""
QUIET_SECONDS: Final = 0.005
"""How long none may have waited: those of a burst follow each other more closely."""
PLACES: Final = 4
"""Works that are in their first `PLACE_SECONDS` at the same time."""
PLACE_SECONDS: Final = 0.25
"""What lasts longer waits for AWS or the database, and holds up nobody."""


class Precedence:
    """Lets work begin, some at a time, while no delivery waits for its acknowledgement."""

    def __init__(self) -> None:
        self._unacknowledged = 0
        self._calm_since = 0.0
        self._calm = asyncio.Event()
        self._calm.set()
        self._begins: deque[tuple[float, Callable[[], object]]] = deque()
        """What is to begin, in its order, each with when it may wait no longer."""
        self._next_look: asyncio.TimerHandle | None = None
        self._door = asyncio.Lock()
        self._places = asyncio.Semaphore(PLACES)

    @property
    def waiting(self) -> int:
        """How many are to begin."""
        return len(self._begins)

    def begin_later(self, begin: Callable[[], object]) -> None:
        """Call it once no delivery waits, in a while at the latest.

        Even to make a task and to read what was typed costs a third of an acknowledgement.
        """
        now = asyncio.get_running_loop().time()
        self._begins.append((now + PATIENCE_SECONDS, begin))
        self._look_at(now + QUIET_SECONDS)

    def begin_all(self) -> None:
        """Call what is to begin, now."""
        while self._begins:
            self._begins.popleft()[1]()

    @contextmanager
    def delivery(self) -> Iterator[None]:
        """A delivery waits for its acknowledgement as long as the context lasts."""
        self._unacknowledged += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._unacknowledged -= 1
            if not self._unacknowledged:
                self._calm_since = asyncio.get_running_loop().time()
                self._calm.set()

    @asynccontextmanager
    async def work(self, *, since: float | None = None) -> AsyncIterator[None]:
        """Wait until work may begin; it is done as long as the context lasts.

        Args:
            since: When its delivery came, on the monotonic clock; None: now.
        """
        loop = asyncio.get_running_loop()
        until = (since or loop.time()) + PATIENCE_SECONDS
        async with self._door:  # the work of a burst passes one by one, in its order
            await self._places.acquire()
            try:
                await self._quiet(until)
            except BaseException:
                self._places.release()
                raise
        place = loop.call_later(PLACE_SECONDS, self._places.release)
        try:
            yield
        finally:
            if place.when() > loop.time():
                place.cancel()
                self._places.release()

    def _look_at(self, when: float) -> None:
        if self._next_look is None:
            self._next_look = asyncio.get_running_loop().call_at(when, self._look)

    def _look(self) -> None:
        self._next_look = None
        now = asyncio.get_running_loop().time()
        while self._begins and self._begins[0][0] <= now:
            self._begins.popleft()[1]()
        if not self._begins:
            return
        quiet = self._calm_since + QUIET_SECONDS
        if self._unacknowledged:
            self._look_at(now + QUIET_SECONDS)
        elif quiet > now:
            self._look_at(quiet)
        else:  # one, for a delivery may come in between
            self._begins.popleft()[1]()
            self._look_at(now)

    async def _quiet(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(until):
                await self._calm.wait()
                while (rest := self._calm_since + QUIET_SECONDS - loop.time()) > 0:
                    await asyncio.sleep(rest)
                    await self._calm.wait()
        except TimeoutError:
            return
