"""Executions that the bot started and follows until their card says how they ended."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.leases import NOBODYS, Holder
from bot.store.schema import executions
from core.domain import (
    ChannelId,
    EnvironmentName,
    ExecutionArn,
    ExecutionStatus,
    Kind,
    MessageTs,
    Person,
    PipelineName,
)


class Progress(enum.StrEnum):
    """How far the bot has come with an execution."""

    REQUESTED = "requested"
    """Stored; SageMaker may or may not have been asked yet."""
    STARTED = "started"
    ENDED = "ended"
    """It ended and its card says so."""
    REFUSED = "refused"
    """SageMaker would not start it."""


UNFINISHED: Final = frozenset({Progress.REQUESTED, Progress.STARTED})


@dataclass(frozen=True)
class Followed:
    """One execution as the bot remembers it."""

    id: str
    token: str
    """ClientRequestToken: the same delivery makes the same, so that one execution starts."""
    pipeline: PipelineName
    environment: EnvironmentName
    kind: Kind
    parameters: Mapping[str, str]
    requested_at: dt.datetime
    asked_by: Person | None = None
    """None: the schedule."""
    channel: ChannelId | None = None
    """Where its card stands or will stand; None where nobody asked for one."""
    message: MessageTs | None = None
    arn: ExecutionArn | None = None
    progress: Progress = Progress.REQUESTED
    status: ExecutionStatus | None = None
    failure: str | None = None
    shown: str | None = None
    """Digest of the card as Slack has it: it is edited only when it would change."""


class Executions:
    """The table of followed executions."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, followed: Followed, lease: Mapping[str, Any] = NOBODYS) -> bool:
        """Store a new one; False when its token is there already.

        Args:
            followed: What to store.
            lease: Holder.values of who works on it from the start: no other sees it unowned.
        """
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(executions).values(**_columns(followed), **lease))
        except IntegrityError:
            return False
        return True

    async def save(self, followed: Followed) -> None:
        """Store what changed."""
        async with self._engine.begin() as connection:
            await connection.execute(
                update(executions)
                .where(executions.c.id == followed.id)
                .values(**_columns(followed))
            )

    async def get(self, identifier: str) -> Followed | None:
        """One of them."""
        query = select(executions).where(executions.c.id == identifier)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _followed(row) if row else None

    async def unfinished(self) -> tuple[Followed, ...]:
        """Those that still need work, oldest first."""
        query = (
            select(executions)
            .where(executions.c.progress.in_(UNFINISHED))
            .order_by(executions.c.requested_at)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_followed(row) for row in rows)

    async def lease(self, identifier: str, holder: Holder, *, now: dt.datetime) -> bool:
        """Whether this holder may work on it now."""
        async with self._engine.begin() as connection:
            result = await connection.execute(
                update(executions)
                .where(executions.c.id == identifier, holder.free(executions, now))
                .values(**holder.values(now))
            )
        return result.rowcount == 1


def _columns(followed: Followed) -> dict[str, Any]:
    columns = {key: getattr(followed, key) for key in Followed.__dataclass_fields__}
    columns["parameters"] = dict(followed.parameters)
    columns["asked_by"] = str(followed.asked_by) if followed.asked_by else None
    return columns


def _followed(row: RowMapping) -> Followed:
    values = {key: row[key] for key in Followed.__dataclass_fields__}
    values["kind"] = Kind(row["kind"])
    values["progress"] = Progress(row["progress"])
    values["status"] = ExecutionStatus(row["status"]) if row["status"] else None
    values["asked_by"] = Person.parse(row["asked_by"]) if row["asked_by"] else None
    return Followed(**values)
