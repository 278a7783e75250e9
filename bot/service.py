"""The bot as a service: started in order, told to stop, and ended once its work is done."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import server
from bot.access import Access
from bot.app import House
from bot.clock import clock_at
from bot.conversations import Conversations
from bot.conversing import conversations_in
from bot.listening import listen
from bot.metrics import Metrics
from bot.precedence import Precedence
from bot.sagemaker import SageMaker
from bot.scheduler import TICK_SECONDS, Scheduler
from bot.sessions import session_of
from bot.settings import Settings
from bot.slack.bolt import bolt_app
from bot.slack.calls import Calls, SlackRefusedError
from bot.slack.channels import Channels
from bot.slack.client import REQUEST_TIMEOUT_SECONDS, slack_client
from bot.slack.clock import SlackClock
from bot.slack.gateway import Gateway
from bot.slack.languages import Languages
from bot.slack.pacing import MESSAGE_SECONDS, Pacer
from bot.slack.people import SlackPeople
from bot.slack.pictures import Pictures
from bot.slack.webhooks import Webhooks
from bot.socket_mode import PING_SECONDS
from bot.store import database
from bot.store.lock import sole_user
from bot.tracker import POLL_SECONDS
from bot.variables import Variables
from core.domain import TeamId
from core.errors import SettingsError
from core.messages import Translator, say

logger = logging.getLogger(__name__)

AWS_THREADS: Final = 16
"""Calls to AWS under way at the same time, over all environments."""
OBJECTS: Final = 50_000
"""New ones that bring about a collection: more than a burst of commands leaves."""


@dataclass(frozen=True)
class Tempo:
    """How often the bot looks at what nobody tells it, and speaks at most; tests are quicker."""

    poll_seconds: float = POLL_SECONDS
    """Between two looks at the executions that run."""
    tick_seconds: float = TICK_SECONDS
    """Between two looks at what is due."""
    ping_seconds: float = PING_SECONDS
    """Between two looks whether Slack's connection answers."""
    message_seconds: float = MESSAGE_SECONDS
    """Between two messages to a channel."""
    rates: bool = True
    """Whether to keep below the rates of Slack's methods."""


TEMPO: Final = Tempo()


@dataclass(frozen=True)
class Bot:
    """The running bot, for those who start and stop it."""

    app: AsyncApp
    conversations: Conversations
    port: int | None
    """Where it listens over HTTP; None where it does not."""


async def serve(settings: Settings, variables: Variables, *, host: str | None = None) -> None:
    """Run until SIGTERM or SIGINT; then finish what was acknowledged, or leave it at a second one.

    Raises:
        MlpipeError: the bot cannot start; the sentence says why.
    """
    signals = server.Signals()
    async with running(settings, variables, host=host, hurry=signals.second) as bot:
        _collect_seldom()
        logger.info("ready: %s, port %s", settings.command, bot.port or "none")
        await signals.until_told_to_stop()


