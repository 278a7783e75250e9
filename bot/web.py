"""The HTTP surface: Slack's deliveries, and whether the bot is well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[bool]]


def web_app(*, slack: AsyncApp | None, checks: dict[str, Check]) -> Starlette:
    """The application.

    Args:
        slack: Takes signed deliveries at `/slack/events`; None in Socket Mode.
        checks: By name, what has to be well for `/readyz` to say so.
    """

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_request: Request) -> Response:
        results = {name: await check() for name, check in checks.items()}
        return JSONResponse(results, status_code=200 if all(results.values()) else 503)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
    if slack is not None:
        handler = AsyncSlackRequestHandler(slack)

        async def events(request: Request) -> Response:
            return await handler.handle(request)

        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes)
