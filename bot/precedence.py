"""Acknowledgements go before work: Slack waits three seconds for one, people longer for an answer.

One work costs as much as several acknowledgements. Begun at once, the work of a burst would hold up
the acknowledgements of its second half.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
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
        self._door = asyncio.Lock()
        self._places = asyncio.Semaphore(PLACES)

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
    async def work(self) -> AsyncIterator[None]:
        """Wait until work may begin; it is done as long as the context lasts."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_SECONDS
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
