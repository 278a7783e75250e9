"""Answers by response_url, for the eyes of who asked only."""

from __future__ import annotations

import logging

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.clock import SlackClock
from core.errors import UnavailableError
from core.messages import say
from reports.message import Message

logger = logging.getLogger(__name__)


class Webhooks:
    """Sends answers; a response_url takes five within 30 minutes."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        timeout: int,
        clock: SlackClock,
        proxy: str | None = None,
    ) -> None:
        self._clock = clock
        self._session = session
        self._timeout = timeout
        self._proxy = proxy

    async def send(self, url: str, message: Message, *, replace: bool = False) -> None:
        """Send one answer.

        Args:
            url: The response_url of the command or click.
            message: What.
            replace: Whether it takes the place of the message that was clicked.

        Raises:
            UnavailableError: it was not taken: used up, too old, no answer.
        """
        client = AsyncWebhookClient(url, timeout=self._timeout, session=self._session)
        client.proxy = (
            self._proxy
        )  # the constructor would take HTTP(S)_PROXY whatever NO_PROXY says
        try:
            answer = await client.send(
                text=message.text,
                blocks=message.payload() or None,
                response_type="ephemeral",
                replace_original=replace,
            )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise UnavailableError(say("Slack did not take an answer.")) from error
        self._clock.heard(answer.headers.get("date"))
        if answer.status_code != 200:
            logger.warning("response_url answered %s: %s", answer.status_code, answer.body)
            raise UnavailableError(say("Slack did not take an answer."))
