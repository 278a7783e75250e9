from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.following import RefusedError
from bot.slack.calls import SlackRefusedError
from bot.store.executions import CLAIM, Executions, Followed, Progress
from bot.store.leases import NOBODYS
from core.domain import ExecutionStatus
from core.errors import NotFoundError, UnavailableError
from core.messages import say
from tests.unit.bot.tracking import ARN, FOLLOWED, NOON, FakeSageMaker, World


async def test_a_card_is_posted_and_edited_until_the_end(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.EXECUTING, ExecutionStatus.SUCCEEDED))
    await world.tracker.begin(FOLLOWED)
    await world.follow()
    assert world.shown() == ["Executing", "Succeeded"]
    stored = await world.store.get("e1")
    assert stored is not None
    assert stored.progress is Progress.ENDED


async def test_a_card_is_edited_only_when_something_changed(engine: AsyncEngine) -> None:
    same = [ExecutionStatus.EXECUTING] * 5
    world = World(engine, FakeSageMaker(*same, ExecutionStatus.FAILED))
    await world.tracker.begin(FOLLOWED)
    await world.follow()
    assert world.shown() == ["Executing", "Failed"]


async def test_the_same_delivery_begins_once(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.SUCCEEDED))
    again = dataclasses.replace(FOLLOWED, id="e2")
    begun = await asyncio.gather(world.tracker.begin(FOLLOWED), world.tracker.begin(again))
    assert sum(each is not None for each in begun) == 1
    assert world.sagemaker.starts == 1


async def test_another_replica_leaves_what_was_just_begun_alone(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    other = world.restart("two")

    class Watched(Executions):
        """Another replica looks as soon as a row is there."""

        async def add(self, followed: Followed, lease: Mapping[str, Any] = NOBODYS) -> bool:
            added = await super().add(followed, lease)
            await other.follow_once()
            return added

    world.store = Watched(engine)
    await world.restart().begin(FOLLOWED)
    assert world.sagemaker.starts == 1
    assert world.shown() == ["Executing"]


async def test_what_ended_since_the_look_is_not_followed_again(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.SUCCEEDED))

    class Slow(Executions):
        """Gives the rows as they were before somebody else went on with them."""

        async def unfinished(self) -> tuple[Followed, ...]:
            rows = await super().unfinished()
            await world.tracker.follow_once()
            return rows

    await world.store.add(FOLLOWED)
    world.store = Slow(engine)
    await world.restart().follow_once()
    assert world.sagemaker.starts == 1
    assert world.shown() == ["Succeeded"]


async def test_a_bot_killed_before_the_start_starts_it_again(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.SUCCEEDED))
    await world.store.add(FOLLOWED)
    await world.follow()
    assert world.sagemaker.tokens == {FOLLOWED.token}
    assert world.shown() == ["Succeeded"]


async def test_a_bot_killed_between_start_and_card_posts_the_card(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.SUCCEEDED))
    started = dataclasses.replace(FOLLOWED, arn=ARN, progress=Progress.STARTED)
    await world.store.add(started)
    await world.follow()
    assert world.sagemaker.starts == 0
    assert world.shown() == ["Succeeded"]


async def test_a_card_that_slack_has_already_is_not_posted_twice(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.SUCCEEDED))
    started = dataclasses.replace(FOLLOWED, arn=ARN, progress=Progress.STARTED)
    await world.store.add(started)
    world.slack.answers["conversations.history"] = lambda _: {
        "messages": [
            {
                "ts": "5.5",
                "metadata": {
                    "event_type": "mlpipe_delivery",
                    "event_payload": {"delivery": "e1"},
                },
            }
        ]
    }
    await world.follow()
    assert not world.slack.said("chat.postMessage")
    (edit,) = world.slack.said("chat.update")
    assert (edit["ts"], edit["text"]) == ("5.5", "Succeeded")


