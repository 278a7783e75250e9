"""Socket Mode connections that break, as slack_sdk's own client lives it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from mlpipe_sandbox.slack import Limits, Participant, SlackSandbox

CHANNEL = "C0DAILY"
TIMED_OUT = '/mlpipe failed with the error "operation_timeout"'


@pytest.fixture
def slack() -> Iterator[SlackSandbox]:
    with SlackSandbox(limits=Limits(acknowledge=0.5, event_retries=())) as sandbox:
        yield sandbox


async def test_a_cut_connection_is_noticed_by_the_client_which_connects_anew(
    slack: SlackSandbox,
) -> None:
    web_client = AsyncWebClient(base_url=slack.api_url)
    client: Any = SocketModeClient(slack.app.app_token, web_client=web_client, ping_interval=0.1)
    try:
        await client.connect()
        await asyncio.to_thread(slack.wait_until_connected)
        assert slack.faults.cut() == 1
        opened = functools.partial(slack.calls, "apps.connections.open")
        await asyncio.to_thread(slack.wait_for, lambda: len(opened()) > 1)
        await asyncio.to_thread(slack.wait_until_connected)
    finally:
        await client.close()


async def test_a_deaf_connection_answers_no_ping_and_loses_what_is_sent(
    slack: SlackSandbox, ana: Participant
) -> None:
    web_client = AsyncWebClient(base_url=slack.api_url)
    client: Any = SocketModeClient(slack.app.app_token, web_client=web_client, ping_interval=60)
    try:
        await client.connect()
        await asyncio.to_thread(slack.wait_until_connected)
        assert await answers_pings(client)
        assert slack.faults.deafen() == 1
        assert not await answers_pings(client)
        outcome = await asyncio.to_thread(ana.command, CHANNEL, "/mlpipe")
        assert outcome.error == TIMED_OUT
        assert client.message_queue.empty()
        assert not client.current_session.closed
        assert slack.connections == 1
        # A connection made later hears, and what left the deaf one is forgotten.
        await client.connect_to_new_endpoint(force=True)
        assert await answers_pings(client)
    finally:
        await client.close()


async def answers_pings(client: SocketModeClient) -> bool:
    """Whether a pong comes, as slack_sdk's client itself takes note of it."""
    assert client.current_session is not None
    client.last_ping_pong_time = None
    await client.current_session.ping(b"sdk-ping-pong:1")
    for _ in range(40):
        if client.last_ping_pong_time == 1:
            return True
        await asyncio.sleep(0.01)
    return False
