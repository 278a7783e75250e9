"""Bolt's app, set up so that nothing stands between a delivery and its acknowledgement."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from contextvars import Context, copy_context
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import arrived
from bot.metrics import Metrics
from bot.precedence import Precedence

logger = logging.getLogger(__name__)


class _App(AsyncApp):
    """Bolt's app, which says while a delivery waits for its acknowledgement, however it came."""

    def __init__(self, *, precedence: Precedence, metrics: Metrics, **bolt: Any) -> None:
        super().__init__(**bolt)
        self._precedence = precedence
        self._metrics = metrics

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Find who listens, and answer once that acknowledged."""
        began = time.monotonic()
        arrived.set(began)  # each delivery has a task, and so a context, of its own
        with self._precedence.delivery():
            answer = await super().async_dispatch(req)
        self._metrics.acknowledged.observe(time.monotonic() - began)
        return answer


class Acknowledged(AsyncMiddleware):
    """Acknowledges a delivery at once, and has it worked off in a task of its own a little later.

    It stands before a listener and never calls it: Bolt works out twice more which arguments a
    listener wants, and looks only every ten milliseconds whether it has acknowledged.
    """

    def __init__(
        self,
        work: Callable[[AsyncBoltRequest], Coroutine[Any, Any, None]],
        precedence: Precedence,
    ) -> None:
        self._work = work
        self._precedence = precedence
        self._tasks: set[asyncio.Task[None]] = set()
        """The event loop itself does not hold them."""

    async def async_process(self, *, req: AsyncBoltRequest, **_others: object) -> BoltResponse:
        """Acknowledge, and begin once no delivery waits for that."""
        answer: BoltResponse = await req.context.ack()
        self._precedence.begin_later(functools.partial(self._begin, req, copy_context()))
        return answer

    def _begin(self, req: AsyncBoltRequest, context: Context) -> None:
        task = asyncio.create_task(self._work(req), context=context)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a delivery could not be read", exc_info=error)


async def acknowledged_already() -> None:
    """What Bolt wants beside `Acknowledged`; nobody calls it."""


def bolt_app(
    client: AsyncWebClient,
    identity: Mapping[str, Any],
    *,
    precedence: Precedence,
    metrics: Metrics,
    signing_secret: str | None,
) -> AsyncApp:
    """The app.

    Args:
        client: Its token is the bot's.
        identity: What auth.test answered at the start. Bolt would ask at the first delivery.
        precedence: Learns of deliveries and their acknowledgements.
        metrics: Learn how long it took.
        signing_secret: Checks deliveries over HTTP; Socket Mode needs none.
    """
    result = AuthorizeResult(
        enterprise_id=identity.get("enterprise_id"),
        team_id=identity["team_id"],
        bot_id=identity["bot_id"],
        bot_user_id=identity["user_id"],
        bot_token=client.token,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return result

    return _App(
        precedence=precedence,
        metrics=metrics,
        name="mlpipe",
        client=client,
        authorize=authorize,
        signing_secret=signing_secret or "",
    )
