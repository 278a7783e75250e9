"""Socket Mode, with an ear of its own: a connection that has gone deaf is noticed and replaced.

slack_sdk watches its connection too, but inside the client that may be stuck (bolt-python issues
417, 675 and 1529). This watch stands outside: it asks only when something was last heard, a pong or
anything else, and replaces the whole client.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.under_way import UnderWay
from core.errors import SettingsError, UnavailableError
from core.messages import say

logger = logging.getLogger(__name__)

PING_SECONDS: Final = 5.0
"""Between two pings; slack_sdk gives up after four without an answer."""
DEAF_PINGS: Final = 8
"""Unanswered pings, in time, after which the client is replaced: 40 s."""
ACKNOWLEDGE_SECONDS: Final = 3.0
"""After which Slack waits for no acknowledgement any more."""
CONNECT_SECONDS: Final = 10.0
"""How long a new connection, or the end of an old one, may take."""


class SocketMode:
    """One connection to Slack, replaced when it hears nothing more."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        ping_seconds: float = PING_SECONDS,
        replaced: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what it stands on.

        Args:
            app: Takes the deliveries.
            app_token: `xapp-…`.
            ping_seconds: Between two pings, and two looks whether they were answered.
            replaced: Is told of every connection that was replaced.
            monotonic: Seconds that only grow.
        """
        self._app = app
        self._token = app_token
        self._ping_seconds = ping_seconds
        self._replaced = replaced
        self._monotonic = monotonic
        self._handler: Any = None  # Any: Bolt leaves its handlers untyped
        self._sign: object = None
        self._heard_at = monotonic()
        self._watch: asyncio.Task[None] | None = None
        self._taken = UnderWay()

    async def start(self) -> None:
        """Connect, and keep watch.

        Raises:
            SettingsError: Slack does not take the app-level token.
            UnavailableError: Slack does not answer.
        """
        try:
            # slack_sdk would try a token that Slack refuses again and again, and never say so.
            await self._app.client.apps_connections_open(app_token=self._token)
            await asyncio.wait_for(self._connect(), CONNECT_SECONDS)
        except SlackApiError as error:
            code = str(error.response.get("error"))
            raise SettingsError(
                say(
                    "Slack does not take SLACK_APP_TOKEN ({code}). Copy the app-level token of "
                    "your Slack app; it needs the scope connections:write.",
                    code=code,
                )
            ) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise UnavailableError(say("Slack does not answer. Try again in a minute.")) from error
        self._watch = asyncio.create_task(self._keep_watch())

    async def close(self) -> None:
        """Take no more deliveries; what is taken gets its acknowledgement out before the end."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        self._handler.client.socket_mode_request_listeners.clear()
        await self._taken.end(ACKNOWLEDGE_SECONDS)
        await self._leave(self._handler)

    def silence(self) -> float:
        """Seconds since something was last heard, as of the last look."""
        return self._monotonic() - self._heard_at

    def hears(self) -> bool:
        """Whether the connection answers: False while it is deaf."""
        return self.silence() < DEAF_PINGS * self._ping_seconds

    async def deaf(self) -> str | None:
        """Why nothing is heard from Slack; None while the connection answers."""
        return None if self.hears() else f"nothing heard for {self.silence():.0f} s"

    async def trouble(self) -> str | None:
        """Why no deliveries can come now; None where they can."""
        connected = bool(await self._handler.client.is_connected())
        return await self.deaf() or (None if connected else "not connected")

    async def look(self) -> None:
        """Note whether something was heard; replace the client where nothing was for too long."""
        client = self._handler.client
        sign = (id(client.current_session), client.last_ping_pong_time)
        if sign != self._sign:
            self._sign, self._heard_at = sign, self._monotonic()
        if self.hears():
            return
        logger.warning("Slack's connection has been deaf for %d s: replacing it", self.silence())
        await self._replace()

    async def _replace(self) -> None:
        deaf = self._handler
        try:
            await asyncio.wait_for(self._connect(), CONNECT_SECONDS)
        except Exception:
            logger.exception("no new connection to Slack yet: tried again at the next look")
            return
        self._replaced()
        await self._leave(deaf)

    async def _connect(self) -> None:
        handler: Any = AsyncSocketModeHandler(
            self._app, self._token, ping_interval=self._ping_seconds
        )
        # The constructor would take HTTP(S)_PROXY whatever NO_PROXY says; the web client knows.
        handler.client.proxy = self._app.client.proxy
        handler.client.socket_mode_request_listeners[:] = [functools.partial(self._take, handler)]
        try:
            await handler.connect_async()
        except BaseException:
            await self._leave(handler)
            raise
        self._handler = handler
        self._heard_at = self._monotonic()

    async def _take(self, handler: Any, client: Any, request: Any) -> None:
        with self._taken.one():
            await handler.handle(client, request)

    async def _leave(self, handler: Any) -> None:
        """End a client; a deaf one does not answer its farewell, and is left after a while."""
        if handler is None:
            return
        try:
            await asyncio.wait_for(handler.close_async(), CONNECT_SECONDS)
        except Exception as error:  # noqa: BLE001 - it is gone either way
            logger.info("an old connection to Slack did not end well: %r", error)

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(self._ping_seconds)
            await self.look()
