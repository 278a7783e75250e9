from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.daily import DailyState, Task
from core.domain import ChannelId, ExecutionStatus, Kind, MessageTs
from core.errors import UnavailableError
from core.messages import say
from tests.unit.bot.mornings import (
    DAILY,
    DAY,
    NIGHTLY,
    NIGHTLY_RUN,
    World,
    new_york,
    report_key,
    run_key,
)


@pytest.fixture
def world(engine: AsyncEngine) -> World:
    return World(engine)


async def test_nothing_runs_before_its_time(world: World) -> None:
    world.clock.time = new_york(5, 59)
    await world.run.advance(DAILY)
    assert world.started.kinds == []


async def test_train_starts_for_the_day_before_once(world: World) -> None:
    for _ in range(3):
        await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]
    assert world.started.last is not None
    assert world.started.last.parameters == {
        "Day": "2013-06-28",
        "StartedBy": "schedule",
        "LabelAge": "1",
    }


async def test_of_two_replicas_one_starts_it(world: World) -> None:
    await world.run.advance(DAILY)
    await world.replica("two").advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]


async def test_a_day_that_is_trained_already_is_left(world: World) -> None:
    world.with_training.add(DAY)
    await world.run.advance(DAILY)
    assert world.started.kinds == []


async def test_a_day_that_is_only_evaluated_is_trained_all_the_same(world: World) -> None:
    world.evaluated.add(DAY)
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]


async def test_when_train_fails_evaluate_runs_and_the_channel_is_told(world: World) -> None:
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.FAILED)
    await world.run.advance(DAILY)
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN, Kind.EVALUATE]
    assert world.alarms == [Kind.TRAIN]


async def test_a_gate_that_failed_left_an_evaluation(world: World) -> None:
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.FAILED)
    world.evaluated.add(DAY)
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]
    assert world.alarms == [Kind.TRAIN]


async def test_what_was_missed_is_caught_up_for_today_only(world: World) -> None:
    world.clock.time = new_york(11, day=27)
    await world.run.advance(DAILY)
    world.clock.time = new_york(11, day=29)
    await world.run.advance(DAILY)
    assert world.started.last is not None
    assert world.started.last.parameters["Day"] == "2013-06-28"
    assert world.started.kinds == [Kind.TRAIN, Kind.TRAIN]


async def test_a_run_that_fails_after_midnight_is_told_and_evaluated(world: World) -> None:
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(0, 20, day=30)
    await world.started.end(ExecutionStatus.FAILED)
    await world.run.advance(NIGHTLY)
    assert world.alarms == [Kind.TRAIN]
    assert world.started.kinds == [Kind.TRAIN, Kind.EVALUATE]
    assert world.started.last is not None
    assert world.started.last.parameters["Day"] == "2013-06-28"


async def test_a_run_that_succeeds_after_midnight_is_done(world: World) -> None:
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(0, 20, day=30)
    await world.started.end(ExecutionStatus.SUCCEEDED)
    await world.run.advance(NIGHTLY)
    work = await world.works.get(NIGHTLY_RUN)
    assert work is not None
    assert work.state is DailyState.DONE


async def test_a_run_in_flight_is_carried_on_beside_the_next_mornings(world: World) -> None:
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.FAILED)
    world.clock.time = new_york(6, day=30)
    await world.run.advance(DAILY)
    assert world.alarms == [Kind.TRAIN]
    assert sorted(world.started.kinds) == [Kind.EVALUATE, Kind.TRAIN, Kind.TRAIN]


async def test_a_training_that_never_began_gives_way_to_the_next(world: World) -> None:
    await world.works.begin(run_key(world), at=world.clock.time)
    world.clock.time = new_york(6, day=30)
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]
    assert world.started.last is not None
    assert world.started.last.parameters["Day"] == "2013-06-29"


async def test_where_the_teams_own_scheduler_runs_it_nothing_is_started(world: World) -> None:
    await world.run.advance(dataclasses.replace(DAILY, run_at=None))
    assert world.started.kinds == []


async def test_a_bot_that_died_between_plan_and_start_starts_it(world: World) -> None:
    await world.run.advance(DAILY)
    work = await world.works.get(run_key(world))
    assert work is not None
    await world.works.save(dataclasses.replace(work, execution="never stored"))
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN], "the same token: it is stored once"


MATURED = DAY - dt.timedelta(days=6)
REVISION = dataclasses.replace(NIGHTLY_RUN, task=Task.REVISION, day=MATURED)


async def trained(world: World) -> None:
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.SUCCEEDED)
    await world.run.advance(DAILY)


async def test_once_the_morning_is_done_days_whose_labels_have_matured_are_scored_again(
    world: World,
) -> None:
    """By the versions that scored them first, once."""
    world.ripe.found.add(MATURED)
    await trained(world)
    for _ in range(3):
        await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN, Kind.EVALUATE]
    assert world.started.last is not None
    assert world.started.last.parameters == {
        "Day": MATURED.isoformat(),
        "StartedBy": "schedule",
        "LabelAge": "7",
        "Versions": "production=12,reference=1",
    }
    assert world.ripe.asked == 1


async def test_a_revision_is_begun_also_where_the_morning_failed(world: World) -> None:
    world.ripe.found.add(MATURED)
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.FAILED)
    world.evaluated.add(DAY)
    await world.run.advance(DAILY)
    assert REVISION in await world.works.unfinished(Task.REVISION)


async def test_a_day_that_was_scored_again_is_told_where_its_report_stands(world: World) -> None:
    world.ripe.found.add(MATURED)
    here, quiet = report_key(MATURED), report_key(MATURED, channel=ChannelId("C0QUIET"))
    await world.works.begin(here, quiet, at=world.clock.time)
    for key, message in ((here, MessageTs("1.2")), (quiet, None)):
        work = await world.works.get(key)
        assert work is not None
        done = dataclasses.replace(work, state=DailyState.DONE, message=message)
        await world.works.save(done)
    await trained(world)
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.SUCCEEDED)
    await world.run.advance(DAILY)
    assert await world.works.unfinished(Task.REVISION) == (
        dataclasses.replace(here, task=Task.REVISION),
    )


async def test_a_revision_that_fails_is_told_and_nothing_is_said_below_the_report(
    world: World,
) -> None:
    world.ripe.found.add(MATURED)
    await trained(world)
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.FAILED)
    await world.run.advance(DAILY)
    assert world.alarms == [Kind.EVALUATE]
    assert await world.works.unfinished(Task.REVISION) == ()


async def test_that_nobody_knows_what_has_matured_does_not_hold_up_the_morning(
    world: World,
) -> None:
    world.ripe.failure = UnavailableError(say("AWS does not answer."))
    await trained(world)
    work = await world.works.get(run_key(world))
    assert work is not None
    assert work.state is DailyState.DONE
