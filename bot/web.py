"""The HTTP surface: Slack's deliveries, whether the bot is well, and what it counted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import Metrics

Check = Callable[[], Awaitable[str | None]]
"""Says why something is not well; None where it is."""
CHECK_SECONDS: Final = 3.0
"""After which no answer is one."""


def web_app(
    *,
    slack: AsyncApp | None,
    healthy: dict[str, Check],
    checks: dict[str, Check],
    metrics: Metrics,
) -> Starlette:
    """The application.

    Args:
        slack: Takes signed deliveries at `/slack/events`; None in Socket Mode.
        healthy: By name, what a restart would mend: `/healthz` says whether it is well.
        checks: By name, what has to be well for `/readyz` to say so.
        metrics: Told at `/metrics`.
    """

    def answering(questions: dict[str, Check]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(_request: Request) -> Response:
            troubles = await asyncio.gather(*map(_asked, questions.values()))
            told = {
                "status": "failing" if any(troubles) else "ok",
                "checks": {
                    name: trouble or "ok" for name, trouble in zip(questions, troubles, strict=True)
                },
            }
            return JSONResponse(told, status_code=503 if any(troubles) else 200)

        return answer

    async def tell_metrics(_request: Request) -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    routes = [
        Route("/healthz", answering(healthy)),
        Route("/readyz", answering(checks)),
        Route("/metrics", tell_metrics),
    ]
    if slack is not None:
        handler = AsyncSlackRequestHandler(slack)

        async def events(request: Request) -> Response:
            return await handler.handle(request)

        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes)


async def _asked(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:.0f} s"
