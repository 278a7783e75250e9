from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.patience import Patience
from bot.slack.calls import SlackRefusedError
from bot.store.executions import Executions, Followed, Progress
from bot.store.leases import NOBODYS, Holder
from bot.tracker import RefusedError, Tracker
from core.domain import (
    ChannelId,
    EnvironmentName,
    Execution,
    ExecutionArn,
    ExecutionStatus,
    Kind,
    MessageTs,
    Person,
    PipelineName,
    TeamId,
    UserId,
)
from core.errors import NotFoundError, NotPermittedError, UnavailableError
from core.messages import Sentence, Translator, say
from reports.message import Message
from tests.unit.bot.fakes import FakeSlack, FixedClock, message

NOON = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)
ARN = ExecutionArn("arn:aws:sagemaker:us-east-1:1:pipeline/p/execution/abc")
FOLLOWED = Followed(
    id="e1",
    token="t" * 64,
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("experiment"),
    kind=Kind.TRAIN,
    parameters={"Day": "2013-06-28"},
    requested_at=NOON,
    asked_by=Person(TeamId("T0"), UserId("U0ANA")),
    channel=ChannelId("C0DAILY"),
)


class FakeSageMaker:
    """Starts by token, and goes through the statuses that a test gives."""

    def __init__(self, *statuses: ExecutionStatus) -> None:
        self.tokens: set[str] = set()
        self.starts = 0
        self.looks = 0
        self.error: Exception | None = None
        self.blind: Exception | None = None
        """What it answers when it is asked how an execution stands."""
        self.stops = 0
        self.stop_error: Exception | None = None
        self.retries: list[str] = []
        self.retry_error: Exception | None = None
        self._statuses: Iterator[ExecutionStatus] = iter(statuses)
        self._status = ExecutionStatus.EXECUTING

    async def start(self, followed: Followed) -> ExecutionArn:
        if self.error is not None:
            raise self.error
        self.starts += 1
        self.tokens.add(followed.token)
        return ARN

    async def describe(self, _followed: Followed) -> Execution:
        self.looks += 1
        if self.blind is not None:
            raise self.blind
        self._status = next(self._statuses, self._status)
        return Execution(arn=ARN, sagemaker_pipeline="p", status=self._status, started=NOON)

    async def stop(self, _followed: Followed) -> None:
        self.stops += 1
        if self.stop_error is not None:
            raise self.stop_error
        self._status = ExecutionStatus.STOPPED

    async def retry(self, followed: Followed) -> None:
        assert followed.retry_token is not None
        self.retries.append(followed.retry_token)
        if self.retry_error is not None:
            raise self.retry_error
        self._status = ExecutionStatus.EXECUTING


class StatusCards:
    """A card that says the status."""

    async def compose(self, _followed: Followed, execution: Execution) -> Message:
        return message(execution.status)

    def lost(self, _followed: Followed, why: Sentence) -> Message:
        return message(f"lost: {Translator().plain(why)}")


class FakeFailures:
    """Remembers what it was to tell."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ExecutionStatus]] = []

    async def tell_failure(self, followed: Followed, execution: Execution) -> None:
        self.told.append((followed.id, execution.status))


class World:
    """A tracker between fakes; `restart` makes another on the same database."""

    def __init__(self, engine: AsyncEngine, sagemaker: FakeSageMaker) -> None:
        self.store = Executions(engine)
        self.sagemaker = sagemaker
        self.slack = FakeSlack()
        self.failures = FakeFailures()
        self.clock = FixedClock(NOON)
        self.seconds = 0.0
        self.tracker = self.restart()

    def restart(self, owner: str = "one") -> Tracker:
        return Tracker(
            store=self.store,
            starter=self.sagemaker,
            cards=StatusCards(),
            failures=self.failures,
            gateway=self.slack.gateway(),
            clock=self.clock,
            holder=Holder(owner, dt.timedelta(seconds=60)),
            translator=Translator(),
            poll_seconds=0.0,
            patience=Patience(monotonic=lambda: self.seconds),
        )

    async def follow(self) -> None:
        """Let the tracker go on until nothing is left to do."""
        for _ in range(20):
            if not await self.tracker.follow_once():
                return
        raise AssertionError("it never ended")

    def shown(self) -> list[str]:
        posted = [call["text"] for call in self.slack.said("chat.postMessage")]
        return posted + [call["text"] for call in self.slack.said("chat.update")]


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


ANA = Person(TeamId("T0"), UserId("U0ANA"))
BEN = Person(TeamId("T0"), UserId("U0BEN"))
CARD = (ChannelId("C0DAILY"), MessageTs("1.0"))


async def begun(world: World) -> Followed:
    followed = await world.tracker.begin(FOLLOWED)
    assert followed is not None
    return followed


async def test_a_stop_is_carried_out_once_however_many_ask(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker())
    followed = await begun(world)
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
    followed = await begun(world)
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
    followed = await begun(world)
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
    followed = await begun(world)
    assert await world.store.ask_stop(followed.id, by=ANA)
    await world.store.save(followed)  # by a look that began before
    stored = await world.store.get(followed.id)
    assert stored is not None
    assert stored.stop_by == ANA


async def test_a_retry_goes_on_on_the_card_that_was_clicked(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.FAILED))
    followed = await begun(world)
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
    followed = await begun(world)
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
    followed = await begun(world)
    assert await world.store.ask_retry(followed.id, by=BEN, token="r" * 64, card=CARD)
    world.tracker = world.restart()
    await world.tracker.follow_once()
    await world.tracker.follow_once()
    assert world.sagemaker.retries == ["r" * 64], "once"


async def test_a_retry_that_sagemaker_refuses_is_told_and_it_stays_failed(
    engine: AsyncEngine,
) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.FAILED))
    followed = await begun(world)
    world.sagemaker.retry_error = NotPermittedError(say("AWS does not let me do this."))
    assert await world.tracker.retry(followed, by=BEN, token="r" * 64, card=CARD)
    (told,) = world.slack.said("chat.postEphemeral")
    assert "It was not tried again: AWS does not let me do this." in told["text"]
    assert await world.store.unfinished() == ()


async def test_what_went_well_is_not_tried_again(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.SUCCEEDED))
    followed = await begun(world)
    assert not await world.tracker.retry(followed, by=BEN, token="r" * 64, card=CARD)
    assert world.sagemaker.retries == []


async def test_who_asked_is_told_of_the_end_once(engine: AsyncEngine) -> None:
    world = World(engine, FakeSageMaker(ExecutionStatus.EXECUTING, ExecutionStatus.FAILED))
    await begun(world)
    await world.follow()
    assert world.failures.told == [("e1", ExecutionStatus.FAILED)]
