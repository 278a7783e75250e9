"""Keeps each channel inside Slack's rate: about one message a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

MESSAGE_SECONDS: Final = 1.0
"""Source: https://docs.slack.dev/apis/web-api/rate-limits ("1 per second" a channel)."""


@dataclass
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0


class Pacer:
    """One lane a channel: what is said there goes one after the other, in order."""

    def __init__(
        self,
        *,
        seconds: float = MESSAGE_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self.waiting = 0
        """How many calls wait for their turn."""

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """Wait for the channel's turn and keep it while the call is under way.

        A call that waits for Slack's Retry-After so holds back the others of its channel too.
        """
        lane = self._lanes.setdefault(channel, _Lane())
        async with AsyncExitStack() as stack:
            self.waiting += 1
            try:
                await stack.enter_async_context(lane.lock)
                wait = lane.free_at - self._monotonic()
                if wait > 0:
                    await self._sleep(wait)
            finally:
                self.waiting -= 1
            try:
                yield
            finally:
                # From its end on: how long each was on its way brings no two closer together.
                lane.free_at = self._monotonic() + self._seconds
