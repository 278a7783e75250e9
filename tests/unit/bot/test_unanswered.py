from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.asking import Asking
from bot.store.deliveries import Deliveries
from bot.store.leases import Holder
from bot.unanswered import Unanswered
from bot.under_way import UnderWay
from core.domain import ChannelId, Person, TeamId, UserId
from core.errors import UnavailableError
from core.messages import Translator, say
from tests.unit.bot.fakes import FakeSlack

NOON = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)
OVER = dt.timedelta(seconds=-1)
"""A lease that ended when it began."""
ANA = Person(TeamId("T0"), UserId("U0ANA"))


def answering(engine: AsyncEngine, slack: FakeSlack, *, lease: dt.timedelta) -> Unanswered:
    return Unanswered(
        deliveries=Deliveries(engine, Holder("new", lease)),
        gateway=slack.gateway(),
        translator=Translator(),
    )


async def left(engine: AsyncEngine, *, said: str | None) -> None:
    """What a process that is gone acknowledged."""
    asking = Asking(ANA, "command/1", ChannelId("C0DAILY"), said=said)
    assert await Deliveries(engine, Holder("gone", OVER)).claim(asking, at=NOON)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("/mlpipe status", "`/mlpipe status` was left without an answer"),
        (None, "Your click was left without an answer"),
    ],
)
async def test_who_was_left_is_told_once_by_any_number_of_replicas(
    engine: AsyncEngine, said: str | None, words: str
) -> None:
    await left(engine, said=said)
    slack = FakeSlack()
    replicas = [answering(engine, slack, lease=dt.timedelta(minutes=1)) for _ in range(4)]
    await asyncio.gather(*(each.tell() for each in replicas))
    (whisper,) = slack.said("chat.postEphemeral")
    assert (whisper["channel"], whisper["user"]) == ("C0DAILY", "U0ANA")
    assert words in whisper["text"]


async def test_whom_slack_does_not_reach_is_told_later(engine: AsyncEngine) -> None:
    await left(engine, said="/mlpipe status")
    slack = FakeSlack()

    def away(_arguments: object) -> dict[str, object]:
        raise UnavailableError(say("Slack does not answer."))

    slack.answers["chat.postEphemeral"] = away
    await answering(engine, slack, lease=OVER).tell()
    del slack.answers["chat.postEphemeral"]
    for _ in range(2):
        await answering(engine, slack, lease=OVER).tell()
    assert len(slack.said("chat.postEphemeral")) == 2, "refused once, told once"


async def test_the_end_waits_for_what_is_under_way_and_cuts_off_what_hangs() -> None:
    under_way, go, ended = UnderWay(), asyncio.Event(), []

    async def work(name: str, until: asyncio.Event) -> None:
        with under_way.one():
            try:
                await until.wait()
            finally:
                ended.append(name)

    tasks = [
        asyncio.create_task(work("slow", go)),
        asyncio.create_task(work("hanging", asyncio.Event())),
    ]
    hurry = asyncio.Event()
    ending = asyncio.create_task(under_way.end(60, hurry=hurry))
    await asyncio.sleep(0)
    go.set()
    await tasks[0]
    assert not ending.done()
    hurry.set()
    assert await ending == 1
    assert ended == ["slow", "hanging"]
    assert len(under_way) == 0
    assert await under_way.end(60) == 0
