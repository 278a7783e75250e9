"""What every report says of the run that it is based on, also one that somebody asks for."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import cast

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.alarm_book import AlarmBook
from bot.known_days import KnownDaysBook
from bot.reporter import Reporter
from bot.sagemaker import SageMaker
from bot.store.alarms import AlarmStore
from bot.store.notes import Notes
from bot.targets import Target
from core.domain import ExecutionStatus, Kind
from core.evidence.alarms import Alarm, Fault
from core.mornings import MorningRun, RunEnd
from core.spans import ONE_DAY
from reports.report_facts import ReportFacts
from reports.steps import FAIL
from tests.unit.bot.mornings import DAILY, DAY, World, run_key
from tests.unit.reports.samples import ANA, result


class NothingScored:
    """A SageMaker that has evaluated no day."""

    def evaluations(self, *_: object) -> NothingScored:
        return self

    async def of_day(self, _: dt.date) -> None:
        return None

    async def history(self, *_: object) -> tuple[()]:
        return ()

    async def production(self, *_: object) -> None:
        return None


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    """A morning whose Train failed, and the Evaluate after it too."""
    world = World(engine)
    await world.run.advance(DAILY)
    for _ in range(2):
        await world.started.end(ExecutionStatus.FAILED)
        await world.run.advance(DAILY)
    return world


async def facts(world: World, day: dt.date = DAY) -> ReportFacts:
    """As the report asks for them that a person wants, the mute's form and the revision."""
    reporter = Reporter(
        sagemaker=cast("SageMaker", NothingScored()),
        alarms=AlarmBook(
            store=AlarmStore(world.engine), gateway=world.slack.gateway(), runs=world.runs
        ),
        known_days=KnownDaysBook(Notes(world.engine)),
        runs=world.runs,
    )
    return await reporter.collect(Target(DAILY.pipeline, DAILY.environment), day)


async def test_a_run_that_failed_rings_whoever_asks(world: World) -> None:
    found = await facts(world)
    assert found.run == MorningRun(
        RunEnd.FAILED,
        step="Prepare",
        reason="the lake is empty",
        can_retry=True,
        execution=run_key(world).execution(Kind.TRAIN),
    )
    assert found.verdict.alarms == (Alarm(Fault.RUN),)


async def test_a_day_without_a_run_of_its_own_says_nothing_of_one(world: World) -> None:
    assert (await facts(world, DAY - ONE_DAY)).run is None


async def test_a_day_without_a_run_after_one_that_failed_does_not_say_that_it_works_again(
    world: World,
) -> None:
    assert (await facts(world, DAY + ONE_DAY)).run is None


async def test_a_run_that_somebody_had_tried_again_does_not_ring_once_it_succeeded(
    world: World,
) -> None:
    train = await world.executions.get(run_key(world).execution(Kind.TRAIN))
    assert train is not None
    await world.executions.save(dataclasses.replace(train, status=ExecutionStatus.SUCCEEDED))
    assert (await facts(world)).run is None


async def morning_after(world: World, *ends: ExecutionStatus) -> None:
    """The next day's run, whose executions end so."""
    world.clock.time += ONE_DAY
    await world.run.advance(DAILY)
    for end in ends:
        await world.started.end(end)
        await world.run.advance(DAILY)


async def test_mornings_in_a_row_are_counted_and_that_it_works_again_is_said_once(
    world: World,
) -> None:
    await morning_after(world, ExecutionStatus.FAILED, ExecutionStatus.SUCCEEDED)
    found = (await facts(world, DAY + ONE_DAY)).run
    assert found is not None
    assert (found.mornings, found.since(DAY + ONE_DAY)) == (2, DAY)
    await morning_after(world, ExecutionStatus.SUCCEEDED)
    again = await facts(world, DAY + 2 * ONE_DAY)
    assert again.run == MorningRun(RunEnd.WELL_AGAIN, mornings=2)
    assert again.verdict.alarms == ()
    await morning_after(world, ExecutionStatus.SUCCEEDED)
    assert (await facts(world, DAY + 3 * ONE_DAY)).run is None


async def test_what_failed_is_tried_again_until_it_runs(world: World) -> None:
    morning = run_key(world).morning
    train = await world.runs.to_retry(morning)
    assert train is not None
    assert train.kind is Kind.TRAIN
    card = (DAILY.channel, None)
    assert await world.executions.ask_retry(train.id, by=ANA, token="t" * 32, card=card)
    assert await world.runs.to_retry(morning) is None
    assert (await facts(world)).run == MorningRun(RunEnd.NOT_YET)
    assert train.arn is not None
    evaluated = train.arn.rsplit("/", 1)[-1]
    assert await world.runs.of(morning, evaluated=evaluated) is None, "what is left is no news"


async def test_a_training_that_failed_is_told_while_production_is_still_scored(
    world: World,
) -> None:
    await morning_after(world, ExecutionStatus.FAILED)
    found = (await facts(world, DAY + ONE_DAY)).run
    assert found is not None
    assert (found.end, found.step) == (RunEnd.FAILED, "Prepare")


async def test_a_gate_that_refused_is_no_failed_run_and_is_not_tried_again(world: World) -> None:
    train = await world.runs.to_retry(run_key(world).morning)
    assert train is not None
    await world.executions.save(dataclasses.replace(train, failed_step=FAIL))
    assert await world.runs.to_retry(run_key(world).morning) is None
    assert (await facts(world)).run is None


async def test_a_training_that_somebody_started_since_is_what_counts(world: World) -> None:
    found = dataclasses.replace(await facts(world), today=result(DAY))
    assert found.wrong_run is None
    assert found.run is not None
    own = result(DAY, run={"run": found.run.execution})
    assert dataclasses.replace(found, today=own).wrong_run is found.run
