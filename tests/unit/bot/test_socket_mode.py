from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_bolt.async_app import AsyncApp

from bot import socket_mode
from bot.socket_mode import DEAF_PINGS, SocketMode


class FakeClient:
    """Slack's Web API, which takes the token."""

    proxy = None

    async def apps_connections_open(self, *, app_token: str) -> None:
        assert app_token


class FakeHandler:
    """A connection whose pongs a test lets come or not."""

    made: list[FakeHandler]

    def __init__(self, _app: object, _token: str, *, ping_interval: float) -> None:
        assert ping_interval
        self.client = SimpleNamespace(
            current_session=object(),
            last_ping_pong_time=0.0,
            proxy=None,
            is_connected=self._yes,
            socket_mode_request_listeners=[],
        )
        self.closed = False
        self.made.append(self)

    async def _yes(self) -> bool:
        return True

    async def connect_async(self) -> None:
        """Connected at once."""

    async def close_async(self) -> None:
        self.closed = True


class World:
    """Socket Mode with a clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.replaced = 0
        self.mode = SocketMode(
            cast("AsyncApp", SimpleNamespace(client=FakeClient())),
            "xapp-1",
            ping_seconds=5.0,
            replaced=self._count,
            monotonic=lambda: self.now,
        )

    def _count(self) -> None:
        self.replaced += 1

    async def pass_by(self, seconds: int, *, answering: bool) -> None:
        """Looks every five seconds; where it answers, a pong came before each."""
        for _ in range(0, seconds, 5):
            self.now += 5.0
            if answering:
                FakeHandler.made[-1].client.last_ping_pong_time = self.now
            await self.mode.look()


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(socket_mode, "AsyncSocketModeHandler", FakeHandler)
    FakeHandler.made = []
    world = World()
    await world.mode.start()
    yield world
    await world.mode.close()


async def test_a_connection_that_answers_is_kept(world: World) -> None:
    await world.pass_by(3600, answering=True)
    assert (len(FakeHandler.made), world.replaced) == (1, 0)
    assert await world.mode.trouble() is None


async def test_a_deaf_one_is_noticed_and_replaced_within_a_minute(world: World) -> None:
    await world.pass_by(60, answering=True)
    await world.pass_by(60, answering=False)
    assert world.replaced == 1
    deaf, fresh = FakeHandler.made
    assert deaf.closed
    assert not fresh.closed


async def test_while_it_is_deaf_it_says_so(world: World) -> None:
    await world.pass_by(30, answering=True)
    world.now += DEAF_PINGS * 5.0
    assert not world.mode.hears()
    assert await world.mode.trouble() == f"nothing heard for {DEAF_PINGS * 5} s"


async def test_where_no_new_connection_comes_the_next_look_tries_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_handler: FakeHandler) -> None:
        raise OSError("no route")

    with monkeypatch.context() as silent:
        silent.setattr(FakeHandler, "connect_async", refuse)
        await world.pass_by(60, answering=False)
        assert world.replaced == 0
        assert not world.mode.hears()
    await world.pass_by(5, answering=False)
    assert world.replaced == 1
    assert world.mode.hears()
