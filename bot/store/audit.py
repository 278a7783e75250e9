"""Who did what and what came of it: only ever added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.schema import audit


@dataclass(frozen=True)
class Entry:
    """One line of the audit log."""

    at: dt.datetime
    who: str
    """`T…/U…`, or `schedule`."""
    action: str
    subject: str
    """What was acted on: an ARN, an id."""
    outcome: str
    details: Mapping[str, str] = field(default_factory=dict)


class Audit:
    """The audit log."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, entry: Entry) -> None:
        """Add one line."""
        async with self._engine.begin() as connection:
            await write(connection, entry)

    async def about(self, subject: str) -> tuple[Entry, ...]:
        """Every line about one subject, oldest first."""
        query = select(audit).where(audit.c.subject == subject).order_by(audit.c.id)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(Entry(**{k: v for k, v in row.items() if k != "id"}) for row in rows)


async def write(connection: AsyncConnection, entry: Entry) -> None:
    """Add one line inside somebody's transaction, so that what it tells of is stored with it."""
    await connection.execute(
        insert(audit).values(
            at=entry.at,
            who=entry.who,
            action=entry.action,
            subject=entry.subject[:256],
            outcome=entry.outcome,
            details=dict(entry.details),
        )
    )
