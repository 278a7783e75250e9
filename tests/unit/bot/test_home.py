"""When home tabs are published: once for each change, by one of many, and again after a failure."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.access import Access, Action
from bot.home import FRESH, HomePages
from bot.promotions import Promotions
from bot.slack.calls import Calls, SlackRefusedError
from bot.slack.languages import Languages
from bot.store.approvals import Approvals
from bot.store.homes import Homes
from bot.subscriptions import SubscriptionBook
from core.approvals import Approval, ApprovalId
from core.audit import Entry
from core.domain import PRODUCTION, ModelPackageArn, Person, PipelineName, TeamId, UserId
from core.errors import UnavailableError
from core.messages import say
from tests.unit.bot.fakes import FixedClock
from tests.unit.bot.mornings import World, new_york

TEAM = TeamId("T0")
ANA, BEN, CHIE = (Person(TEAM, UserId(user)) for user in ("U0ANA", "U0BEN", "U0CHIE"))


class Replicas(World):
    """Two replicas over one database and one Slack."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self.clock = FixedClock(new_york(6))
        self.approvals = Approvals(engine)
        self.slack.answers["users.info"] = lambda _: {"user": {"locale": "en-US"}}
        self.one, self.other = self.pages(), self.pages()

    def pages(self) -> HomePages:
        gateway = self.slack.gateway()
        return HomePages(
            access=Access({"*": frozenset({Action.STATUS})}, TEAM),
            book=SubscriptionBook(declared=(), pipelines={}, store=self.subscriptions),
            clock=self.clock,
            command="/mlpipe",
            daily=(),
            executions=self.executions,
            gateway=gateway,
            languages=Languages(cast("Calls", self.slack), usual="en"),
            promotions=Promotions(
                store=self.approvals,
                registry=cast("Any", None),
                cards=cast("Any", None),
                gateway=gateway,
                clock=self.clock,
                holder=cast("Any", None),
            ),
            store=Homes(self.engine),
        )

    async def ask(self, number: int) -> None:
        """Somebody asks for a promotion: every home shows it."""
        approval = Approval(
            id=ApprovalId(f"a{number}"),
            pipeline=PipelineName("flights"),
            environment=PRODUCTION,
            version=number,
            package=ModelPackageArn("arn"),
            requested_by=ANA,
            requested_at=await self.clock.now(),
        )
        entry = Entry(await self.clock.now(), str(ANA), "promote", approval.id, "done")
        await self.approvals.add(approval, entry)

    @property
    def published(self) -> list[str]:
        """Whose homes were published, in their order."""
        return [each["user_id"] for each in self.slack.said("views.publish")]


@pytest.fixture
async def world(engine: AsyncEngine) -> Replicas:
    found = Replicas(engine)
    for person in (ANA, BEN):
        await found.one.opened(person)
    assert found.published == ["U0ANA", "U0BEN"]
    return found


async def test_a_change_is_published_once_whoever_looks(world: Replicas) -> None:
    await world.other.refresh()
    assert len(world.published) == 2, "nothing has changed"
    await world.ask(1)
    await asyncio.gather(*(each.refresh() for each in (world.one, world.other)))
    await world.one.refresh()
    assert sorted(world.published[2:]) == ["U0ANA", "U0BEN"]


async def test_what_slack_did_not_take_is_published_when_it_answers(world: Replicas) -> None:
    await world.ask(1)

    def silent(_arguments: dict[str, Any]) -> dict[str, Any]:
        raise UnavailableError(say("Slack does not answer."))

    world.slack.answers["views.publish"] = silent
    await world.one.refresh()
    assert len(world.published) == 3, "the second is not even tried"
    del world.slack.answers["views.publish"]
    await world.other.refresh()
    assert sorted(world.published[3:]) == ["U0ANA", "U0BEN"]


async def test_what_slack_refuses_is_not_tried_again_until_it_changes(world: Replicas) -> None:
    def refused(_arguments: dict[str, Any]) -> dict[str, Any]:
        raise SlackRefusedError("views.publish", "not_enabled")

    world.slack.answers["views.publish"] = refused
    await world.ask(1)
    for _ in range(3):
        await world.one.refresh()
    assert len(world.published) == 4
    await world.ask(2)
    await world.one.refresh()
    assert len(world.published) == 6


async def test_a_home_that_nobody_opened_lately_is_left_alone(world: Replicas) -> None:
    world.clock.time += FRESH + dt.timedelta(minutes=1)
    await world.one.opened(CHIE)
    await world.ask(1)
    await world.one.refresh()
    assert world.published[2:] == ["U0CHIE", "U0CHIE"]
