"""Tells people whom the bot left without an answer: it ended, was killed, or Slack was away."""

from __future__ import annotations

import logging

from bot.asking import Asking
from bot.slack.gateway import Gateway
from bot.store.deliveries import Deliveries
from core.errors import MlpipeError, UnavailableError
from core.messages import Sentence, Translator, say
from reports.message import Message

logger = logging.getLogger(__name__)


class Unanswered:
    """Looks for what was acknowledged and is not worked on any more.

    It is not done anew: what it had begun is gone on with from the database, and what only shows
    something costs one more line to ask for.
    """

    def __init__(self, *, deliveries: Deliveries, gateway: Gateway, translator: Translator) -> None:
        self._deliveries = deliveries
        self._gateway = gateway
        self._translator = translator

    async def tell(self) -> None:
        """Tell each of them once; whom Slack does not reach now is told later."""
        for asking in await self._deliveries.take_unanswered():
            message = Message(self._translator.mrkdwn(_sentence(asking)))
            try:
                await self._gateway.whisper(asking.channel, asking.person, message)
            except UnavailableError as error:
                logger.warning("%s is told later: %s", asking.person, error)
                continue
            except MlpipeError as error:
                logger.warning("%s could not be told: %s", asking.person, error)
            await self._deliveries.answered(asking.delivery)


def _sentence(asking: Asking) -> Sentence:
    if asking.said is None:
        return say(
            "Your click was left without an answer: I was restarted, or could not reach Slack. "
            "What had begun goes on; if nothing comes of it, click again."
        )
    return say(
        "`{command}` was left without an answer: I was restarted, or could not reach Slack. "
        "What had begun goes on; if nothing comes of it, type it again.",
        command=asking.said,
    )
