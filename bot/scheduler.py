"""Ticks. What is due comes from the clock and the database."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

logger = logging.getLogger(__name__)

TICK_SECONDS: Final = 5
Duty = Callable[[], Awaitable[None]]


class Scheduler:
    """Does every duty at every tick, one tick at a time; one that fails does not hold up others."""

    def __init__(self, duties: Sequence[Duty], *, seconds: float = TICK_SECONDS) -> None:
        self._duties = duties
        self._seconds = seconds

    @asynccontextmanager
    async def ticking(self) -> AsyncIterator[None]:
        """Tick as long as the context lasts, for the first time at once."""
        scheduler = AsyncIOScheduler(timezone=dt.UTC)
        scheduler.add_job(
            self.tick,
            "interval",
            seconds=self._seconds,
            next_run_time=dt.datetime.now(dt.UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
        try:
            yield
        finally:
            scheduler.pause()
            await asyncio.sleep(0)  # a tick that is just due begins, so that it can end well
            scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Do every duty once; what a stop cuts short is gone on with after the next start."""
        try:
            await self._do_duties()
        except asyncio.CancelledError:
            # Only the stop cancels a tick, and nobody waits for it but APScheduler, which would
            # log this as an error.
            logger.info("stopped in the middle of a duty")

    async def _do_duties(self) -> None:
        for duty in self._duties:
            try:
                await duty()
            except Exception:
                logger.exception("a duty failed; it is tried again at the next tick")
