from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.promotions import Promotions
from bot.store.approvals import Approvals
from bot.store.audit import Audit
from bot.store.leases import NOBODYS, Holder
from core.approvals import Approval, ApprovalId, Reason, State, Verdict
from core.audit import Entry
from core.domain import (
    ChannelId,
    EnvironmentName,
    ModelPackageArn,
    Person,
    PipelineName,
    TeamId,
    UserId,
)
from core.errors import NotFoundError, UnavailableError
from core.messages import say
from reports.message import Message
from tests.unit.bot.fakes import FakeSlack, FixedClock, message

NOON = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)
ANA = Person(TeamId("T0"), UserId("U0ANA"))
BEN = Person(TeamId("T0"), UserId("U0BEN"))
LEASE = dt.timedelta(seconds=60)
ASKED = Approval(
    id=ApprovalId("a1"),
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("production"),
    version=3,
    package=ModelPackageArn("arn:package/3"),
    requested_by=ANA,
    requested_at=NOON,
    channel=ChannelId("C0DAILY"),
)


class FakeRegistry:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Verdict | None] = []
        self.error: Exception | None = None

    async def carry_out(self, approval: Approval) -> None:
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        self.told.append(approval.verdict)


class StateCards:
    """A card that says the state."""

    async def compose(self, approval: Approval) -> Message:
        return message(approval.state)


class World:
    """Promotions between fakes; `restart` makes others on the same database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.store = Approvals(engine)
        self.audit = Audit(engine)
        self.registry = FakeRegistry()
        self.slack = FakeSlack()
        self.promotions = self.restart()

    def restart(self, owner: str = "one") -> Promotions:
        return Promotions(
            store=self.store,
            registry=self.registry,
            cards=StateCards(),
            gateway=self.slack.gateway(),
            clock=FixedClock(NOON),
            holder=Holder(owner, LEASE),
        )

    async def click(self, verdict: Verdict, *, by: Person = BEN) -> Reason:
        decision, _ = await self.promotions.decide(ASKED.id, verdict, by=by, permitted=True)
        return decision.reason

    async def state(self) -> State:
        stored = await self.store.get(ASKED.id)
        assert stored is not None
        return stored.approval.state

    def shown(self) -> list[str]:
        posted = [call["text"] for call in self.slack.said("chat.postMessage")]
        return posted + [call["text"] for call in self.slack.said("chat.update")]


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    world = World(engine)
    await world.promotions.ask(ASKED)
    return world


async def test_another_persons_click_approves(world: World) -> None:
    assert await world.click(Verdict.APPROVE) is Reason.ACCEPTED
    assert world.registry.told == [Verdict.APPROVE]
    assert world.shown() == ["requested", "approved"]


async def test_a_second_click_on_approve_changes_nothing(world: World) -> None:
    await world.click(Verdict.APPROVE)
    assert await world.click(Verdict.APPROVE) is Reason.ALREADY_DECIDED
    assert world.registry.told == [Verdict.APPROVE]


async def test_of_two_clicks_at_once_one_counts(world: World) -> None:
    other = world.restart()  # another replica
    results = await asyncio.gather(
        world.promotions.decide(ASKED.id, Verdict.APPROVE, by=BEN, permitted=True),
        other.decide(ASKED.id, Verdict.REJECT, by=BEN, permitted=True),
    )
    assert sorted(decision.reason for decision, _ in results) == [
        Reason.ACCEPTED,
        Reason.ALREADY_DECIDED,
    ]
    assert len(world.registry.told) == 1


async def test_who_asked_cannot_approve(world: World) -> None:
    assert await world.click(Verdict.APPROVE, by=ANA) is Reason.OWN_REQUEST
    assert world.registry.told == []
    assert world.shown() == ["requested"]


async def test_a_decision_outlives_a_silent_sagemaker(world: World) -> None:
    world.registry.error = UnavailableError(say("AWS does not answer."))
    assert await world.click(Verdict.APPROVE) is Reason.ACCEPTED
    assert await world.state() is State.EXECUTING
    world.registry.error = None
    await world.restart().resume()
    assert await world.state() is State.APPROVED
    assert world.shown()[-1] == "approved"


async def test_what_sagemaker_refuses_for_good_is_shown(world: World) -> None:
    world.registry.error = NotFoundError(say("There is no such model package."))
    await world.click(Verdict.APPROVE)
    assert await world.state() is State.FAILED
    assert world.shown()[-1] == "failed"


async def test_nothing_is_done_again_for_what_waits_for_a_person(world: World) -> None:
    await world.restart().resume()
    assert world.shown() == ["requested"]


async def test_a_request_whose_card_was_never_posted_gets_one(engine: AsyncEngine) -> None:
    world = World(engine)

    def broken(_arguments: object) -> dict[str, object]:
        raise UnavailableError(say("Slack does not answer."))

    world.slack.answers["chat.postMessage"] = broken
    with pytest.raises(UnavailableError):
        await world.promotions.ask(ASKED)
    del world.slack.answers["chat.postMessage"]
    await world.restart().resume()
    assert world.shown()[-1] == "requested"
    await world.restart().resume()
    assert len(world.slack.said("chat.postMessage")) == 2, "one that failed, one that stands"


async def test_a_card_whose_answer_was_lost_is_not_posted_twice(engine: AsyncEngine) -> None:
    world = World(engine)
    world.slack.lose_answers()
    with pytest.raises(UnavailableError):
        await world.promotions.ask(ASKED)
    await world.restart().resume()
    assert world.shown() == ["requested", "requested"], "posted, and edited where it was found"


async def test_a_click_on_a_card_whose_answer_was_lost_edits_it(engine: AsyncEngine) -> None:
    world = World(engine)
    world.slack.lose_answers()
    with pytest.raises(UnavailableError):
        await world.promotions.ask(ASKED)
    assert await world.click(Verdict.APPROVE) is Reason.ACCEPTED
    assert world.shown() == ["requested", "approved"]


async def test_another_replica_leaves_what_was_just_asked_alone(engine: AsyncEngine) -> None:
    world = World(engine)
    other = world.restart("two")

    class Watched(Approvals):
        """Another replica looks as soon as a row is there."""

        async def add(
            self, approval: Approval, entry: Entry, lease: Mapping[str, Any] = NOBODYS
        ) -> None:
            await super().add(approval, entry, lease)
            await other.resume()

    world.store = Watched(engine)
    await world.restart().ask(ASKED)
    assert world.shown() == ["requested"]


async def test_a_click_may_come_to_another_replica(world: World) -> None:
    other = world.restart("two")
    _, approval = await other.decide(ASKED.id, Verdict.APPROVE, by=BEN, permitted=True)
    assert approval.state is State.APPROVED
    assert world.shown() == ["requested", "approved"]


async def test_a_decision_is_carried_out_by_who_works_on_the_card(world: World) -> None:
    now = dt.datetime.now(dt.UTC)
    assert await world.store.lease(ASKED.id, Holder("two", LEASE), now=now)
    assert await world.click(Verdict.APPROVE) is Reason.ACCEPTED
    assert world.registry.told == []
    await world.restart("two").resume()
    assert world.registry.told == [Verdict.APPROVE]
    assert world.shown() == ["requested", "approved"]


async def test_every_change_is_in_the_audit_log(world: World) -> None:
    await world.click(Verdict.APPROVE)
    entries = await world.audit.about(ASKED.id)
    assert [(entry.who, entry.action, entry.outcome) for entry in entries] == [
        (str(ANA), "promote", "requested"),
        (str(BEN), "approve", "executing"),
        (str(BEN), "approved", "approved"),
    ]
