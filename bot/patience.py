"""How long to leave alone what failed: longer after every failure, up to a bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FIRST_SECONDS: Final = 2.0
MOST_SECONDS: Final = 300.0


@dataclass(frozen=True)
class _Pause:
    seconds: float
    until: float


class Patience:
    """Remembers what failed, in memory: a restart tries everything at once."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._pauses: dict[str, _Pause] = {}

    def waits(self, name: str) -> bool:
        """Whether it is to be left alone now."""
        pause = self._pauses.get(name)
        return pause is not None and self._monotonic() < pause.until

    def failed(self, name: str) -> float:
        """It failed (again); gives the seconds for which it is left alone."""
        before = self._pauses.get(name)
        seconds = min(before.seconds * 2, MOST_SECONDS) if before else FIRST_SECONDS
        self._pauses[name] = _Pause(seconds, self._monotonic() + seconds)
        return seconds

    def worked(self, name: str) -> None:
        """It works: the next failure is a first one."""
        self._pauses.pop(name, None)
