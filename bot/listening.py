"""Takes Slack's deliveries: over Socket Mode with an app token, over HTTP without one."""

from __future__ import annotations

from contextlib import AsyncExitStack

from slack_bolt.async_app import AsyncApp
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import server
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
) -> int | None:
    """Take deliveries as long as the stack lasts; gives the port, None where there is none."""

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
