"""The sandbox's clock: starts when it is told to, ticks at the real rate, can be moved."""

from __future__ import annotations

import datetime as dt
import time
from threading import Lock


class Clock:
    """What time it is in the sandbox; safe to share between threads.

    It runs on the machine's monotonic clock, so that it does not feel the machine's time corrected.
    """

    def __init__(self, start: dt.datetime | None = None) -> None:
        """Begin at `start` (with a zone), by default at the machine's time."""
        self._lock = Lock()
        self._instant = _utc(start or dt.datetime.now(dt.UTC))
        self._set_at = time.monotonic()

    def now(self) -> dt.datetime:
        """The present instant, in UTC."""
        with self._lock:
            return self._now()

    def move_to(self, instant: dt.datetime) -> dt.datetime:
        """Go to an instant, forward or back; it ticks on from there. Returns it in UTC.

        Raises:
            ValueError: the instant has no zone.
        """
        with self._lock:
            return self._set(_utc(instant))

    def advance(self, by: dt.timedelta) -> dt.datetime:
        """Go forward by a span (back, if it is negative). Returns the new instant in UTC."""
        with self._lock:
            return self._set(self._now() + by)

    def _now(self) -> dt.datetime:
        return self._instant + dt.timedelta(seconds=time.monotonic() - self._set_at)

    def _set(self, instant: dt.datetime) -> dt.datetime:
        self._instant, self._set_at = instant, time.monotonic()
        return instant


def _utc(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone: which instant is meant?")
    return instant.astimezone(dt.UTC)
