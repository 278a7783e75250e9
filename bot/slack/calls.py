"""One call of Slack's Web API, its errors turned into sentences."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.slack.clock import SlackClock
from bot.slack.methods import METHODS
from bot.slack.rates import Rate
from core.errors import MlpipeError, NotFoundError, UnavailableError
from core.messages import say

logger = logging.getLogger(__name__)

NOT_THERE: Final = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
TRANSIENT: Final = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
NO_ANSWER: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)})
"""HTTP's own words for it."""
TOO_LATE: Final = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired"})
"""A trigger_id lives about three seconds and opens one view."""


class SlackRefusedError(MlpipeError):
    """Slack refused a call; `code` is Slack's own error."""

    def __init__(self, method: str, code: str, details: object = None) -> None:
        super().__init__(
            say(
                "Slack refused {method}: {code}. Show that to who runs mlpipe.",
                method=method,
                code=code,
            ),
        )
        self.method = method
        self.code = code
        self.details = details


class ChannelError(NotFoundError):
    """The bot cannot speak in that channel."""


class Calls:
    """Slack's Web API, by the methods in the table of scopes and no others."""

    def __init__(
        self,
        client: AsyncWebClient,
        metrics: Metrics,
        clock: SlackClock | None = None,
        *,
        rates: bool = True,
    ) -> None:
        """Take what it stands on.

        Args:
            client: Slack's.
            metrics: Count calls.
            clock: Learns from every answer what time it is at Slack.
            rates: Whether to keep below the methods' rates.
        """
        self._client = client
        self._metrics = metrics
        self._clock = clock or SlackClock()
        self._rates = {
            name: Rate(method.per_minute)
            for name, method in METHODS.items()
            if rates and method.per_minute is not None
        }

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method; what is None is left out.

        Raises:
            ChannelError: the bot is not in the channel, or there is none.
            UnavailableError: Slack does not answer, after every retry; whether it took the call
                is unknown.
            SlackRefusedError: any other error of Slack's.
            KeyError: the method is not in the table of scopes.
        """
        kind = METHODS[method]
        if method in self._rates:
            await self._rates[method].take()
        present = {name: value for name, value in arguments.items() if value is not None}
        outcome = "no_answer"
        try:
            if kind.json:
                response = await self._client.api_call(method, json=present)
            else:
                response = await self._client.api_call(method, data=_form(present))
            outcome = "ok"
            self._clock.heard(response.headers.get("date"))
        except SlackApiError as error:
            outcome = str((_answer(error) or {}).get("error") or outcome)
            raise _refusal(method, error) from error
        except (SlackClientError, SlackRequestError, aiohttp.ClientError, TimeoutError) as error:
            logger.warning("%s: Slack does not answer: %r", method, error)
            raise UnavailableError(say("Slack does not answer. Try again in a minute.")) from error
        finally:
            self._metrics.slack_calls.labels(method, outcome).inc()
        data = response.data
        assert isinstance(data, dict)
        return data

    async def upload(self, url: str, content: bytes | Path) -> None:
        """Send a file to the address that files.getUploadURLExternal gave; one on disk bit by bit.

        Raises:
            UnavailableError: they were not taken.
        """
        session = self._client.session
        assert session is not None
        with ExitStack() as stack:
            data: bytes | BinaryIO
            if isinstance(content, Path):
                data = stack.enter_context(await asyncio.to_thread(content.open, "rb"))
            else:
                data = content
            try:
                async with session.post(url, data=data, proxy=self._client.proxy) as response:
                    response.raise_for_status()
            except (aiohttp.ClientError, TimeoutError) as error:
                raise UnavailableError(say("Slack did not take a file.")) from error


def _form(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value) if isinstance(value, list | dict | bool) else value
        for name, value in arguments.items()
    }


def _refusal(method: str, error: SlackApiError) -> MlpipeError:
    data = _answer(error)
    if data is None:
        logger.warning("%s: Slack does not answer: %s", method, error)
        return UnavailableError(say("Slack does not answer. Try again in a minute."))
    code = str(data.get("error") or "unknown_error")
    if code in NOT_THERE:
        return ChannelError(
            say(
                "I cannot write in this channel ({code}). Invite me first: type /invite "
                "and my name.",
                code=code,
            )
        )
    if code in TOO_LATE:
        return UnavailableError(say("This took too long for Slack to open a form. Type it again."))
    if code in TRANSIENT:
        return UnavailableError(say("Slack is busy ({code}). Try again in a minute.", code=code))
    return SlackRefusedError(method, code, data.get("response_metadata"))


def _answer(error: SlackApiError) -> Mapping[str, Any] | None:
    """What Slack said; None where it failed or had no time, whatever the body is then."""
    response = error.response
    status = getattr(response, "status_code", None)  # an unreadable body has none
    if status is None or status in NO_ANSWER or not isinstance(response.data, dict):
        return None
    return response.data
