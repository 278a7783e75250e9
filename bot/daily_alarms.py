"""Tells the channel of a run that the schedule started and that failed: somebody can act on it.

What failed the morning before too, and that it works again, is said below what was said then: a
fault that lasts is one conversation, however many mornings it has.
"""

from __future__ import annotations

import dataclasses
import logging

from bot.following import Cards, Starter
from bot.settings import Daily
from bot.slack.gateway import Gateway
from bot.store.daily import DailyKey, DailyWork, DailyWorks
from bot.store.executions import Followed
from core.domain import MessageTs
from core.errors import MlpipeError, UnavailableError
from core.evidence.verdict import Sign
from core.messages import Translator, say
from core.spans import ONE_DAY
from reports.message import Message
from reports.verdict.lights import LIGHTS

logger = logging.getLogger(__name__)


class DailyAlarms:
    """Posts the failed execution's card, or why it did not start."""

    def __init__(
        self,
        *,
        starter: Starter,
        cards: Cards,
        works: DailyWorks,
        gateway: Gateway,
        translator: Translator,
    ) -> None:
        self._starter = starter
        self._cards = cards
        self._works = works
        self._gateway = gateway
        self._translator = translator

    async def run_failed(
        self, daily: Daily, followed: Followed, work: DailyWork
    ) -> MessageTs | None:
        """Say it once; a channel that may not be written to is logged and holds nothing up.

        Returns:
            The message that says so, or the earlier one below which it is said.

        Raises:
            UnavailableError: it cannot be said now: the next tick says it.
        """
        delivery = f"{work.key}/{followed.kind}"
        thread = work.message or await self._told_before(work.key)
        try:
            said = await self._gateway.find(daily.channel, delivery, thread=thread)
            if said is None:  # else it was said before the bot was restarted
                message = await self._message(daily, followed)
                said = await self._gateway.post(
                    daily.channel, message, delivery=delivery, thread=thread
                )
        except UnavailableError:
            raise
        except MlpipeError as error:
            logger.warning("%s failed, and the channel could not be told: %s", work.key, error)
            return None
        return thread or said

    async def run_succeeded(self, daily: Daily, work: DailyWork) -> None:
        """Say once that it works again, where the morning before it did not.

        Raises:
            UnavailableError: it cannot be said now: the next tick says it.
        """
        again = f"{work.key}/again"
        failed = await self._told_before(work.key)
        if failed is None:
            return
        try:
            if await self._gateway.find(daily.channel, again, thread=failed):
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

    async def _told_before(self, key: DailyKey) -> MessageTs | None:
        """The message that began what is said of the morning before's failure."""
        before = await self._works.get(dataclasses.replace(key, day=key.day - ONE_DAY))
        return before.message if before is not None else None

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
