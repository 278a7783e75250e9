from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.daily_report import RETRY_AFTER
from bot.store.daily import DailyState, Task
from bot.store.leases import Holder
from core.domain import (
    ExecutionStatus,
)
from core.errors import UnavailableError
from core.messages import say
from tests.unit.bot.mornings import (
    DAILY,
    DAY,
    NIGHTLY,
    NOT_A_MEMBER,
    ONE_DAY,
    SHARED,
    World,
    key_for,
    new_york,
)


@pytest.fixture
def world(engine: AsyncEngine) -> World:
    return World(engine)


async def test_the_report_comes_at_its_time_once(world: World) -> None:
    world.evaluated.add(DAY)
    world.clock.time = new_york(7, 59)
    await world.report.advance(DAILY)
    assert world.reports == []
    world.clock.time = new_york(8)
    for each in (world.report, world.report, world.reporting("two")):
        await each.advance(DAILY)
    assert len(world.reports) == 1


async def test_the_report_waits_for_a_run_that_goes_on(world: World) -> None:
    await world.run.advance(DAILY)
    world.clock.time = new_york(8, 30)
    await world.report.advance(DAILY)
    assert world.reports == []
    world.evaluated.add(DAY)
    await world.report.advance(DAILY)
    assert world.reports == [], "an Evaluate is not what it waits for"
    world.with_training.add(DAY)
    await world.report.advance(DAILY)
    assert len(world.reports) == 1


async def test_the_report_does_not_wait_for_ever(world: World) -> None:
    await world.run.advance(DAILY)
    world.clock.time = new_york(10)
    await world.report.advance(DAILY)
    assert world.note() == "The morning's run has not ended yet."


async def test_a_run_that_started_late_is_waited_for_from_its_start(world: World) -> None:
    world.clock.time = new_york(11)
    await world.run.advance(DAILY)
    await world.report.advance(DAILY)
    assert world.reports == []


async def test_a_report_waits_through_midnight(world: World) -> None:
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(23)
    await world.report.advance(NIGHTLY)
    assert world.reports == []
    world.clock.time = new_york(0, 20, day=30)
    await world.started.end(ExecutionStatus.SUCCEEDED)
    await world.run.advance(NIGHTLY)
    await world.report.advance(NIGHTLY)
    await world.report.advance(NIGHTLY)
    assert [facts.day for facts in world.reports] == [DAY]


async def test_a_report_that_waits_runs_out_of_patience_after_midnight(world: World) -> None:
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(23)
    await world.report.advance(NIGHTLY)
    world.clock.time = new_york(0, 59, day=30)
    await world.report.advance(NIGHTLY)
    assert world.reports == []
    world.clock.time = new_york(1, day=30)
    await world.report.advance(NIGHTLY)
    assert world.note() == "The morning's run has not ended yet."


async def test_reports_that_slack_refused_do_not_pile_up(world: World) -> None:
    world.slack.answers["conversations.info"] = lambda _: NOT_A_MEMBER
    world.evaluated.update({DAY, DAY + ONE_DAY})
    world.clock.time = new_york(8)
    await world.report.advance(DAILY)
    assert await world.pending() == [DAY]
    world.clock.time = new_york(8, day=30)
    await world.report.advance(DAILY)
    assert await world.pending() == [DAY + ONE_DAY]


@pytest.mark.parametrize("channel", [NOT_A_MEMBER, SHARED])
async def test_nothing_is_read_for_a_channel_that_may_not_be_written_to(
    world: World, channel: dict[str, Any]
) -> None:
    world.slack.answers["conversations.info"] = lambda _: channel
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    await world.report.advance(DAILY)
    assert world.collected == 0
    assert await world.pending() == [DAY]


@pytest.mark.parametrize("refusal", [UnavailableError(say("no")), ValueError("no font")])
async def test_a_report_that_failed_rests_before_it_is_tried_again(
    world: World, refusal: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    world.refusal = refusal
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    for _ in range(3):
        await world.report.advance(DAILY)
    assert world.collected == 1
    assert len(caplog.records) == 1
    world.clock.time += RETRY_AFTER
    world.refusal = None
    await world.report.advance(DAILY)
    assert [facts.day for facts in world.reports] == [DAY]
    assert world.counted() == {"failed": 1.0, "delivered": 1.0}


async def test_the_report_says_why_the_run_failed(world: World) -> None:
    await world.run.advance(DAILY)
    for _ in range(2):
        await world.started.end(ExecutionStatus.FAILED)
        await world.run.advance(DAILY)
    world.clock.time = new_york(8)
    await world.report.advance(DAILY)
    assert world.note() == "The morning's run failed: the lake is empty"


async def test_a_report_that_slack_has_already_is_not_posted_again(world: World) -> None:
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    key = key_for(world, Task.REPORT)
    holder = Holder("one", dt.timedelta(minutes=5))
    await world.works.begin(key, at=world.clock.time)
    await world.works.take(key, holder, now=dt.datetime.now(dt.UTC))
    world.slack.answers["conversations.history"] = lambda _: {
        "messages": [
            {
                "ts": "5.5",
                "metadata": {
                    "event_type": "mlpipe_delivery",
                    "event_payload": {"delivery": str(key)},
                },
            }
        ]
    }
    await world.report.advance(DAILY)
    assert world.reports == []
    work = await world.works.get(key)
    assert work is not None
    assert (work.state, work.message) == (DailyState.DONE, "5.5")
