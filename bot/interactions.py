"""One interaction as the log and the metrics tell it: when it came, what it was, how it ended."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.asking import Asking
from bot.logs import interaction
from bot.metrics import Metrics
from bot.outcomes import Outcome

logger = logging.getLogger(__name__)

arrived: ContextVar[float | None] = ContextVar("arrived", default=None)
"""When the delivery came that is worked on, on the monotonic clock."""


class Interaction:
    """One command, click or submission, made once it is acknowledged."""

    def __init__(self, what: str, asking: Asking, *, metrics: Metrics) -> None:
        """Take what it is.

        Args:
            what: The subcommand, or the id of the button or modal.
            asking: Who asks, and where.
            metrics: Count it.
        """
        self.id = uuid.uuid4().hex[:8]
        """What the person is told when something broke."""
        self._what = what
        self._asking = asking
        self._metrics = metrics
        self._acknowledged = time.monotonic()
        self._waited = self._acknowledged - (arrived.get() or self._acknowledged)

    @contextmanager
    def traced(self) -> Iterator[None]:
        """Every line that is logged within bears its id."""
        token = interaction.set(self.id)
        try:
            yield
        finally:
            interaction.reset(token)

    def ended(self, outcome: Outcome, reason: object = "") -> None:
        """Count it, and write its one line."""
        seconds = time.monotonic() - self._acknowledged
        self._metrics.interactions.labels(self._what, outcome).inc()
        self._metrics.worked.labels(self._what).observe(seconds)
        logger.info(
            "%s %s by %s: %s",
            self.id,
            self._what,
            self._asking.person,
            f"{outcome}: {reason}" if reason else outcome,
            extra={
                "what": self._what,
                "person": str(self._asking.person),
                "channel": self._asking.channel,
                "outcome": outcome,
                "ack_ms": round(1000 * self._waited, 1),
                "work_ms": round(1000 * seconds),
            },
        )
