"""Whose home tab is open, as far as Slack tells, and what it shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.schema import homes
from core.domain import Person


@dataclass(frozen=True)
class Home:
    """One person's home tab."""

    person: Person
    shown: str | None
    """Digest of what was published last; None where nothing was, or it is not known."""


class Homes:
    """The table of home tabs."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def opened(self, person: Person, *, at: dt.datetime) -> None:
        """Somebody looks at theirs."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(homes).values(person=str(person), opened_at=at)
        stored = insert.on_conflict_do_update(index_elements=["person"], set_={"opened_at": at})
        async with self._engine.begin() as connection:
            await connection.execute(stored)

    async def looked_at(self, *, since: dt.datetime, most: int) -> tuple[Home, ...]:
        """Those that were opened since, the newest first."""
        query = (
            select(homes)
            .where(homes.c.opened_at >= since)
            .order_by(homes.c.opened_at.desc())
            .limit(most)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(Home(Person.parse(row["person"]), row["shown"]) for row in rows)

    async def show(self, home: Home, digest: str | None) -> bool:
        """Store what is published now; False where another shows something else meanwhile."""
        is_it = homes.c.person == str(home.person)
        before = homes.c.shown.is_(None) if home.shown is None else homes.c.shown == home.shown
        async with self._engine.begin() as connection:
            change = update(homes).where(is_it, before).values(shown=digest)
            result = await connection.execute(change)
        return result.rowcount == 1

    async def get(self, person: Person) -> Home:
        """One person's."""
        query = select(homes.c.shown).where(homes.c.person == str(person))
        async with self._engine.connect() as connection:
            return Home(person, (await connection.execute(query)).scalar_one_or_none())

    async def forget(self, *, before: dt.datetime) -> None:
        """Forget those that nobody opened since."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(homes).where(homes.c.opened_at < before))
