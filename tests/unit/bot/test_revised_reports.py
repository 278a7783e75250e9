"""What is said below a report once its day's labels have matured: once, and where it stands."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.revised_reports import LOOK_EVERY
from bot.store.daily import DailyKey, DailyState, Task
from core.domain import MessageTs
from core.errors import UnavailableError
from core.evidence.alarms import ALARMS_A_DAY
from core.messages import say
from core.subscriptions import Charts, Content
from tests.unit.bot.mornings import AT_EIGHT, HOTELS_AT_EIGHT, World, report_key

REPORT = report_key()
REVISION = dataclasses.replace(REPORT, task=Task.REVISION)
BELOW = MessageTs("1371.000001")


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    """A world in which a report stands in its channel and its day was scored again."""
    world = World(engine)
    await world.works.begin(REPORT, REVISION, at=world.clock.time)
    await _save(world, REPORT, message=BELOW)
    return world


async def _save(
    world: World, key: DailyKey, *, message: MessageTs, budget: float | None = None
) -> None:
    work = await world.works.get(key)
    assert work is not None
    done = dataclasses.replace(work, state=DailyState.DONE, message=message, budget=budget)
    await world.works.save(done)


async def state(world: World) -> DailyState:
    work = await world.works.get(REVISION)
    assert work is not None
    return work.state


def posted(world: World) -> list[dict[str, Any]]:
    return world.slack.said("chat.postMessage")


async def test_it_is_said_in_the_reports_thread_once(world: World) -> None:
    for _ in range(3):
        await world.revising("one").advance()
    (said,) = posted(world)
    assert (said["thread_ts"], said["text"]) == (BELOW, "As known now …")
    assert said["metadata"]["event_payload"]["delivery"] == str(REVISION)
    assert await state(world) is DailyState.DONE


async def test_it_is_judged_as_the_report_was(world: World) -> None:
    """A change from a verdict that nobody was told would be news of nothing."""
    mine = dataclasses.replace(AT_EIGHT, metrics=("auc",), charts=Charts.NATIVE, language="ja")
    world.subscribe(mine, HOTELS_AT_EIGHT)
    await world.revising("one").advance()
    (((facts,), form),) = world.drawn
    assert facts.budget == ALARMS_A_DAY / 2
    assert (facts.leading, facts.charts) == (("auc",), Charts.NATIVE)
    assert form.language == "ja"


async def test_the_budget_is_that_of_the_report_whatever_the_channel_hears_of_since(
    world: World,
) -> None:
    await _save(world, REPORT, message=BELOW, budget=ALARMS_A_DAY / 12)
    world.subscribe(AT_EIGHT, HOTELS_AT_EIGHT)
    await world.revising("one").advance()
    (((facts,), _),) = world.drawn
    assert facts.budget == ALARMS_A_DAY / 12


async def test_who_takes_it_over_looks_in_the_thread_first(world: World) -> None:
    """The one before may have posted it and died."""
    held = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=6)
    one = world.revising("one")
    await world.works.take(REVISION, one._holder, now=held)
    there = {"event_type": "mlpipe_delivery", "event_payload": {"delivery": str(REVISION)}}
    world.slack.answers["conversations.replies"] = lambda asked: {
        "messages": [{"ts": "1371.5", "metadata": there}] if asked["ts"] == BELOW else []
    }
    await world.revising("two").advance()
    assert posted(world) == []
    assert await state(world) is DailyState.DONE


async def test_of_two_replicas_one_says_it(world: World) -> None:
    one, two = world.revising("one"), world.revising("two")
    await world.works.take(REVISION, one._holder, now=dt.datetime.now(dt.UTC))
    await two.advance()
    assert posted(world) == []
    await one.advance()
    assert len(posted(world)) == 1


async def test_a_failure_rests_for_a_while_and_is_given_up_after_a_day(world: World) -> None:
    world.slack.answers["conversations.info"] = lambda _: {
        "channel": {"is_ext_shared": True, "is_member": True}
    }
    revising = world.revising("one")
    await revising.advance()
    await revising.advance()
    assert len(world.slack.said("conversations.info")) == 1
    world.clock.time += dt.timedelta(days=1, minutes=1)
    await revising.advance()
    assert await state(world) is DailyState.FAILED
    assert posted(world) == []


async def test_who_unsubscribed_meanwhile_hears_nothing(world: World) -> None:
    world.subscribe()
    await world.revising("one").advance()
    assert posted(world) == []
    assert await state(world) is DailyState.FAILED


async def test_a_weekly_digest_is_not_answered(world: World) -> None:
    world.subscribe(dataclasses.replace(AT_EIGHT, content=Content.WEEKLY))
    await world.revising("one").advance()
    assert posted(world) == []
    assert await state(world) is DailyState.DONE


async def test_a_day_that_somebody_else_scored_again_is_told_too(engine: AsyncEngine) -> None:
    """The team's own scheduler, or a failed Evaluate that somebody had tried again."""
    world = World(engine)
    await world.works.begin(REPORT, at=world.clock.time)
    await _save(world, REPORT, message=BELOW)
    revising = world.revising("one")
    await revising.advance()
    assert posted(world) == []
    world.ripe.again = {REPORT.day}
    for _ in range(3):
        world.clock.time += LOOK_EVERY
        await revising.advance()
    (said,) = posted(world)
    assert said["thread_ts"] == BELOW


async def test_what_is_not_known_to_be_scored_again_holds_no_answer_up(world: World) -> None:
    world.ripe.failure = UnavailableError(say("no answer"))
    await world.revising("one").advance()
    assert len(posted(world)) == 1
