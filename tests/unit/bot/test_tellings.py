"""What one person has to be told, however often the bot dies over it or Slack does not answer."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.following import TELL_PATIENCE
from bot.store.executions import Executions, Followed, Progress
from core.domain import ChannelId, ExecutionStatus, MessageTs
from core.errors import NotPermittedError, UnavailableError
from core.messages import say
from tests.unit.bot.tracking import BEN, FOLLOWED, FakeSageMaker, World

CARD = (ChannelId("C0DAILY"), MessageTs("1.0"))
FAILED = ("e1", ExecutionStatus.FAILED)
SILENT = UnavailableError(say("Slack does not answer."))


class Killed(BaseException):
    """The process ends here, and puts nothing in order."""


class KilledAtTheEnd(Executions):
    """Dies before it has noted that an execution is over and told."""

    async def save(self, followed: Followed) -> None:
        if followed.progress in {Progress.ENDED, Progress.REFUSED}:
            raise Killed
        await super().save(followed)


class KilledOverAStop(Executions):
    """Dies before it has noted that somebody was told that nothing is stopped."""

    async def drop_stop(self, _identifier: str) -> None:
        raise Killed


def failing(engine: AsyncEngine) -> World:
    return World(engine, FakeSageMaker(ExecutionStatus.EXECUTING, ExecutionStatus.FAILED))


async def dies(world: World) -> None:
    """The bot looks, is killed by it, and another takes its place."""
    with pytest.raises(Killed):
        await world.tracker.follow_once()
    world.store = Executions(world.engine)
    world.failures.error = None
    world.tracker = world.restart()


async def progress_of(world: World) -> Progress:
    stored = await world.store.get(FOLLOWED.id)
    assert stored is not None
    return stored.progress


async def test_who_asked_is_told_of_the_end_once(engine: AsyncEngine) -> None:
    world = failing(engine)
    await world.begun()
    await world.follow()
    assert world.failures.told == [FAILED]


async def test_a_bot_killed_between_the_card_and_telling_why_tells_it_after_its_start(
    engine: AsyncEngine,
) -> None:
    world = failing(engine)
    await world.begun()
    world.failures.error = Killed()
    await dies(world)
    await world.follow()
    assert world.failures.told == [FAILED]
    assert world.shown() == ["Executing", "Failed"], "the card stood already"


async def test_a_bot_killed_right_after_telling_why_tells_it_again_and_never_a_third_time(
    engine: AsyncEngine,
) -> None:
    world = failing(engine)
    await world.begun()
    world.store = KilledAtTheEnd(engine)
    world.tracker = world.restart()
    await dies(world)
    await world.follow()
    await world.tracker.follow_once()
    assert world.failures.told == [FAILED, FAILED]


async def test_while_it_cannot_be_told_it_is_tried_ever_later_and_not_lost(
    engine: AsyncEngine,
) -> None:
    world = failing(engine)
    await world.begun()
    world.failures.error = SILENT
    looks = []
    for second in range(0, 60, 2):
        world.seconds = float(second)
        before = world.sagemaker.looks
        await world.tracker.follow_once()
        looks += [second] * (world.sagemaker.looks - before)
    assert looks == [0, 2, 6, 14, 30]
    world.failures.error = None
    world.seconds = 62.0
    await world.follow()
    assert world.failures.told == [FAILED]
    assert await progress_of(world) is Progress.ENDED


async def test_what_cannot_be_told_for_an_hour_is_followed_no_more(engine: AsyncEngine) -> None:
    world = failing(engine)
    await world.begun()
    world.failures.error = SILENT
    await world.tracker.follow_once()
    assert await progress_of(world) is Progress.STARTED
    world.clock.time += TELL_PATIENCE
    world.seconds += 2.0
    await world.tracker.follow_once()
    assert await progress_of(world) is Progress.ENDED


async def test_a_retry_is_not_kept_waiting_by_what_could_not_be_told(engine: AsyncEngine) -> None:
    world = failing(engine)
    followed = await world.begun()
    world.failures.error = SILENT
    await world.tracker.follow_once()
    assert await world.tracker.retry(followed, by=BEN, token="r" * 64, card=CARD)
    assert world.sagemaker.retries == ["r" * 64]


async def test_a_bot_killed_over_a_start_that_is_refused_late_tells_who_asked(
    engine: AsyncEngine,
) -> None:
    world = World(engine, FakeSageMaker())
    world.sagemaker.error = UnavailableError(say("AWS does not answer."))
    await world.begun()
    world.sagemaker.error = NotPermittedError(say("AWS does not let me do this."))
    world.store = KilledAtTheEnd(engine)
    world.tracker = world.restart()
    await dies(world)
    await world.follow()
    told = world.slack.said("chat.postEphemeral")
    assert [each["user"] for each in told] == ["U0ANA", "U0ANA"], "once by each bot"
    assert "could not be started: AWS does not let me do this." in told[-1]["text"]
    assert await progress_of(world) is Progress.REFUSED


async def test_a_bot_killed_over_a_refused_stop_tells_who_asked_for_it(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    followed = await world.begun()
    world.sagemaker.stop_error = NotPermittedError(say("AWS does not let me do this."))
    assert await world.store.ask_stop(followed.id, by=BEN)
    world.store = KilledOverAStop(engine)
    world.tracker = world.restart()
    await dies(world)
    await world.tracker.follow_once()
    await world.tracker.follow_once()
    told = world.slack.said("chat.postEphemeral")
    assert [each["user"] for each in told] == ["U0BEN", "U0BEN"], "once by each bot"


async def test_a_refused_stop_is_told_when_slack_answers_again(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    followed = await world.begun()
    world.sagemaker.stop_error = NotPermittedError(say("AWS does not let me do this."))

    def silent(_arguments: object) -> dict[str, object]:
        raise SILENT

    world.slack.answers["chat.postEphemeral"] = silent
    assert await world.tracker.stop(followed, by=BEN)
    del world.slack.answers["chat.postEphemeral"]
    world.seconds += 2.0
    await world.tracker.follow_once()
    refused, told = world.slack.said("chat.postEphemeral")
    assert refused == told
    stored = await world.store.get(followed.id)
    assert stored is not None
    assert stored.stop_by is None


async def test_the_end_is_not_written_over_a_retry_on_another_copy_of_the_card(
    engine: AsyncEngine,
) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.FAILED))
    followed = await world.begun()
    copy = (ChannelId("C0OTHER"), MessageTs("7.7"))
    assert await world.store.ask_retry(followed.id, by=BEN, token="r" * 64, card=copy)
    late = dataclasses.replace(followed, status=ExecutionStatus.FAILED, progress=Progress.STARTED)
    await world.store.save(late)  # by a look that began before the click
    stored = await world.store.get(followed.id)
    assert stored is not None
    assert (stored.channel, stored.message) == copy
    assert stored.status is ExecutionStatus.EXECUTING
