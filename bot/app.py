"""The whole map of who needs whom: each object is built once and handed to whoever needs it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import server
from bot.access import Access
from bot.clock import Clock, RemoteClock, SystemClock
from bot.conversations import Conversations
from bot.settings import Settings
from bot.slack.calls import Calls
from bot.slack.channels import Channels
from bot.slack.client import REQUEST_TIMEOUT_SECONDS, slack_client
from bot.slack.gateway import Gateway
from bot.slack.pacing import Pacer
from bot.slack.webhooks import Webhooks
from bot.store import database
from bot.store.audit import Audit
from bot.store.deliveries import Deliveries
from bot.variables import HTTP_PORT, Variables
from bot.web import Check, web_app
from core.domain import TeamId
from core.messages import Translator
from handlers import help as help_handler

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bot:
    """The running bot, for those who start and stop it."""

    app: AsyncApp
    conversations: Conversations
    port: int | None


async def serve(settings: Settings, variables: Variables, *, host: str | None = None) -> None:
    """Run until SIGTERM or SIGINT; then finish what was acknowledged.

    Raises:
        MlpipeError: the bot cannot start; the sentence says why.
    """
    async with running(settings, variables, host=host) as bot:
        logger.info("ready as %s, port %s", settings.command, bot.port)
        await server.until_told_to_stop()


@asynccontextmanager
async def running(
    settings: Settings, variables: Variables, *, host: str | None = None
) -> AsyncIterator[Bot]:
    """The bot, running as long as the context lasts."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        engine = database.open_database(variables.database_url)
        stack.push_async_callback(engine.dispose)
        await database.prepare(engine)
        clock = await _clock(variables, session)
        client = slack_client(
            token=variables.bot_token, base_url=variables.slack_api_url, session=session
        )
        calls = Calls(client)
        identity = await calls.call("auth.test")
        app = _bolt(client, identity, variables)
        conversations = Conversations(
            app,
            command=settings.command,
            access=Access(settings.roles, TeamId(str(identity["team_id"]))),
            audit=Audit(engine),
            clock=clock,
            deliveries=Deliveries(engine),
            gateway=_gateway(calls, client, session),
            translator=Translator(settings.language),
        )
        help_handler.register(conversations)
        stack.push_async_callback(conversations.drain, server.STOP_SECONDS)
        port = await _listen(stack, app, variables, host=host, engine=engine)
        yield Bot(app=app, conversations=conversations, port=port)


async def _clock(variables: Variables, session: aiohttp.ClientSession) -> Clock:
    if variables.clock_url is None:
        return SystemClock()
    clock = RemoteClock(variables.clock_url, session)
    await clock.now()
    return clock


def _gateway(calls: Calls, client: AsyncWebClient, session: aiohttp.ClientSession) -> Gateway:
    webhooks = Webhooks(session=session, timeout=REQUEST_TIMEOUT_SECONDS, proxy=client.proxy)
    return Gateway(calls=calls, channels=Channels(calls), pacer=Pacer(), webhooks=webhooks)


def _bolt(client: AsyncWebClient, identity: Mapping[str, Any], variables: Variables) -> AsyncApp:
    result = AuthorizeResult(
        enterprise_id=identity.get("enterprise_id"),
        team_id=identity["team_id"],
        bot_id=identity["bot_id"],
        bot_user_id=identity["user_id"],
        bot_token=variables.bot_token,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        # Asked once at the start: nothing may stand between a delivery and its acknowledgement.
        return result

    return AsyncApp(
        name="mlpipe",
        client=client,
        authorize=authorize,
        signing_secret=variables.signing_secret or "",
    )


async def _listen(
    stack: AsyncExitStack,
    app: AsyncApp,
    variables: Variables,
    *,
    host: str | None,
    engine: AsyncEngine,
) -> int | None:
    """Take deliveries: last to start and so first to stop."""

    async def database_answers() -> bool:
        return await database.ping(engine)

    checks: dict[str, Check] = {"database": database_answers}
    if variables.app_token is None:
        port = HTTP_PORT if variables.port is None else variables.port
        web = web_app(slack=app, checks=checks)
        return await stack.enter_async_context(
            server.http_server(web, host=host or server.EVERYWHERE, port=port)
        )
    connection = await stack.enter_async_context(server.socket_mode(app, variables.app_token))
    checks["slack"] = connection.client.is_connected
    if variables.port is None:
        return None
    default = server.EVERYWHERE if variables.port else server.LOOPBACK
    return await stack.enter_async_context(
        server.http_server(
            web_app(slack=None, checks=checks), host=host or default, port=variables.port
        )
    )
