"""Takes Slack's deliveries: over Socket Mode with an app token, over HTTP without one."""

from __future__ import annotations

import functools
from contextlib import AsyncExitStack

from slack_bolt.async_app import AsyncApp
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import server
from bot.metrics import Metrics
from bot.socket_mode import SocketMode
from bot.store import database
from bot.variables import HTTP_PORT, Variables
from bot.web import Check, web_app


async def listen(
    stack: AsyncExitStack,
    app: AsyncApp,
    variables: Variables,
    *,
    host: str | None,
    engine: AsyncEngine,
    metrics: Metrics,
    ping_seconds: float,
) -> int | None:
    """Take deliveries as long as the stack lasts; gives the port, None where there is none."""
    checks: dict[str, Check] = {"database": functools.partial(database.trouble, engine)}
    if variables.app_token is None:
        port = HTTP_PORT if variables.port is None else variables.port
        web = web_app(slack=app, healthy={}, checks=checks, metrics=metrics)
        return await stack.enter_async_context(
            server.http_server(web, host=host or server.EVERYWHERE, port=port)
        )
    connection = SocketMode(
        app, variables.app_token, ping_seconds=ping_seconds, replaced=metrics.replaced.inc
    )
    await connection.start()
    stack.push_async_callback(connection.close)
    metrics.watch(
        "mlpipe_slack_silence_seconds",
        "Since Slack was last heard over Socket Mode.",
        connection.silence,
    )

    checks["slack"] = connection.trouble
    if variables.port is None:
        return None
    default = server.EVERYWHERE if variables.port else server.LOOPBACK
    web = web_app(slack=None, healthy={"slack": connection.deaf}, checks=checks, metrics=metrics)
    return await stack.enter_async_context(
        server.http_server(web, host=host or default, port=variables.port)
    )
