"""What every report says of the run that it is based on, also one that somebody asks for."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import cast

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.known_days import KnownDaysBook
from bot.mornings import MorningBook
from bot.reporter import Reporter
from bot.sagemaker import SageMaker
from bot.store.mornings import Mornings
from bot.store.notes import Notes
from bot.targets import Target
from core.domain import ExecutionStatus
from core.evidence.alarms import Alarm, Fault
from core.messages import Translator
from reports.report_facts import ReportFacts
from tests.unit.bot.mornings import DAILY, DAY, ONE_DAY, World


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
        mornings=MorningBook(store=Mornings(world.engine), gateway=world.slack.gateway()),
        known_days=KnownDaysBook(Notes(world.engine)),
        run_notes=world.run_notes,
    )
    return await reporter.collect(Target(DAILY.pipeline, DAILY.environment), day)


async def test_a_run_that_failed_rings_whoever_asks(world: World) -> None:
    found = await facts(world)
    assert found.note is not None
    assert Translator().plain(found.note) == "The morning's run failed: the lake is empty"
    assert found.verdict.alarms == (Alarm(Fault.RUN),)


async def test_a_day_without_a_run_of_its_own_says_nothing_of_one(world: World) -> None:
    assert (await facts(world, DAY - ONE_DAY)).note is None


async def test_a_run_that_somebody_had_tried_again_does_not_ring_once_it_succeeded(
    world: World,
) -> None:
    assert world.started.last is not None
    succeeded = dataclasses.replace(world.started.last, status=ExecutionStatus.SUCCEEDED)
    await world.executions.save(succeeded)
    assert (await facts(world)).note is None
