"""Requests to promote, every change of theirs written with its line in the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store import audit
from bot.store.leases import NOBODYS, Holder
from bot.store.schema import approvals
from core.approvals import Approval, ApprovalId, State, Verdict
from core.audit import Entry
from core.domain import EnvironmentName, ModelPackageArn, Person, PipelineName

CARD: Final = frozenset({"channel", "message"})
"""Columns that say where the card stands."""


@dataclass(frozen=True)
class Stored:
    """An approval with what its card in Slack shows."""

    approval: Approval
    shown: State | None
    """None: the card has not been posted, as far as is known."""


class Approvals:
    """The table of approvals."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(
        self, approval: Approval, entry: Entry, lease: Mapping[str, Any] = NOBODYS
    ) -> None:
        """Store a new request.

        Args:
            approval: What to store.
            entry: Its line in the audit log.
            lease: Holder.values of who works on it from the start: no other sees it unowned.
        """
        values = {**_columns(approval), "shown": None, "settled": False, **lease}
        async with self._engine.begin() as connection:
            await connection.execute(insert(approvals).values(**values))
            await audit.write(connection, entry)

    async def lease(self, identifier: ApprovalId, holder: Holder, *, now: dt.datetime) -> bool:
        """Whether this holder may finish what is left undone of it."""
        async with self._engine.begin() as connection:
            result = await connection.execute(
                update(approvals)
                .where(approvals.c.id == identifier, holder.free(approvals, now))
                .values(**holder.values(now))
            )
        return result.rowcount == 1

    async def release(self, identifier: ApprovalId, holder: Holder) -> None:
        """Let others work on it: a click on its card may come to any replica."""
        async with self._engine.begin() as connection:
            await connection.execute(
                update(approvals)
                .where(approvals.c.id == identifier, approvals.c.owner == holder.owner)
                .values(**NOBODYS)
            )

    async def move(self, approval: Approval, *, before: State, entry: Entry) -> bool:
        """Store a transition; False when it no longer stands where it would start from.

        That is what makes one outcome of two clicks: the second finds the state gone. Where the
        card is, only `show` stores: another replica may have posted it meanwhile.
        """
        columns = _columns(approval)
        values = {name: columns[name] for name in columns if name not in CARD}
        async with self._engine.begin() as connection:
            result = await connection.execute(
                update(approvals)
                .where(approvals.c.id == approval.id, approvals.c.state == before)
                .values(**values)
            )
            if result.rowcount != 1:
                return False
            await audit.write(connection, entry)
        return True

    async def show(self, approval: Approval) -> None:
        """Store that the card in Slack tells this state, and where the card is."""
        async with self._engine.begin() as connection:
            await connection.execute(
                update(approvals)
                .where(approvals.c.id == approval.id)
                .values(
                    channel=approval.channel,
                    message=approval.message,
                    shown=approval.state,
                    settled=approval.state.ended,
                )
            )

    async def get(self, identifier: ApprovalId) -> Stored | None:
        """One of them."""
        found = await self._where(approvals.c.id == identifier)
        return found[0] if found else None

    async def unsettled(self) -> tuple[Stored, ...]:
        """Those for which something is left to do: a decision, SageMaker's answer, the card."""
        return await self._where(approvals.c.settled.is_(False))

    async def undecided(self) -> tuple[Approval, ...]:
        """Those that await a person's decision, oldest first."""
        found = await self._where(approvals.c.state == State.REQUESTED)
        return tuple(stored.approval for stored in found)

    async def awaiting(
        self, pipeline: PipelineName, environment: EnvironmentName
    ) -> tuple[Approval, ...]:
        """Those of one pipeline and environment that still await a decision or its end."""
        found = await self._where(
            approvals.c.pipeline == pipeline,
            approvals.c.environment == environment,
            approvals.c.state.in_([State.REQUESTED, State.EXECUTING]),
        )
        return tuple(stored.approval for stored in found)

    async def about(self, package: ModelPackageArn) -> tuple[Approval, ...]:
        """Every request about one version, oldest first."""
        found = await self._where(approvals.c.package == package)
        return tuple(stored.approval for stored in found)

    async def _where(self, *conditions: ColumnElement[bool]) -> tuple[Stored, ...]:
        query = select(approvals).where(*conditions).order_by(approvals.c.requested_at)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_stored(row) for row in rows)


def _columns(approval: Approval) -> dict[str, Any]:
    columns = {name: getattr(approval, name) for name in Approval.__dataclass_fields__}
    columns["requested_by"] = str(approval.requested_by)
    columns["decided_by"] = str(approval.decided_by) if approval.decided_by else None
    return columns


def _stored(row: RowMapping) -> Stored:
    values = {name: row[name] for name in Approval.__dataclass_fields__}
    values["state"] = State(row["state"])
    values["verdict"] = Verdict(row["verdict"]) if row["verdict"] else None
    values["requested_by"] = Person.parse(row["requested_by"])
    values["decided_by"] = Person.parse(row["decided_by"]) if row["decided_by"] else None
    shown = State(row["shown"]) if row["shown"] else None
    return Stored(Approval(**values), shown)
