from __future__ import annotations

import dataclasses

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.day_ranges import DayRange, DayRanges
from bot.store.executions import Executions, Progress
from core.day_ranges import End
from core.domain import ChannelId, EnvironmentName, Kind, MessageTs, PipelineName
from core.marks import Marks
from core.spans import Span
from tests.unit.bot.stored import ANA, FOLLOWED, NOON, ONE, OTHER

DAYS = DayRange(
    id="d1",
    token="t" * 64,
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("experiment"),
    kind=Kind.TRAIN,
    parameters={"Seed": "2"},
    span=Span.of("2013-06-25..2013-06-27"),
    requested_at=NOON,
    asked_by=ANA,
    channel=ChannelId("C0DAILY"),
    marks=Marks(("weather",), note="try storms"),
)


async def test_a_range_of_days_is_kept_once_and_reads_the_same(engine: AsyncEngine) -> None:
    store = DayRanges(engine)
    assert await store.add(DAYS)
    assert not await store.add(dataclasses.replace(DAYS, id="d2")), "the same delivery"
    assert await store.unfinished() == (DAYS,)
    assert await store.lease("d1", ONE, now=NOON)
    assert not await store.lease("d1", OTHER, now=NOON)


async def test_what_is_asked_meanwhile_is_not_written_over(engine: AsyncEngine) -> None:
    store = DayRanges(engine)
    await store.add(DAYS)
    assert await store.ask_stop("d1", by=ANA)
    assert not await store.ask_stop("d1", by=ANA), "once"
    assert not await store.ask_retry("d1", by=ANA, token="r"), "it runs"
    shown = dataclasses.replace(DAYS, message=MessageTs("1.0"), end=End.STOPPED)
    await store.save(shown)
    assert not await store.ask_stop("d1", by=ANA), "it is over"
    assert await store.ask_retry("d1", by=ANA, token="r")
    await store.save(shown)
    found = await store.get("d1")
    assert found is not None
    assert (found.end, found.stop_by, found.retry_token) == (None, None, "r"), "it goes on"
    await store.retry_told("d1")
    await store.save(dataclasses.replace(shown, end=End.DONE))
    assert await store.unfinished() == ()
    assert not await store.ask_retry("d1", by=ANA, token="s"), "it went well"


async def test_what_sagemaker_would_not_start_is_started_again(engine: AsyncEngine) -> None:
    executions = Executions(engine)
    run = dataclasses.replace(FOLLOWED, days="d1", progress=Progress.REFUSED, failure="no right")
    await executions.add(run)
    assert await executions.of_days("d1") == (run,)
    assert await executions.ask_again("e1", at=NOON)
    assert not await executions.ask_again("e1", at=NOON)
    (again,) = await executions.unfinished()
    assert (again.progress, again.failure, again.token) == (Progress.REQUESTED, None, run.token)
