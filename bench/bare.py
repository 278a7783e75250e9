"""The measure: a bare Bolt `AsyncApp` that acknowledges `/mlpipe` and does nothing more.

Behind Starlette and uvicorn, as Bolt's documentation shows it: `python -m bench.bare PORT`.
"""

from __future__ import annotations

import asyncio
import os
import sys

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def bare_app() -> Starlette:
    """The whole app."""
    token = os.environ["SLACK_BOT_TOKEN"]
    slack = AsyncApp(
        client=AsyncWebClient(token=token, base_url=os.environ["SLACK_API_URL"]),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
    )
    handler = AsyncSlackRequestHandler(slack)

    @slack.command("/mlpipe")
    async def on_command(ack: AsyncAck) -> None:
        await ack()

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthz)]
    )


def main(port: int) -> None:
    """Serve until told to stop."""
    config = uvicorn.Config(
        bare_app(), port=port, log_config=None, access_log=False, lifespan="off"
    )
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]))
