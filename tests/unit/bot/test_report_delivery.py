"""One message once, to each of many channels, whoever dies or fails on it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.report_delivery import MARGIN
from bot.store.daily import DailyState
from bot.store.leases import Holder
from core.spans import ONE_DAY
from tests.unit.bot.mornings import (
    DAY,
    World,
    channels,
    new_york,
    report_key,
)


@pytest.fixture
def world(engine: AsyncEngine) -> World:
    return World(engine)


async def test_fifty_channels_share_what_is_read_and_drawn(world: World) -> None:
    in_japanese = [dataclasses.replace(each, language="ja") for each in channels(50)[:20]]
    world.subscribe(*channels(50)[20:], *in_japanese)
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    await world.report.advance()
    assert len({channel for channel, _ in world.posted}) == len(world.posted) == 50
    assert world.collected == 1
    assert sorted(form.language for _, form in world.drawn) == ["en", "ja"]


async def test_two_replicas_share_the_channels_between_them(world: World) -> None:
    world.subscribe(*channels(12))
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    await asyncio.gather(world.report.advance(), world.reporting("two").advance())
    assert sorted(channel for channel, _ in world.posted) == [f"C{n:03}" for n in range(12)]


async def test_one_channels_failure_has_no_other_posted_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.subscribe(*channels(2))
    world.evaluated.update({DAY, DAY + ONE_DAY})
    keys = [report_key(channel=each.key.channel) for each in channels(2)]
    await world.works.begin(*keys, at=new_york(8))
    world.clock.time = new_york(8, day=30)
    gate = asyncio.Event()
    send, take_all = world.slack.call, world.works.take_all

    async def slowly(method: str, **arguments: Any) -> Any:
        if method == "chat.postMessage":
            await gate.wait()
        return await send(method, **arguments)

    async def without_one_channel(wanted: Any, holder: Holder, **rest: Any) -> Any:
        if any(key.channel == "C000" for key in wanted):
            raise OSError("the database is gone")
        return await take_all(wanted, holder, **rest)

    monkeypatch.setattr(world.slack, "call", slowly)
    monkeypatch.setattr(world.works, "take_all", without_one_channel)
    first = asyncio.create_task(world.report.advance())
    for _ in range(200):
        await asyncio.sleep(0)
    assert not first.done(), "the other channel's message is on its way"
    gate.set()
    await first
    await world.report.advance()
    assert len(world.posted) == len(set(world.posted)) > 0


async def test_a_delivery_is_given_up_before_another_may_take_it_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = MARGIN + dt.timedelta(seconds=0.2)
    report = world.reporting("one", lease=lease)
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)

    send = world.slack.call

    async def never(method: str, **arguments: Any) -> Any:
        if method == "chat.postMessage":
            await asyncio.Event().wait()
        return await send(method, **arguments)

    monkeypatch.setattr(world.slack, "call", never)
    await report.advance()
    assert world.counted() == {"failed": 1.0}
    assert await world.pending() == [DAY]


async def test_a_report_that_slack_has_already_is_not_posted_again(world: World) -> None:
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    key = report_key()
    holder = Holder("one", dt.timedelta(minutes=5))
    await world.works.begin(key, at=world.clock.time)
    await world.works.take(key, holder, now=dt.datetime.now(dt.UTC))
    world.slack.answers["conversations.history"] = lambda asked: {
        "messages": [_posted(str(key))] if asked.get("cursor") else [],
        "response_metadata": {"next_cursor": "" if asked.get("cursor") else "next"},
    }
    await world.report.advance()
    assert world.posted == []
    work = await world.works.get(key)
    assert work is not None
    assert (work.state, work.message) == (DailyState.DONE, "5.5")
    (_, asked) = world.slack.said("conversations.history")
    assert float(asked["oldest"]) < world.clock.time.timestamp()


def _posted(delivery: str) -> dict[str, Any]:
    metadata = {"event_type": "mlpipe_delivery", "event_payload": {"delivery": delivery}}
    return {"ts": "5.5", "metadata": metadata}