def _collect_seldom() -> None:
    """Keep Python's collections from holding up acknowledgements.

    One that walks all that the start has built takes a tenth of a second and finds nothing: what
    was built stays.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)


@asynccontextmanager
async def running(
    settings: Settings,
    variables: Variables,
    *,
    host: str | None = None,
    tempo: Tempo = TEMPO,
    hurry: asyncio.Event | None = None,
) -> AsyncIterator[Bot]:
    """The bot, running as long as the context lasts.

    Args:
        settings: What the team decided.
        variables: Where it runs.
        host: Address to listen on.
        tempo: How often it looks, and speaks.
        hurry: Set when the end shall not wait for what is under way.
    """
    async with AsyncExitStack() as stack:
        # slack_sdk's own timeout does not hold for a session that is handed in.
        patience = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_SECONDS)
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=patience))
        stack.enter_context(sole_user(variables.database_url))
        engine = database.open_database(variables.database_url)
        stack.push_async_callback(engine.dispose)
        await database.prepare(engine)
        clock = await clock_at(variables.clock_url, http)
        client = slack_client(
            token=variables.bot_token, base_url=variables.slack_api_url, session=http
        )
        metrics = Metrics()
        slack_clock = SlackClock()
        calls = Calls(client, metrics, slack_clock, rates=tempo.rates)
        identity = await _identity(calls)
        _require_team(settings, str(identity["team_id"]))
        precedence = Precedence()
        app = bolt_app(
            client,
            identity,
            precedence=precedence,
            metrics=metrics,
            signing_secret=variables.signing_secret,
        )
        executor = ThreadPoolExecutor(AWS_THREADS, thread_name_prefix="aws")
        # A call that hangs holds up nothing that has to be put in order first.
        stack.callback(executor.shutdown, wait=False, cancel_futures=True)
        sagemaker = SageMaker(
            pipelines=settings.pipelines,
            environments=settings.environments,
            session=session_of,
            executor=executor,
            metrics=metrics,
            console_url=variables.console_url,
        )
        house = House(
            settings=settings,
            engine=engine,
            clock=clock,
            gateway=gateway_over(
                calls,
                client,
                http,
                pacer=Pacer(seconds=tempo.message_seconds),
                slack_clock=slack_clock,
            ),
            access=Access(settings.roles, TeamId(str(identity["team_id"]))),
            languages=Languages(calls, usual=settings.language),
            people=SlackPeople(calls),
            sagemaker=sagemaker,
            translator=Translator(settings.language),
            metrics=metrics,
            poll_seconds=tempo.poll_seconds,
        )
        await house.take_over()
        stack.push_async_callback(house.let_go)
        conversations = conversations_in(
            house,
            app,
            precedence=precedence,
            slack_clock=slack_clock,
        )
        await stack.enter_async_context(_in_background(house.tracker.run()))
        await stack.enter_async_context(_in_background(house.days.run()))
        await stack.enter_async_context(_in_background(house.heard.listen()))
        await stack.enter_async_context(
            Scheduler(house.duties(), seconds=tempo.tick_seconds).ticking()
        )
        stack.push_async_callback(conversations.drain, server.STOP_SECONDS, hurry=hurry)
        house.watch()
        metrics.watch(
            "mlpipe_interactions_under_way",
            "Acknowledged and not worked off yet.",
            lambda: conversations.under_way,
        )
        port = await listen(
            stack,
            app,
            variables,
            host=host,
            engine=engine,
            metrics=metrics,
            ping_seconds=tempo.ping_seconds,
        )
        yield Bot(app=app, conversations=conversations, port=port)


async def _identity(calls: Calls) -> dict[str, Any]:
    """Who the bot is to Slack."""
    try:
        return await calls.call("auth.test")
    except SlackRefusedError as error:
        raise SettingsError(
            say(
                "Slack does not take SLACK_BOT_TOKEN ({code}). Copy the bot token of your Slack "
                "app; where it was revoked, install the app again.",
                code=error.code,
            )
        ) from error


def _require_team(settings: Settings, team: str) -> None:
    """Who people are would not be who they are in Slack."""
    if settings.team not in (None, team):
        raise SettingsError(
            say(
                "{path} says that the workspace is {said}, and SLACK_BOT_TOKEN is of {team}. Write "
                "that one as team in [slack].",
                path=str(settings.path),
                said=settings.team,
                team=team,
            )
        )


@asynccontextmanager
async def _in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def gateway_over(
    calls: Calls,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    *,
    pacer: Pacer,
    slack_clock: SlackClock,
) -> Gateway:
    """The one way out to Slack."""
    webhooks = Webhooks(
        session=session, timeout=REQUEST_TIMEOUT_SECONDS, clock=slack_clock, proxy=client.proxy
    )
    return Gateway(
        calls=calls,
        channels=Channels(calls),
        pacer=pacer,
        pictures=Pictures(calls),
        webhooks=webhooks,
    )
