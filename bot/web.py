"""The HTTP surface: Slack's deliveries, whether the bot is well, and what it counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import Metrics

Check = Callable[[], Awaitable[bool]]


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
            results = {name: await check() for name, check in questions.items()}
            well = all(results.values())
            told = {"status": "ok" if well else "failing", **results}
            return JSONResponse(told, status_code=200 if well else 503)

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
