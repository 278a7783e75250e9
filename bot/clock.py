"""What time it is: the system's, or that of the service at MLPIPE_CLOCK_URL."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
import zoneinfo
from typing import Final, Protocol

import aiohttp

from core.errors import UnavailableError
from core.messages import say

logger = logging.getLogger(__name__)

FRESH_SECONDS: Final = 0.5
"""For so long an answer of the clock service is taken as still true."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=2)


class Clock(Protocol):
    """Deadlines, freshness and days read this clock; timeouts and leases keep real time."""

    def latest(self) -> dt.datetime:
        """The time as last known, from memory alone."""

    async def now(self) -> dt.datetime:
        """The time, with zone."""


class SystemClock:
    """The machine's own."""

    def latest(self) -> dt.datetime:
        """The time."""
        return dt.datetime.now(dt.UTC)

    async def now(self) -> dt.datetime:
        """The time."""
        return self.latest()


class RemoteClock:
    """A service that answers `{"now": ISO 8601}`; kept as an offset to the system's clock."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self._offset = dt.timedelta()
        self.known = False
        """Whether the service has told the time yet."""
        self._asked = float("-inf")
        self._lock = asyncio.Lock()

    def latest(self) -> dt.datetime:
        """The time by the offset last learned."""
        return dt.datetime.now(dt.UTC) + self._offset

    async def now(self) -> dt.datetime:
        """The time; by the offset last learned where the service does not answer."""
        async with self._lock:
            if time.monotonic() - self._asked > FRESH_SECONDS:
                await self._learn()
        return self.latest()

    async def _learn(self) -> None:
        try:
            async with self._session.get(self._url, timeout=TIMEOUT) as response:
                response.raise_for_status()
                moment = dt.datetime.fromisoformat((await response.json())["now"])
                self._offset = moment.astimezone(dt.UTC) - dt.datetime.now(dt.UTC)
                self.known = True
        except (aiohttp.ClientError, TimeoutError, KeyError, TypeError, ValueError) as error:
            logger.warning("the clock at %s does not answer: %r", self._url, error)
        self._asked = time.monotonic()


async def clock_at(url: str | None, session: aiohttp.ClientSession) -> Clock:
    """The clock at an address; the system's where there is none.

    Raises:
        UnavailableError: It does not tell the time: days would be taken from another clock.
    """
    if url is None:
        return SystemClock()
    clock = RemoteClock(url, session)
    await clock.now()
    if not clock.known:
        raise UnavailableError(
            say("The clock at {url} does not answer. MLPIPE_CLOCK_URL names it.", url=url)
        )
    return clock


def day_at(moment: dt.datetime, zone: str) -> dt.date:
    """The day that it is in a zone."""
    return moment.astimezone(zoneinfo.ZoneInfo(zone)).date()


def today_at(url: str | None, zone: str) -> dt.date:
    """The day that it is in a zone by the clock at an address, for who runs no loop.

    Raises:
        UnavailableError: see `clock_at`.
    """

    async def ask() -> dt.date:
        async with aiohttp.ClientSession() as session:
            clock = await clock_at(url, session)
            return day_at(await clock.now(), zone)

    return asyncio.run(ask())
