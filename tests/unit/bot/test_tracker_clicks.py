"""Stop and Retry, as they are carried out."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.executions import Progress
from core.domain import ChannelId, ExecutionStatus, MessageTs
from core.errors import NotPermittedError, UnavailableError
from core.messages import say
from tests.unit.bot.tracking import ANA, BEN, FakeSageMaker, World

CARD = (ChannelId("C0DAILY"), MessageTs("1.0"))


async def test_a_stop_is_carried_out_once_however_many_ask(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    followed = await world.begun()
    asked = await asyncio.gather(
        world.tracker.stop(followed, by=ANA), world.tracker.stop(followed, by=BEN)
    )
    assert sorted(asked) == [False, True]
    await world.follow()
    assert world.sagemaker.stops == 1
    assert world.shown()[-1] == "Stopped"
    assert not await world.tracker.stop(followed, by=BEN), "it has ended"


async def test_a_stop_asked_for_while_sagemaker_is_silent_comes_after_the_start(
    engine: AsyncEngine,
) -> None:
    world = World(engine, FakeSageMaker())
    world.sagemaker.error = UnavailableError(say("AWS does not answer."))
    followed = await world.begun()
    assert await world.tracker.stop(followed, by=ANA)
    world.sagemaker.error = None
    world.tracker = world.restart()
    await world.follow()
    assert (world.sagemaker.starts, world.sagemaker.stops) == (1, 1)
    assert world.shown() == ["Stopped"]


async def test_a_stop_that_sagemaker_refuses_is_told_and_can_be_asked_again(
    engine: AsyncEngine,
) -> None:
    world = World(engine, FakeSageMaker())
    followed = await world.begun()
    world.sagemaker.stop_error = NotPermittedError(say("AWS does not let me do this."))
    assert await world.tracker.stop(followed, by=BEN)
    (told,) = world.slack.said("chat.postEphemeral")
    assert told["user"] == "U0BEN"
    assert "It was not stopped: AWS does not let me do this." in told["text"]
    world.sagemaker.stop_error = None
    assert await world.tracker.stop(followed, by=BEN)
    assert world.sagemaker.stops == 2


async def test_following_writes_no_stop_over_that_was_asked_meanwhile(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    followed = await world.begun()
    assert await world.store.ask_stop(followed.id, by=ANA)
    await world.store.save(followed)  # by a look that began before
    stored = await world.store.get(followed.id)
    assert stored is not None
    assert stored.stop_by == ANA


async def test_a_retry_goes_on_on_the_card_that_was_clicked(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.FAILED))
    followed = await world.begun()
    assert await world.tracker.retry(followed, by=BEN, token="r" * 64, card=CARD)
    assert world.sagemaker.retries == ["r" * 64]
    assert not await world.tracker.retry(followed, by=ANA, token="s" * 64, card=CARD)
    stored = await world.store.get(followed.id)
    assert stored is not None
    assert (stored.progress, stored.retry_by) == (Progress.STARTED, BEN)
    assert (stored.channel, stored.message) == CARD
    assert world.slack.said("chat.update")[-1]["ts"] == "1.0"


async def test_a_click_on_retry_counts_as_soon_as_the_card_shows_it(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.EXECUTING, ExecutionStatus.FAILED))
    followed = await world.begun()
    clicks: list[asyncio.Task[bool]] = []

    def shown(_arguments: dict[str, Any]) -> dict[str, Any]:
        retry = world.tracker.retry(followed, by=BEN, token="r" * 64, card=CARD)
        clicks.append(asyncio.ensure_future(retry))
        return {"ts": "1.0"}

    world.slack.answers["chat.update"] = shown
    await world.tracker.follow_once()
    assert await clicks[0]
    await world.tracker.follow_once()
    assert world.sagemaker.retries == ["r" * 64]
    stored = await world.store.get(followed.id)
    assert stored is not None
    assert stored.status is ExecutionStatus.EXECUTING


async def test_a_retry_that_the_bot_died_over_is_told_to_sagemaker_after_it(
    engine: AsyncEngine,
) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.FAILED))
    followed = await world.begun()
    assert await world.store.ask_retry(followed.id, by=BEN, token="r" * 64, card=CARD)
    world.tracker = world.restart()
    await world.tracker.follow_once()
    await world.tracker.follow_once()
    assert world.sagemaker.retries == ["r" * 64], "once"


async def test_a_retry_that_sagemaker_refuses_is_told_and_it_stays_failed(
    engine: AsyncEngine,
) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.FAILED))
    followed = await world.begun()
    world.sagemaker.retry_error = NotPermittedError(say("AWS does not let me do this."))
    assert await world.tracker.retry(followed, by=BEN, token="r" * 64, card=CARD)
    (told,) = world.slack.said("chat.postEphemeral")
    assert "It was not tried again: AWS does not let me do this." in told["text"]
    assert await world.store.unfinished() == ()


async def test_what_went_well_is_not_tried_again(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.SUCCEEDED))
    followed = await world.begun()
    assert not await world.tracker.retry(followed, by=BEN, token="r" * 64, card=CARD)
    assert world.sagemaker.retries == []
