"""A circuit breaker: after several failures in a row nobody waits for the next time-out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 5
"""In a row, after which the circuit opens."""
REST_SECONDS: Final = 15.0
"""For so long it stays open; then one call tries."""


class Circuit:
    """Closed while calls work; open after `FAILURES` in a row; one trial after `REST_SECONDS`."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._failures = 0
        self._try_at = 0.0
        self.openings = 0
        """How often it opened so far: who waited meanwhile finds that nobody answers."""
        self._lock = threading.Lock()

    def closed(self) -> bool:
        """Whether a call may be made now. A True while open makes the caller the one trial."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._monotonic() < self._try_at:
                return False
            self._try_at = self._monotonic() + REST_SECONDS
            return True

    @property
    def is_open(self) -> bool:
        """Whether the last calls failed; asking changes nothing."""
        return self._failures >= FAILURES

    def worked(self) -> None:
        """A call was answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """A call was not answered."""
        with self._lock:
            self._failures += 1
            if self._failures == FAILURES:
                self.openings += 1
            self._try_at = self._monotonic() + REST_SECONDS
