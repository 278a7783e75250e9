from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.heard import Heard
from bot.lookout import Lookout
from bot.store.executions import Executions, Progress
from bot.store.leases import Holder
from core.domain import (
    ChannelId,
    EnvironmentName,
    Execution,
    ExecutionArn,
    ExecutionStatus,
    Kind,
    PipelineName,
)
from core.errors import NotFoundError, UnavailableError
from core.follows import Follow, FollowKey
from core.messages import say
from tests.unit.bot.fakes import FixedClock
from tests.unit.bot.tracking import ANA, ARN, FOLLOWED, NOON

ONE, OTHER = ChannelId("C0ONE"), ChannelId("C0OTHER")
MINUTE = dt.timedelta(minutes=1)


def follow(channel: ChannelId) -> Follow:
    return Follow(FollowKey(channel, FOLLOWED.pipeline, FOLLOWED.environment), since=NOON)


def execution(
    name: str = "x1",
    status: ExecutionStatus = ExecutionStatus.EXECUTING,
    *,
    started: dt.datetime = NOON,
    display_name: str = "",
) -> Execution:
    return Execution(
        arn=ExecutionArn(f"arn:aws:sagemaker:us-east-1:1:pipeline/p/execution/{name}"),
        sagemaker_pipeline="p",
        status=status,
        started=started,
        display_name=display_name,
    )


class Lists:
    """What SageMaker lists of Train; and how often it was asked."""

    def __init__(self, *executions: Execution) -> None:
        self.executions = executions
        self.asked: list[Kind] = []
        self.error: Exception | None = None

    async def since(
        self, _pipeline: PipelineName, _environment: EnvironmentName, kind: Kind, _at: dt.datetime
    ) -> tuple[Execution, ...]:
        self.asked.append(kind)
        await asyncio.sleep(0)
        if kind is Kind.EVALUATE:
            raise NotFoundError(say("There is no such pipeline."))
        if self.error is not None:
            raise self.error
        return self.executions


class Fixed:
    """Follows that never change."""

    def __init__(self, *follows: Follow) -> None:
        self._follows = follows

    async def all(self) -> tuple[Follow, ...]:
        return self._follows


def lookout(engine: AsyncEngine, lists: Lists, *follows: Follow, owner: str = "one") -> Lookout:
    return Lookout(
        source=lists,
        store=Executions(engine),
        follows=Fixed(*follows),
        heard=Heard({}),
        holder=Holder(owner, dt.timedelta(seconds=60)),
        clock=FixedClock(NOON),
    )


async def test_each_channel_that_follows_gets_one_card_however_many_replicas_look(
    engine: AsyncEngine,
) -> None:
    lists = Lists(execution("x1"), execution("x2"))
    both = (follow(ONE), follow(OTHER))
    sights = await asyncio.gather(
        *(lookout(engine, lists, *both, owner=name).look([]) for name in ("one", "two", "three"))
    )
    claimed = [(row.channel, row.arn) for sight in sights for row in sight.claimed]
    assert len(claimed) == len(set(claimed)) == 4
    rows = await Executions(engine).unfinished()
    assert all(row.elsewhere and row.asked_by is None for row in rows)
    again = await lookout(engine, lists, *both).look(rows)
    assert again.claimed == ()


async def test_what_ended_before_a_channel_follows_gets_no_card(engine: AsyncEngine) -> None:
    before, since = NOON - MINUTE, NOON + MINUTE
    lists = Lists(
        execution("ended", ExecutionStatus.FAILED, started=before),
        execution("runs", started=before),
        execution("brief", ExecutionStatus.SUCCEEDED, started=since),
    )
    sight = await lookout(engine, lists, follow(ONE)).look([])
    assert sorted(str(row.arn).rsplit("/", 1)[-1] for row in sight.claimed) == ["brief", "runs"]


async def test_what_was_begun_from_the_same_channel_has_its_card_already(
    engine: AsyncEngine,
) -> None:
    store = Executions(engine)
    own = dataclasses.replace(FOLLOWED, arn=ARN, progress=Progress.STARTED, channel=ONE)
    await store.add(own)
    lists = Lists(dataclasses.replace(execution(), arn=ARN))
    sight = await lookout(engine, lists, follow(ONE), follow(OTHER)).look([own])
    assert [row.channel for row in sight.claimed] == [OTHER]


