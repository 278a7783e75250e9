"""What failed rests for a while before it is tried again, and holds nothing else up."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final

from bot.metrics import Metrics
from bot.store.daily import DailyKey
from core.errors import MlpipeError

logger = logging.getLogger(__name__)

RETRY_AFTER: Final = dt.timedelta(minutes=5)
"""What was wrong is seldom mended within seconds."""


class Resting:
    """Which of the daily messages rest, in this process alone: another may be luckier."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._not_before: dict[DailyKey, dt.datetime] = {}

    def is_over(self, key: DailyKey, now: dt.datetime) -> bool:
        """Whether it may be tried now."""
        if now < self._not_before.get(key, now):
            return False
        self._not_before.pop(key, None)
        return True

    def begin(self, key: DailyKey, error: Exception, now: dt.datetime) -> None:
        """It failed: the log says why, with the whole story where nobody expected it."""
        self._not_before[key] = now + RETRY_AFTER
        self._metrics.report(key.pipeline, key.environment, "failed")
        unexpected = None if isinstance(error, MlpipeError) else error
        logger.warning("%s could not be posted: %s", key, error, exc_info=unexpected)