async def test_what_sagemaker_refuses_is_told_and_not_tried_again(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    world.sagemaker.error = NotFoundError(say("There is no such pipeline."))
    with pytest.raises(RefusedError, match="no such pipeline"):
        await world.tracker.begin(FOLLOWED)
    assert await world.store.unfinished() == ()
    assert world.shown() == []


async def test_while_sagemaker_is_silent_the_start_is_kept(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.SUCCEEDED))
    world.sagemaker.error = UnavailableError(say("AWS does not answer."))
    begun = await world.tracker.begin(FOLLOWED)
    assert begun is not None
    assert begun.arn is None
    world.sagemaker.error = None
    await world.follow()
    assert world.shown() == ["Succeeded"]


async def test_while_slack_is_silent_what_started_is_known_as_started(
    engine: AsyncEngine,
) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.EXECUTING, ExecutionStatus.SUCCEEDED))

    def silent(_arguments: object) -> dict[str, object]:
        raise UnavailableError(say("Slack does not answer."))

    world.slack.answers["chat.postMessage"] = silent
    begun = await world.tracker.begin(FOLLOWED)
    assert begun is not None
    assert begun.arn == ARN
    del world.slack.answers["chat.postMessage"]
    await world.follow()
    assert world.shown()[-1] == "Succeeded"


async def test_a_card_whose_answer_was_lost_is_not_posted_twice(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.EXECUTING, ExecutionStatus.SUCCEEDED))
    world.slack.lose_answers()
    await world.tracker.begin(FOLLOWED)
    await world.follow()
    assert world.shown() == ["Executing", "Succeeded"]


async def test_a_start_is_given_up_when_sagemaker_stays_silent(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    world.sagemaker.error = UnavailableError(say("AWS does not answer."))
    await world.tracker.begin(FOLLOWED)
    world.clock.time = NOON + dt.timedelta(minutes=11)
    await world.follow()
    (told,) = world.slack.said("chat.postEphemeral")
    assert told["user"] == "U0ANA"
    assert "AWS does not answer" in told["text"]


async def test_a_deleted_card_does_not_stop_the_following(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.EXECUTING, ExecutionStatus.SUCCEEDED))

    def deleted(_arguments: object) -> dict[str, object]:
        raise SlackRefusedError("chat.update", "message_not_found")

    world.slack.answers["chat.update"] = deleted
    await world.tracker.begin(FOLLOWED)
    await world.follow()
    stored = await world.store.get("e1")
    assert stored is not None
    assert (stored.progress, stored.channel) == (Progress.ENDED, None)


async def test_what_sagemaker_knows_no_more_is_followed_no_more(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    await world.tracker.begin(FOLLOWED)
    world.sagemaker.blind = NotFoundError(say("There is no such pipeline."))
    await world.follow()
    assert world.shown() == ["Executing", "lost: There is no such pipeline."]
    stored = await world.store.get("e1")
    assert stored is not None
    assert (stored.progress, stored.failure) == (Progress.ENDED, "There is no such pipeline.")


async def test_what_was_started_elsewhere_is_known_by_what_it_was_started_with(
    engine: AsyncEngine,
) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.FAILED))
    world.sagemaker.parameters = {"Day": "2013-06-28"}
    claimed = dataclasses.replace(
        FOLLOWED,
        token=f"{CLAIM}x",
        arn=ARN,
        progress=Progress.STARTED,
        parameters={},
        asked_by=None,
    )
    await world.store.add(claimed)
    await world.follow()
    stored = await world.store.get(claimed.id)
    assert stored is not None
    assert stored.parameters == {"Day": "2013-06-28"}
    assert world.shown() == ["Failed"]


async def test_what_fails_unexpectedly_is_tried_again_ever_later(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    await world.tracker.begin(FOLLOWED)
    world.sagemaker.looks, world.sagemaker.blind = 0, RuntimeError("a bug")
    for second in range(0, 3600, 2):
        world.seconds = float(second)
        await world.tracker.follow_once()
    assert world.sagemaker.looks == 19, "after 2, 4, 8 … seconds, at last every five minutes"
    world.sagemaker.blind = None
    world.seconds += 300.0
    await world.tracker.follow_once()
    await world.tracker.follow_once()
    assert world.sagemaker.looks == 21, "what works again is looked at every time"
