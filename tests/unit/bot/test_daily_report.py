from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.daily_report import MARGIN, RETRY_AFTER
from bot.store.audit import Entry
from bot.store.daily import DailyState
from bot.store.leases import Holder
from core.domain import ChannelId, ExecutionStatus, Person, TeamId, UserId
from core.errors import UnavailableError
from core.messages import say
from core.spans import ONE_DAY
from core.subscriptions import Content, Days, Subscription
from tests.unit.bot.mornings import (
    AT_EIGHT,
    AT_ELEVEN,
    DAILY,
    DAY,
    NIGHTLY,
    NOT_A_MEMBER,
    SHARED,
    WHEN_READY,
    World,
    new_york,
    report_key,
)

ANA = Person(TeamId("T0"), UserId("U0ANA"))


@pytest.fixture
def world(engine: AsyncEngine) -> World:
    return World(engine)


def channels(count: int, like: Subscription = AT_EIGHT) -> list[Subscription]:
    """The same subscription in so many channels."""
    names = (ChannelId(f"C{number:03}") for number in range(count))
    keys = (dataclasses.replace(like.key, channel=name) for name in names)
    return [dataclasses.replace(like, key=key) for key in keys]


async def test_the_report_comes_at_its_time_once(world: World) -> None:
    world.evaluated.add(DAY)
    world.clock.time = new_york(7, 59)
    await world.report.advance()
    assert world.posted == []
    world.clock.time = new_york(8)
    for each in (world.report, world.report, world.reporting("two")):
        await each.advance()
    assert world.posted == [("C0DAILY", "report/C0DAILY/flights/production/2013-06-28")]


async def test_the_report_waits_for_a_run_that_goes_on(world: World) -> None:
    await world.run.advance(DAILY)
    world.clock.time = new_york(8, 30)
    await world.report.advance()
    assert world.posted == []
    world.evaluated.add(DAY)
    await world.report.advance()
    assert world.posted == [], "an Evaluate is not what it waits for"
    world.with_training.add(DAY)
    await world.report.advance()
    assert len(world.posted) == 1


async def test_the_report_does_not_wait_for_ever(world: World) -> None:
    await world.run.advance(DAILY)
    world.clock.time = new_york(10)
    await world.report.advance()
    assert world.said_of_the_run() == "the morning's run has not ended yet"


async def test_a_run_that_started_late_is_waited_for_from_its_start(world: World) -> None:
    world.clock.time = new_york(11)
    await world.run.advance(DAILY)
    await world.report.advance()
    assert world.posted == []


async def test_what_comes_when_ready_comes_then(world: World) -> None:
    world.subscribe(WHEN_READY)
    world.clock.time = new_york(4)
    await world.report.advance()
    assert world.posted == []
    world.evaluated.add(DAY)
    await world.report.advance()
    assert world.days == [DAY]


async def test_what_was_not_ready_says_so_at_the_latest(world: World) -> None:
    world.subscribe(WHEN_READY)
    await world.run.advance(DAILY)
    world.clock.time = new_york(9, 59)
    await world.report.advance()
    assert world.posted == []
    world.clock.time = new_york(10)
    await world.report.advance()
    assert world.days == [DAY]
    assert world.said_of_the_run() == "the morning's run has not ended yet"


async def test_a_report_waits_through_midnight(world: World) -> None:
    world.subscribe(AT_ELEVEN)
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(23)
    await world.report.advance()
    assert world.posted == []
    world.clock.time = new_york(0, 20, day=30)
    await world.started.end(ExecutionStatus.SUCCEEDED)
    await world.run.advance(NIGHTLY)
    await world.report.advance()
    await world.report.advance()
    assert world.days == [DAY]


async def test_a_report_that_waits_runs_out_of_patience_after_midnight(world: World) -> None:
    world.subscribe(AT_ELEVEN)
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(23)
    await world.report.advance()
    world.clock.time = new_york(0, 59, day=30)
    await world.report.advance()
    assert world.posted == []
    world.clock.time = new_york(1, day=30)
    await world.report.advance()
    assert world.said_of_the_run() == "the morning's run has not ended yet"


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