async def test_what_the_bot_is_starting_at_this_moment_is_not_claimed(
    engine: AsyncEngine,
) -> None:
    store = Executions(engine)
    await store.add(dataclasses.replace(FOLLOWED, id="0123456789ab", channel=ONE))
    lists = Lists(execution(display_name="flights-2013-06-28-01234567"))
    assert (await lookout(engine, lists, follow(ONE)).look([])).claimed == ()


async def test_what_was_tried_again_elsewhere_goes_on_once_two_lists_say_so(
    engine: AsyncEngine,
) -> None:
    store = Executions(engine)
    failed = dataclasses.replace(
        FOLLOWED, arn=ARN, progress=Progress.ENDED, status=ExecutionStatus.FAILED, channel=ONE
    )
    await store.add(failed)
    ended, runs = (
        dataclasses.replace(execution(), arn=ARN, status=status)
        for status in (ExecutionStatus.FAILED, ExecutionStatus.EXECUTING)
    )
    lists = Lists(ended)
    looks = lookout(engine, lists, follow(ONE))
    await looks.look([])
    lists.executions = (runs,)
    await looks.look([])
    assert await store.unfinished() == ()
    await looks.look([])
    (revived,) = await store.unfinished()
    assert (revived.id, revived.status) == (failed.id, ExecutionStatus.EXECUTING)


async def test_what_was_tried_again_and_ended_between_two_looks_is_looked_at_once_more(
    engine: AsyncEngine,
) -> None:
    store = Executions(engine)
    stopped = dataclasses.replace(
        FOLLOWED, arn=ARN, progress=Progress.ENDED, status=ExecutionStatus.STOPPED, channel=ONE
    )
    await store.add(stopped)
    lists = Lists(dataclasses.replace(execution(), arn=ARN, status=ExecutionStatus.STOPPED))
    looks = lookout(engine, lists, follow(ONE))
    for _ in range(2):
        await looks.look([])
    assert await store.unfinished() == ()
    lists.executions = (
        dataclasses.replace(execution(), arn=ARN, status=ExecutionStatus.SUCCEEDED),
    )
    for _ in range(2):
        await looks.look([])
    assert [row.id for row in await store.unfinished()] == [stopped.id]


async def test_a_retry_from_one_card_has_the_cards_in_other_channels_go_on(
    engine: AsyncEngine,
) -> None:
    store = Executions(engine)
    first, second, stranger = (
        dataclasses.replace(
            FOLLOWED,
            id=name,
            token=name,
            arn=ARN if name != "stranger" else ExecutionArn(f"{ARN}0"),
            progress=Progress.ENDED,
            status=ExecutionStatus.STOPPED,
        )
        for name in ("first", "second", "stranger")
    )
    for each in (first, second, stranger):
        await store.add(each)
    await store.ask_retry(first.id, by=ANA, token="again", card=(ONE, None))
    await store.retry_told(first)
    assert {row.id for row in await store.unfinished()} == {"first", "second"}


async def test_a_pipeline_that_is_not_there_is_asked_for_seldom(engine: AsyncEngine) -> None:
    lists = Lists()
    looks = lookout(engine, lists, follow(ONE))
    for _ in range(5):
        await looks.look([])
    assert lists.asked.count(Kind.EVALUATE) == 1
    assert lists.asked.count(Kind.TRAIN) == 5, "one list a pipeline and round"


async def test_while_sagemaker_is_silent_nothing_is_claimed_and_nothing_breaks(
    engine: AsyncEngine,
) -> None:
    lists = Lists(execution())
    lists.error = UnavailableError(say("AWS is silent."))
    looks = lookout(engine, lists, follow(ONE))
    assert (await looks.look([])).claimed == ()
    lists.error = None
    assert len((await looks.look([])).claimed) == 1


async def test_without_follows_and_executions_nothing_is_asked(engine: AsyncEngine) -> None:
    lists = Lists()
    await lookout(engine, lists).look([])
    assert lists.asked == []
