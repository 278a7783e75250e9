"""Which of several replicas works on something: a lease that ends by itself when its owner dies."""

from __future__ import annotations

import datetime as dt
import os
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, or_, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.schema import approvals, daily, day_ranges, deliveries, executions


def new_name() -> str:
    """A name that no process had before; who looks into the database sees where it runs."""
    return f"{socket.gethostname()[:24]}/{os.getpid()}/{uuid.uuid4().hex[:16]}"


NOBODYS: Final[Mapping[str, Any]] = {"owner": None, "lease_until": None}
"""Columns of a row that anybody may lease."""


@dataclass(frozen=True)
class Holder:
    """Who takes leases, and for how long.

    Leases run by the system's clock, whatever clock the days follow: they bound how long a request
    to Slack or AWS may be on its way.
    """

    owner: str
    """One name a process; of SQLite, which has one process, always the same: then a restart goes on
    at once with what the process before it held."""
    length: dt.timedelta

    def free(self, table: Table, now: dt.datetime) -> ColumnElement[bool]:
        """Condition: nobody else holds the row."""
        return or_(table.c.owner.is_(None), table.c.owner == self.owner, table.c.lease_until < now)

    async def release(self, engine: AsyncEngine) -> None:
        """Let go of everything at once: whoever stops in good order keeps nobody waiting."""
        async with engine.begin() as connection:
            for table in (approvals, daily, day_ranges, deliveries, executions):
                await connection.execute(
                    update(table).where(table.c.owner == self.owner).values(**NOBODYS)
                )

    def values(self, now: dt.datetime) -> dict[str, Any]:
        """Columns that make the row this holder's."""
        return {"owner": self.owner, "lease_until": now + self.length}
