from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.asking import Asking
from bot.store.deliveries import Deliveries
from bot.store.leases import Holder
from bot.store.schema import deliveries as table
from core.domain import Person, TeamId, UserId
from core.errors import UnavailableError

HOLDER = Holder("one", dt.timedelta(minutes=10))
NOON = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)


def asking(number: int) -> Asking:
    return Asking(person=Person(TeamId("T0"), UserId("U0ANA")), delivery=f"command/{number}")


@asynccontextmanager
async def locked(engine: AsyncEngine, key: str) -> AsyncIterator[None]:
    """Somebody else writes a key, and does not end."""
    async with engine.connect() as connection:
        await connection.execute(insert(table).values(key=key, seen_at=NOON))
        yield
        await connection.rollback()


async def test_each_of_many_deliveries_is_claimed(engine: AsyncEngine) -> None:
    deliveries = Deliveries(engine, HOLDER)
    many = [asking(number) for number in range(300)]
    assert all(await asyncio.gather(*(deliveries.claim(each, at=NOON) for each in many)))
    assert not any(await asyncio.gather(*(deliveries.claim(each, at=NOON) for each in many)))
    await asyncio.gather(*(deliveries.answered(each.delivery) for each in many[1:]))
    await deliveries.let_go()
    assert [each.delivery for each in await deliveries.take_unanswered()] == ["command/0"]


async def test_a_claim_waits_for_a_database_that_is_locked(engine: AsyncEngine) -> None:
    async with locked(engine, "command/1"):
        claim = asyncio.create_task(Deliveries(engine, HOLDER).claim(asking(1), at=NOON))
        await asyncio.wait([claim], timeout=0.1)
        assert not claim.done()
    assert await claim


async def test_a_claim_does_not_wait_for_ever(engine: AsyncEngine) -> None:
    deliveries = Deliveries(engine, HOLDER, patience=0.1)
    async with locked(engine, "command/1"):
        with pytest.raises(UnavailableError, match="database does not answer"):
            await deliveries.claim(asking(1), at=NOON)
    assert await Deliveries(engine, HOLDER).claim(asking(2), at=NOON)
