"""Which of Slack's deliveries have been seen."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.schema import deliveries


class Deliveries:
    """Keys of deliveries, each claimed once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(self, key: str, *, at: dt.datetime) -> bool:
        """Whether this is the first to claim the key: every other delivery is a repetition."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(deliveries).values(key=key[:255], seen_at=at))
        except IntegrityError:
            return False
        return True

    async def forget(self, *, before: dt.datetime) -> None:
        """Drop keys so old that Slack does not deliver them again."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(deliveries).where(deliveries.c.seen_at < before))
