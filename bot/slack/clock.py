"""What time it is at Slack, as its answers tell: the machine's own clock may be off."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Final

REMEMBERED: Final = 16
"""Answers that are compared. Old ones would count in how far the clocks have drifted apart."""
REMEMBERED_SECONDS: Final = 3600.0


class SlackClock:
    """Counts on from the `Date` of Slack's answers by the monotonic clock, which nobody sets.

    A date is of whole seconds and was written before the answer came: Slack's clock is never behind
    what this says, and after a few answers hardly ahead of it.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        machine: Callable[[], float] = time.time,
    ) -> None:
        self._monotonic = monotonic
        self._machine = machine
        self._heard: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)
        """When an answer came, and what Slack's clock was ahead of the monotonic one at least."""

    def heard(self, date: str | None) -> None:
        """An answer has just come with this header."""
        try:
            told = parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            return  # something between Slack and here left it out, or wrote its own
        now = self._monotonic()
        self._heard.append((now, told - now))

    def at(self, moment: float | None = None) -> float:
        """Unix time at Slack at a moment of the monotonic clock, by default now.

        The machine's own as long as Slack has told none.
        """
        now = self._monotonic()
        moment = now if moment is None else moment
        if not self._heard:
            return self._machine() + moment - now
        newest, _ = self._heard[-1]
        return moment + max(
            ahead for came, ahead in self._heard if newest - came <= REMEMBERED_SECONDS
        )

    def of(self, moment: float, *, when: float | None = None) -> float:
        """A time by a clock that follows the machine's, as it would be if the machine's were right.

        Args:
            moment: Unix time by that clock, now.
            when: A moment of the monotonic clock, by default now.
        """
        return moment + self.at(when) - self._machine()
