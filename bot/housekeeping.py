"""Throws away what nobody needs any more."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.clock import Clock
from bot.store.alarms import AlarmStore
from bot.store.deliveries import Deliveries
from bot.store.homes import Homes

KEPT: Final = dt.timedelta(days=2)
"""Slack delivers nothing again after an hour; the rest is room for a clock that was moved."""
REPORTS_KEPT: Final = dt.timedelta(days=90)
"""Of those that people asked for: nobody takes up what is older, and a mute has ended by then."""
EVERY: Final = dt.timedelta(hours=1)


class Housekeeping:
    """Tidies up once an hour."""

    def __init__(
        self, *, deliveries: Deliveries, alarms: AlarmStore, homes: Homes, clock: Clock
    ) -> None:
        self._deliveries = deliveries
        self._alarms = alarms
        self._homes = homes
        self._clock = clock
        self._last: dt.datetime | None = None

    async def tidy(self) -> None:
        """Forget old deliveries, reports and home tabs, when it is time."""
        now = await self._clock.now()
        if self._last is not None and now - self._last < EVERY:
            return
        self._last = now
        await self._deliveries.forget(before=now - KEPT)
        await self._alarms.forget(before=now - REPORTS_KEPT)
        await self._homes.forget(before=now - KEPT)
