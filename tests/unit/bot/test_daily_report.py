from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.resting import RETRY_AFTER
from core.audit import Entry
from core.domain import ExecutionStatus, Person, Pipeline, TeamId, UserId
from core.errors import UnavailableError
from core.messages import say
from core.spans import ONE_DAY
from core.subscriptions import Content, Days
from tests.unit.bot.mornings import (
    AT_EIGHT,
    AT_ELEVEN,
    DAILY,
    DAY,
    HOTELS,
    HOTELS_AT_EIGHT,
    NIGHTLY,
    NOT_A_MEMBER,
    SHARED,
    WHEN_READY,
    World,
    channels,
    new_york,
)

ANA = Person(TeamId("T0"), UserId("U0ANA"))


@pytest.fixture
def world(engine: AsyncEngine) -> World:
    return World(engine)


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


async def test_a_weekend_brings_nothing_to_who_hears_on_weekdays(world: World) -> None:
    times = dataclasses.replace(AT_EIGHT.times, days=Days.WEEKDAYS)
    world.subscribe(dataclasses.replace(AT_EIGHT, times=times))
    world.evaluated.update({DAY, DAY + ONE_DAY, DAY + 2 * ONE_DAY})
    for number in range(3):
        world.clock.time = new_york(8, day=29) + number * ONE_DAY
        await world.report.advance()
    assert world.days == [DAY + 2 * ONE_DAY], "Monday's, about Sunday"
    assert world.drawn[0][0][0].heard == DAY - ONE_DAY, "Friday's, about Thursday"


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


async def test_the_report_says_why_the_run_failed(world: World) -> None:
    await world.run.advance(DAILY)
    for _ in range(2):
        await world.started.end(ExecutionStatus.FAILED)
        await world.run.advance(DAILY)
    world.clock.time = new_york(8)
    await world.report.advance()
    assert world.said_of_the_run() == "the morning's run failed at Prepare: the lake is empty"


async def test_whether_results_are_there_is_asked_again_before_the_others_go_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.subscribe(AT_EIGHT, HOTELS_AT_EIGHT)
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    scored = world.scored

    async def without_hotels(pipeline: Pipeline, *of: Any) -> bool:
        if pipeline.name == HOTELS.name:
            raise UnavailableError(say("no answer"))
        return await scored(pipeline, *of)

    monkeypatch.setattr(world, "scored", without_hotels)
    world.report = world.reporting("one")
    await world.report.advance()
    assert world.posted == []
    monkeypatch.undo()
    world.report = world.reporting("one")
    await world.report.advance()
    assert [len(facts) for facts, _ in world.drawn] == [2], "in one message, at the next look"
