"""The sandbox's clock: starts when it is told to, ticks at the real rate, can be moved."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Final

KEEP_SECONDS: Final = 1.0
"""How much a clock that is kept may lose to a SIGKILL."""


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


class KeptClock(Clock):
    """A clock that stands still while nobody runs it, and is never found earlier than it was."""

    def __init__(self, file: Path, *, start: dt.datetime) -> None:
        """Go on from what the file says; from `start` if that is later, or there is no file.

        Raises:
            ValueError: the file holds no instant.
        """
        kept = dt.datetime.fromisoformat(file.read_text()) if file.exists() else start
        super().__init__(max(_utc(kept), _utc(start)))
        self._file = file
        self._keeping = Lock()
        self.keep()

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Keep it every second, and at the end."""
        ended = Event()

        def every_second() -> None:
            while not ended.wait(KEEP_SECONDS):
                self.keep()

        thread = Thread(target=every_second, name="clock", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.keep()

    def move_to(self, instant: dt.datetime) -> dt.datetime:
        """As `Clock.move_to`; kept at once."""
        moved = super().move_to(instant)
        self.keep()
        return moved

    def advance(self, by: dt.timedelta) -> dt.datetime:
        """As `Clock.advance`; kept at once."""
        moved = super().advance(by)
        self.keep()
        return moved

    def keep(self) -> None:
        """Write down what time it is."""
        with self._keeping:
            new = self._file.with_suffix(".new")
            new.write_text(self.now().isoformat())
            new.replace(self._file)


def _utc(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone: which instant is meant?")
    return instant.astimezone(dt.UTC)
