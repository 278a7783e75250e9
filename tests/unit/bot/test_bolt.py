from __future__ import annotations

import asyncio

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.precedence import Precedence
from bot.slack.bolt import Acknowledged, acknowledged_already, bolt_app

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

    async def work(request: AsyncBoltRequest) -> None:
        assert request.body == COMMAND
        worked.set()

    app.command("/mlpipe", middleware=[Acknowledged(work, Precedence())])(acknowledged_already)
    response = await app.async_dispatch(AsyncBoltRequest(body=COMMAND, mode="socket_mode"))
    assert response.status == 200
    assert not worked.is_set()
    await asyncio.wait_for(worked.wait(), 10)


async def test_what_cannot_be_read_is_acknowledged_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = bolt_app(
        AsyncWebClient("x"),
        IDENTITY,
        precedence=Precedence(),
        metrics=Metrics(),
        signing_secret=None,
    )

    async def work(_request: AsyncBoltRequest) -> None:
        raise KeyError("team_id")

    precedence = Precedence()
    app.command("/mlpipe", middleware=[Acknowledged(work, precedence)])(acknowledged_already)
    response = await app.async_dispatch(AsyncBoltRequest(body=COMMAND, mode="socket_mode"))
    assert response.status == 200
    precedence.begin_all()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert "KeyError: 'team_id'" in caplog.text
