from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.resting import RETRY_AFTER
from bot.slack.delivery_ids import metadata, short_id
from bot.store.daily import DailyKey, DailyState
from bot.store.leases import Holder
from core.evidence.alarms import ALARMS_A_DAY
from core.subscriptions import Content
from tests.unit.bot.mornings import (
    AT_EIGHT,
    DAY,
    FLIGHTS,
    HOTELS,
    HOTELS_AT_EIGHT,
    World,
    new_york,
    report_key,
)

FLIGHTS_KEY = report_key()
HOTELS_KEY = dataclasses.replace(FLIGHTS_KEY, pipeline=HOTELS.name)


@pytest.fixture
def world(engine: AsyncEngine) -> World:
    """Eight o'clock in a channel that hears of two series, both of which are ready."""
    world = World(engine)
    world.subscribe(AT_EIGHT, HOTELS_AT_EIGHT)
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    return world


def delivered(world: World) -> list[list[str]]:
    """The ids of the deliveries that each message is, of all but the first the short ones."""
    payloads = [said["metadata"]["event_payload"] for said in world.slack.said("chat.postMessage")]
    return [[each["delivery"], *each.get("also", [])] for each in payloads]


async def state(world: World, key: DailyKey) -> DailyState:
    work = await world.works.get(key)
    assert work is not None
    return work.state


async def test_two_series_of_a_channel_are_one_message(world: World) -> None:
    await world.report.advance()
    await world.report.advance()
    assert delivered(world) == [[str(FLIGHTS_KEY), short_id(str(HOTELS_KEY))]]
    ((facts, _),) = world.drawn
    assert [each.pipeline for each in facts] == [FLIGHTS, HOTELS]
    works = [await world.works.get(key) for key in (FLIGHTS_KEY, HOTELS_KEY)]
    assert len({work.message for work in works if work}) == 1


async def test_they_share_the_channels_budget_of_alarms(world: World) -> None:
    await world.report.advance()
    ((facts, _),) = world.drawn
    assert [each.budget for each in facts] == [ALARMS_A_DAY / 2] * 2


async def test_each_has_the_metrics_that_lead_for_it(world: World) -> None:
    world.subscribe(dataclasses.replace(AT_EIGHT, metrics=("auc",)), HOTELS_AT_EIGHT)
    await world.report.advance()
    ((facts, _),) = world.drawn
    assert [each.leading for each in facts] == [("auc",), ()]


async def test_the_message_waits_for_a_run_under_way_and_not_for_ever(world: World) -> None:
    world.late.add(HOTELS.name)
    await world.works.begin(HOTELS_KEY.run, at=world.clock.time)
    await world.report.advance()
    assert delivered(world) == []
    world.clock.time = new_york(10)
    await world.report.advance()
    assert delivered(world) == [[str(FLIGHTS_KEY), short_id(str(HOTELS_KEY))]]


async def test_a_series_that_nobody_runs_holds_no_other_up(world: World) -> None:
    world.late.add(HOTELS.name)
    await world.report.advance()
    assert delivered(world) == [[str(FLIGHTS_KEY)]]
    world.clock.time = new_york(10)
    await world.report.advance()
    assert delivered(world)[1:] == [[str(HOTELS_KEY)]]


async def test_a_series_that_cannot_be_read_holds_no_other_up(world: World) -> None:
    world.unreadable.add(HOTELS.name)
    await world.report.advance()
    assert delivered(world) == [[str(FLIGHTS_KEY)]]
    world.unreadable.clear()
    await world.report.advance()
    assert len(delivered(world)) == 1, "it rests first"
    world.clock.time += RETRY_AFTER
    await world.report.advance()
    assert delivered(world)[1:] == [[str(HOTELS_KEY)]]


async def test_what_comes_at_another_time_is_another_message(world: World) -> None:
    times = dataclasses.replace(AT_EIGHT.times, at=dt.time(7))
    world.subscribe(AT_EIGHT, dataclasses.replace(HOTELS_AT_EIGHT, times=times))
    await world.report.advance()
    assert sorted(delivered(world)) == [[str(FLIGHTS_KEY)], [str(HOTELS_KEY)]]


async def test_a_weekly_digest_is_of_one_series(world: World) -> None:
    both = (AT_EIGHT, HOTELS_AT_EIGHT)
    world.subscribe(*(dataclasses.replace(each, content=Content.WEEKLY) for each in both))
    world.clock.time = new_york(8, day=24)
    await world.report.advance()
    world.clock.time = new_york(11, day=24)
    await world.report.advance()
    assert [len(each) for each in delivered(world)] == [1, 1]


async def test_nothing_new_of_any_is_no_message(world: World) -> None:
    both = (AT_EIGHT, HOTELS_AT_EIGHT)
    world.subscribe(*(dataclasses.replace(each, content=Content.CHANGES) for each in both))
    world.changed = False
    await world.report.advance()
    assert delivered(world) == []
    assert await world.pending() == []


async def test_two_replicas_post_it_once(world: World) -> None:
    replicas = (world.report, world.reporting("two"), world.reporting("three"))
    await asyncio.gather(*(each.advance() for each in replicas))
    await asyncio.gather(*(each.advance() for each in replicas))
    assert len(delivered(world)) == 1


async def test_while_somebody_else_has_one_of_them_none_is_posted(world: World) -> None:
    other = Holder("other", dt.timedelta(minutes=5))
    await world.works.begin(FLIGHTS_KEY, HOTELS_KEY, at=world.clock.time)
    assert await world.works.take(HOTELS_KEY, other, now=dt.datetime.now(dt.UTC))
    await world.report.advance()
    assert delivered(world) == []
    assert await world.works.take(FLIGHTS_KEY, other, now=dt.datetime.now(dt.UTC)), "let go again"


async def test_what_slack_has_is_not_posted_again_and_who_joined_since_comes_alone(
    world: World,
) -> None:
    first = Holder("one", dt.timedelta(minutes=5))
    await world.works.begin(HOTELS_KEY, at=world.clock.time)
    await world.works.take(HOTELS_KEY, first, now=dt.datetime.now(dt.UTC))
    world.slack.answers["conversations.history"] = lambda _: posted("gone", str(HOTELS_KEY))
    await world.report.advance()
    assert delivered(world) == []
    assert await state(world, HOTELS_KEY) is DailyState.DONE
    await world.report.advance()
    assert delivered(world) == [[str(FLIGHTS_KEY)]]
    assert await world.pending() == []


def posted(delivery: str, *also: str) -> dict[str, Any]:
    return {"messages": [{"ts": "5.5", "metadata": metadata(delivery, also)}]}
