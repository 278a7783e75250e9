"""Which of Slack's deliveries have been seen, and whose are not answered yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import RowMapping, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.asking import Asking
from bot.store.leases import NOBODYS, Holder
from bot.store.schema import deliveries
from bot.store.together import WAIT_SECONDS, Row, Together
from core.domain import ChannelId, Person
from core.redaction import redact

MOST_SAID: Final = 200
"""Characters of a command that are kept until it is answered."""
ANSWERED: Final[dict[str, Any]] = {"asked_by": None, "channel": None, "said": None, **NOBODYS}
"""Columns of a delivery of which only the key is still needed."""


class Deliveries:
    """Keys of deliveries, each claimed once."""

    def __init__(
        self, engine: AsyncEngine, holder: Holder, *, patience: float = WAIT_SECONDS
    ) -> None:
        """Take what it stands on.

        Args:
            engine: The database.
            holder: Of what this process answers, for longer than any answer takes.
            patience: Seconds to wait for a database that does not answer.
        """
        self._engine = engine
        self._holder = holder
        self._claims = Together(self._insert, patience=patience)
        self._answers = Together(self._close, patience=patience)

    async def claim(self, asking: Asking, *, at: dt.datetime) -> bool:
        """Whether this is the first to claim the delivery: every other is a repetition.

        Raises:
            UnavailableError: the database did not answer for as long as anybody waits.
        """
        values = {
            "key": asking.delivery[:255],
            "seen_at": at,
            "asked_by": str(asking.person),
            "channel": asking.channel,
            "said": redact(asking.said)[:MOST_SAID] if asking.said else None,
            **self._holder.values(dt.datetime.now(dt.UTC)),
        }
        return await self._claims.add(values)

    async def answered(self, key: str) -> None:
        """Whoever asked by it needs nothing more; raises as `claim`."""
        await self._answers.add({"key": key[:255]})

    async def unanswered(self, key: str) -> None:
        """Whoever asked by it could not be told: whoever looks next tells them."""
        async with self._engine.begin() as connection:
            await connection.execute(
                update(deliveries).where(deliveries.c.key == key[:255]).values(**NOBODYS)
            )

    async def let_go(self) -> None:
        """Nobody of this holder's name works on an answer any more."""
        async with self._engine.begin() as connection:
            await connection.execute(
                update(deliveries).where(deliveries.c.owner == self._holder.owner).values(**NOBODYS)
            )

    async def take_unanswered(self) -> tuple[Asking, ...]:
        """What nobody answers any more, oldest first; no other process gets it for a while."""
        now = dt.datetime.now(dt.UTC)
        left = (
            deliveries.c.asked_by.is_not(None),
            or_(deliveries.c.owner.is_(None), deliveries.c.lease_until < now),
        )
        query = select(deliveries).where(*left).order_by(deliveries.c.seen_at)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        taken = []
        for row in rows:
            async with self._engine.begin() as connection:
                change = update(deliveries).where(deliveries.c.key == row["key"], *left)
                result = await connection.execute(change.values(**self._holder.values(now)))
            if result.rowcount == 1:
                taken.append(_asking(row))
        return tuple(taken)

    async def forget(self, *, before: dt.datetime) -> None:
        """Drop keys so old that Slack does not deliver them again."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(deliveries).where(deliveries.c.seen_at < before))

    async def _insert(self, rows: Sequence[Row]) -> Collection[str]:
        """Take keys; gives those that nobody had."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(deliveries).on_conflict_do_nothing().returning(deliveries.c.key)
        # In another order two replicas would wait for each other.
        ordered = sorted(rows, key=itemgetter("key"))
        async with self._engine.begin() as connection:
            return (await connection.execute(insert, ordered)).scalars().all()

    async def _close(self, rows: Sequence[Row]) -> Collection[str]:
        keys = [row["key"] for row in rows]
        async with self._engine.begin() as connection:
            await connection.execute(
                update(deliveries).where(deliveries.c.key.in_(keys)).values(**ANSWERED)
            )
        return keys


def _asking(row: RowMapping) -> Asking:
    return Asking(
        person=Person.parse(row["asked_by"]),
        delivery=row["key"],
        channel=ChannelId(row["channel"]) if row["channel"] else None,
        said=row["said"],
    )
