"""Which channels follow which pipelines."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.audit import write
from bot.store.schema import follows
from core.audit import Entry
from core.domain import Person
from core.follows import Follow, FollowKey

DECLARED = ""
"""Who decided what mlpipe.toml declares."""


class Follows:
    """The table; what people change is in the audit log too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def all(self) -> tuple[Follow, ...]:
        """Every one, by channel."""
        table = follows.c
        query = select(follows).order_by(table.channel, table.pipeline, table.environment)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_follow(row) for row in rows)

    async def add(self, follow: Follow, entry: Entry) -> bool:
        """Store one; False where it is there already, which stays as it is."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(follows).values(**_columns(follow)))
                await write(connection, entry)
        except IntegrityError:
            return False
        return True

    async def declare(self, key: FollowKey, *, since: dt.datetime) -> None:
        """Store what mlpipe.toml declares, where it is not there yet."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(follows).values(**_columns(Follow(key, since))))
        except IntegrityError:
            return

    async def remove(self, key: FollowKey, entry: Entry) -> bool:
        """Take one away; gives whether it was there."""
        async with self._engine.begin() as connection:
            result = await connection.execute(delete(follows).where(_is(key)))
            if result.rowcount:
                await write(connection, entry)
        return bool(result.rowcount)


def _is(key: FollowKey) -> ColumnElement[bool]:
    return and_(
        follows.c.channel == key.channel,
        follows.c.pipeline == key.pipeline,
        follows.c.environment == key.environment,
    )


def _columns(follow: Follow) -> dict[str, object]:
    return {
        "channel": follow.key.channel,
        "pipeline": follow.key.pipeline,
        "environment": follow.key.environment,
        "since": follow.since,
        "by": str(follow.by) if follow.by else DECLARED,
    }


def _follow(row: RowMapping) -> Follow:
    return Follow(
        key=FollowKey(row["channel"], row["pipeline"], row["environment"]),
        since=row["since"],
        by=Person.parse(row["by"]) if row["by"] else None,
    )
