"""Tells the channel of a run that the schedule started and that failed: somebody can act on it.

And, below what was said of the morning before, that it works again.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from typing import Final

from bot.following import Cards, Starter
from bot.settings import Daily
from bot.slack.gateway import Gateway
from bot.store.daily import DailyKey, DailyWork
from bot.store.executions import Followed
from core.domain import Kind
from core.errors import MlpipeError, UnavailableError
from core.evidence.verdict import Sign
from core.messages import Translator, say
from core.spans import ONE_DAY
from reports.message import Message
from reports.verdict.lights import LIGHTS

logger = logging.getLogger(__name__)

LOOK_BACK: Final = dt.timedelta(days=2)
"""Within which the failure of the morning before was told."""


class DailyAlarms:
    """Posts the failed execution's card, or why it did not start."""

    def __init__(
        self, *, starter: Starter, cards: Cards, gateway: Gateway, translator: Translator
    ) -> None:
        self._starter = starter
        self._cards = cards
        self._gateway = gateway
        self._translator = translator

    async def run_failed(self, daily: Daily, followed: Followed, work: DailyWork) -> None:
        """Say it once; a channel that may not be written to is logged and holds nothing up.

        Raises:
            UnavailableError: it cannot be said now: the next tick says it.
        """
        delivery = _delivery(work.key, followed.kind)
        try:
            if await self._gateway.find(daily.channel, delivery) is not None:
                return  # said before the bot was restarted
            await self._gateway.post(
                daily.channel, await self._message(daily, followed), delivery=delivery
            )
        except UnavailableError:
            raise
        except MlpipeError as error:
            logger.warning("%s failed, and the channel could not be told: %s", work.key, error)

    async def run_succeeded(self, daily: Daily, work: DailyWork) -> None:
        """Say once that it works again, where the morning before it did not.

        Raises:
            UnavailableError: it cannot be said now: the next tick says it.
        """
        before = dataclasses.replace(work.key, day=work.key.day - ONE_DAY)
        again = f"{work.key}/again"
        try:
            since, delivery = work.claimed_at - LOOK_BACK, _delivery(before, Kind.TRAIN)
            failed = await self._gateway.find(daily.channel, delivery, since=since)
            if failed is None or await self._gateway.find(daily.channel, again, thread=failed):
                return
            sentence = say(
                "The daily run of {pipeline} works again: {day} has been trained and scored.",
                pipeline=daily.pipeline.name,
                day=work.key.day.isoformat(),
            )
            message = Message(self._translator.mrkdwn(sentence))
            await self._gateway.post(daily.channel, message, delivery=again, thread=failed)
        except UnavailableError:
            raise
        except MlpipeError as error:
            logger.warning("%s works again, and the channel was not told: %s", work.key, error)

    async def _message(self, daily: Daily, followed: Followed) -> Message:
        if followed.arn is not None:
            card = await self._cards.compose(followed, await self._starter.describe(followed))
            text = f"{LIGHTS[Sign.ALARM]} {card.text}"
            return dataclasses.replace(card, text=text)
        sentence = say(
            "{light} The daily run of {pipeline} for {day} could not be started: {reason}",
            light=LIGHTS[Sign.ALARM],
            pipeline=daily.pipeline.name,
            day=followed.parameters.get("Day", ""),
            reason=followed.failure or "?",
        )
        return Message(self._translator.mrkdwn(sentence))


def _delivery(key: DailyKey, kind: Kind) -> str:
    """By which the failure of a day's run is found again."""
    return f"{key}/{kind}"
