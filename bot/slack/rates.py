"""Keeps below the rate of one of Slack's methods, so that it never has to refuse a call."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

MINUTE: Final = 60.0
KEPT_FREE: Final = 3
"""Calls a minute that are left unused: some are on their way for longer than others."""


class Rate:
    """At most so many calls in any minute. Half of them at once; the others spread over the rest.

    So whoever comes after a burst waits for a moment, not for the end of the minute.
    """

    def __init__(
        self,
        per_minute: int,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._most = max(1, per_minute - KEPT_FREE)
        self._monotonic = monotonic
        self._sleep = sleep
        self._calls: deque[float] = deque()
        self._turn = asyncio.Lock()

    async def take(self) -> None:
        """Wait for one call's turn, first come, first served."""
        async with self._turn:
            while (pause := self._next() - self._monotonic()) > 0:
                await self._sleep(pause)
            self._calls.append(self._monotonic())

    def _next(self) -> float:
        """When the next call may be made."""
        now = self._monotonic()
        while self._calls and self._calls[0] + MINUTE <= now:
            self._calls.popleft()
        used = len(self._calls)
        if used <= self._most // 2:
            return now
        first, last = self._calls[0] + MINUTE, self._calls[-1]
        return last + (first - last) / (self._most - used + 1)