async def test_a_weekend_brings_nothing_to_who_hears_on_weekdays(world: World) -> None:
    times = dataclasses.replace(AT_EIGHT.times, days=Days.WEEKDAYS)
    world.subscribe(dataclasses.replace(AT_EIGHT, times=times))
    world.evaluated.update({DAY, DAY + ONE_DAY, DAY + 2 * ONE_DAY})
    for number in range(3):
        world.clock.time = new_york(8, day=29) + number * ONE_DAY
        await world.report.advance()
    assert world.days == [DAY + 2 * ONE_DAY], "Monday's, about Sunday"


async def test_where_nothing_changed_nothing_comes_and_the_day_is_done(world: World) -> None:
    world.subscribe(dataclasses.replace(AT_EIGHT, content=Content.CHANGES))
    world.changed = False
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    await world.report.advance()
    assert world.posted == []
    assert await world.pending() == []
    world.changed = True
    world.evaluated.add(DAY + ONE_DAY)
    world.clock.time += ONE_DAY
    await world.report.advance()
    assert world.days == [DAY + ONE_DAY]


async def test_a_channel_that_unsubscribed_while_its_report_waited_gets_none(world: World) -> None:
    world.subscribe()
    since = new_york(7)
    stored = dataclasses.replace(AT_EIGHT, since=since, by=ANA)
    entry = Entry(at=since, who=str(ANA), action="subscribe", subject="", outcome="done")
    await world.subscriptions.put(stored, entry)
    world.clock.time = new_york(8)
    await world.report.advance()
    assert await world.pending() == [DAY]
    await world.subscriptions.remove(stored.key, entry)
    world.evaluated.add(DAY)
    await world.report.advance()
    assert (world.posted, await world.pending()) == ([], [])


async def test_reports_that_slack_refused_do_not_pile_up(world: World) -> None:
    world.slack.answers["conversations.info"] = lambda _: NOT_A_MEMBER
    world.evaluated.update({DAY, DAY + ONE_DAY})
    world.clock.time = new_york(8)
    await world.report.advance()
    assert await world.pending() == [DAY]
    world.clock.time = new_york(8, day=30)
    await world.report.advance()
    assert await world.pending() == [DAY + ONE_DAY]


@pytest.mark.parametrize("channel", [NOT_A_MEMBER, SHARED])
async def test_nothing_is_read_for_a_channel_that_may_not_be_written_to(
    world: World, channel: dict[str, Any]
) -> None:
    world.slack.answers["conversations.info"] = lambda _: channel
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    await world.report.advance()
    assert world.collected == 0
    assert await world.pending() == [DAY]


async def test_a_channel_that_may_not_be_written_to_holds_no_other_up(world: World) -> None:
    world.subscribe(*channels(3))

    def info(arguments: dict[str, Any]) -> dict[str, Any]:
        member = arguments["channel"] != "C001"
        return {"channel": {"is_ext_shared": False, "is_member": member}}

    world.slack.answers["conversations.info"] = info
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    await world.report.advance()
    assert [channel for channel, _ in world.posted] == ["C000", "C002"]


@pytest.mark.parametrize("refusal", [UnavailableError(say("no")), ValueError("no font")])
async def test_a_report_that_failed_rests_before_it_is_tried_again(
    world: World, refusal: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    world.refusal = refusal
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    for _ in range(3):
        await world.report.advance()
    assert world.collected == 1
    assert len(caplog.records) == 1
    world.clock.time += RETRY_AFTER
    world.refusal = None
    await world.report.advance()
    assert world.days == [DAY]
    assert world.counted() == {"failed": 1.0, "delivered": 1.0}


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


async def test_the_report_says_why_the_run_failed(world: World) -> None:
    await world.run.advance(DAILY)
    for _ in range(2):
        await world.started.end(ExecutionStatus.FAILED)
        await world.run.advance(DAILY)
    world.clock.time = new_york(8)
    await world.report.advance()
    assert world.said_of_the_run() == "the morning's run failed at Prepare: the lake is empty"


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
