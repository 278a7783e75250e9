"""How many calls a second may be made: a token bucket, and a mark on work that waits for it.

What people ask for is done at once and only counted; what the bot does by itself, such as keeping
cards, waits for its turn. So both together stay within the budget as long as people alone do not
exceed it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

CALLS_PER_SECOND: Final = 10.0
"""To SageMaker in one environment, unless mlpipe.toml says otherwise."""
BURST_SECONDS: Final = 1.0
"""So many seconds' worth may be spent at once after a quiet time."""
TINY: Final = 1e-6
"""Of a token: sums of fractions are never exact."""
_unhurried: ContextVar[bool] = ContextVar("unhurried", default=False)


@contextmanager
def unhurried() -> Iterator[None]:
    """What is done in here, and in the tasks that it makes, waits for its turn."""
    token = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(token)


class Budget:
    """A bucket that fills at a steady rate; each call takes a token."""

    def __init__(
        self,
        per_second: float = CALLS_PER_SECOND,
        *,
        burst: float | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Start full.

        Args:
            per_second: Calls a second.
            burst: The most that may be spent at once, at least 1; by default a second's worth.
            monotonic: Seconds that only grow.
            sleep: How to wait.
        """
        self.per_second = per_second
        self._most = max(1.0, per_second * BURST_SECONDS if burst is None else burst)
        self._monotonic = monotonic
        self._sleep = sleep
        self._tokens = self._most
        self._at = monotonic()
        self._turn = asyncio.Lock()
        self.waiting = 0
        """How many calls wait for their turn."""

    async def spend(self) -> None:
        """Count one call; wait for its turn first where it is not in a hurry."""
        if _unhurried.get():
            await self.take()
        else:
            self._fill()
            self._tokens -= 1  # below zero: others make up for it

    async def take(self) -> None:
        """Wait for one call's turn, first come, first served."""
        self.waiting += 1
        try:
            async with self._turn:
                self._fill()
                while self._tokens < 1 - TINY:
                    await self._sleep((1 - self._tokens) / self.per_second)
                    self._fill()
                self._tokens -= 1
        finally:
            self.waiting -= 1

    def _fill(self) -> None:
        now = self._monotonic()
        self._tokens = min(self._most, self._tokens + (now - self._at) * self.per_second)
        self._at = now
