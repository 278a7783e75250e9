from __future__ import annotations

import asyncio

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.precedence import Precedence
from bot.slack.bolt import acknowledge, bolt_app

IDENTITY = {"team_id": "T0", "bot_id": "B0", "user_id": "U0BOT"}
COMMAND = {"command": "/mlpipe", "text": "", "team_id": "T0", "user_id": "U0"}


async def test_a_command_is_acknowledged_before_anything_else_is_done() -> None:
    app = bolt_app(
        AsyncWebClient("x"),
        IDENTITY,
        precedence=Precedence(),
        metrics=Metrics(),
        signing_secret=None,
    )
    worked = asyncio.Event()

    async def work() -> None:
        worked.set()

    app.command("/mlpipe", middleware=[acknowledge])(work)
    response = await app.async_dispatch(AsyncBoltRequest(body=COMMAND, mode="socket_mode"))
    assert response.status == 200
    assert not worked.is_set()
    await asyncio.wait_for(worked.wait(), 10)
