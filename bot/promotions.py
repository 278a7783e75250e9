"""Carries promotions out: each step is stored before and after SageMaker or Slack is told.

What is left undone when the bot dies is found by `resume`: a decision that SageMaker may not know
yet, a card that tells an older state or was never posted.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import logging
from typing import Protocol

from bot.clock import Clock
from bot.slack.calls import ChannelError, SlackRefusedError
from bot.slack.gateway import Gateway
from bot.store.approvals import Approvals, Stored
from bot.store.leases import Holder
from core.approvals import (
    Approval,
    ApprovalId,
    Decision,
    Reason,
    State,
    Verdict,
    carried_out,
    decide,
    refused,
)
from core.audit import Entry
from core.domain import MessageTs, Person
from core.errors import MlpipeError, NotPermittedError, UnavailableError
from reports.message import Message

logger = logging.getLogger(__name__)


class PackageRegistry(Protocol):
    """What promotions need of the model registry."""

    async def carry_out(self, approval: Approval) -> None:
        """Make the model package Approved or Rejected, as decided; may be called again.

        Raises:
            UnavailableError: SageMaker does not answer; later it may.
            MlpipeError: SageMaker refuses for good.
        """


class ApprovalCards(Protocol):
    """Draws the card of an approval."""

    async def compose(self, approval: Approval) -> Message:
        """The card as it should stand in Slack now."""


class Promotions:
    """Requests and decisions."""

    def __init__(
        self,
        *,
        store: Approvals,
        registry: PackageRegistry,
        cards: ApprovalCards,
        gateway: Gateway,
        clock: Clock,
        holder: Holder,
    ) -> None:
        self._store = store
        self._registry = registry
        self._cards = cards
        self._gateway = gateway
        self._clock = clock
        self._holder = holder
        self._locks: dict[ApprovalId, asyncio.Lock] = {}

    async def ask(self, approval: Approval) -> None:
        """Store a request and post its card."""
        async with self._lock(approval.id):
            entry = _entry(approval, who=approval.requested_by, action="promote")
            lease = self._holder.values(dt.datetime.now(dt.UTC))
            await self._store.add(approval, entry, lease)
            await self._show(Stored(approval, None), resumed=False)

    async def undecided(self) -> tuple[Approval, ...]:
        """Every request that awaits a person's decision, oldest first."""
        return await self._store.undecided()

    async def awaiting(self, approval: Approval) -> tuple[Approval, ...]:
        """Open requests of the same pipeline and environment."""
        return await self._store.awaiting(approval.pipeline, approval.environment)

    async def decide(
        self, identifier: ApprovalId, verdict: Verdict, *, by: Person, permitted: bool
    ) -> tuple[Decision, Approval]:
        """A click on Approve or Reject: what was decided, and the approval as it stands then.

        Raises:
            KeyError: there is no such approval.
        """
        async with self._lock(identifier):
            stored = await self._get(identifier)
            at = await self._clock.now()
            decision = decide(stored.approval, verdict, by=by, permitted=permitted, at=at)
            if decision.approval is None:
                return decision, stored.approval
            entry = _entry(decision.approval, who=by, action=verdict)
            moved = await self._store.move(
                decision.approval, before=stored.approval.state, entry=entry
            )
            leased = moved and await self._lease(identifier)
            now = await self._get(identifier)
            if not moved:  # another replica was faster
                return Decision(Reason.ALREADY_DECIDED), now.approval
            if not leased:  # whoever posts the card at this moment finds the decision afterwards
                return decision, now.approval
            return decision, await self._finish(now, resumed=False)

    async def resume(self) -> None:
        """Do what is left undone. One that cannot be finished now is tried again next time."""
        for stored in await self._store.unsettled():
            lock = self._lock(stored.approval.id)
            waits_for_a_person = stored.approval.state.open and stored.shown is not None
            if waits_for_a_person or lock.locked():
                continue
            async with lock:
                try:
                    if await self._lease(stored.approval.id):
                        fresh = await self._get(stored.approval.id)
                        await self._finish(fresh, resumed=True)
                except MlpipeError as error:
                    logger.warning("approval %s: %s", stored.approval.id, error)

    async def _finish(self, stored: Stored, *, resumed: bool) -> Approval:
        approval = stored.approval
        if approval.state is State.EXECUTING:
            approval = await self._carry_out(approval)
        await self._show(dataclasses.replace(stored, approval=approval), resumed=resumed)
        return approval

    async def _carry_out(self, approval: Approval) -> Approval:
        try:
            await self._registry.carry_out(approval)
        except UnavailableError as error:
            logger.warning("approval %s is carried out later: %s", approval.id, error)
            return approval
        except MlpipeError as error:
            ended = refused(approval, str(error))
        else:
            ended = carried_out(approval)
        assert approval.decided_by is not None
        entry = _entry(ended, who=approval.decided_by, action=ended.state)
        await self._store.move(ended, before=State.EXECUTING, entry=entry)
        return ended

    async def _show(self, stored: Stored, *, resumed: bool) -> None:
        approval = stored.approval
        if approval.channel is None or stored.shown is approval.state:
            return
        card = await self._cards.compose(approval)
        message: MessageTs | None = approval.message
        try:
            # Who decides has seen a card, though Slack may not have answered when it was posted.
            if message is None and (resumed or not approval.state.open):
                message = await self._gateway.find(approval.channel, approval.id)
            if message is None:
                message = await self._gateway.post(approval.channel, card, delivery=approval.id)
            else:
                await self._gateway.edit(approval.channel, message, card)
        except (ChannelError, NotPermittedError, SlackRefusedError) as error:
            if not resumed:
                raise
            logger.warning("approval %s has no card: %s", approval.id, error)
        await self._store.show(dataclasses.replace(approval, message=message))
        await self._store.release(approval.id, self._holder)

    async def _get(self, identifier: ApprovalId) -> Stored:
        stored = await self._store.get(identifier)
        if stored is None:
            raise KeyError(identifier)
        return stored

    async def _lease(self, identifier: ApprovalId) -> bool:
        return await self._store.lease(identifier, self._holder, now=dt.datetime.now(dt.UTC))

    def _lock(self, identifier: ApprovalId) -> asyncio.Lock:
        return self._locks.setdefault(identifier, asyncio.Lock())


def _entry(approval: Approval, *, who: Person, action: str) -> Entry:
    return Entry(
        at=approval.decided_at or approval.requested_at,
        who=str(who),
        action=action,
        subject=approval.id,
        outcome=approval.state,
        details={
            "pipeline": approval.pipeline,
            "environment": approval.environment,
            "version": str(approval.version),
            "package": approval.package,
            "channel": approval.channel or "",
            "why": approval.note,
            **({"failure": approval.failure} if approval.failure else {}),
        },
    )
