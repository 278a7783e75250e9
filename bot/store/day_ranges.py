"""Ranges of days that people started, and how far each has come."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.leases import NOBODYS, Holder
from bot.store.marks import read_marks, written_marks
from bot.store.schema import day_ranges
from core.day_ranges import End
from core.domain import ChannelId, EnvironmentName, Kind, MessageTs, Person, PipelineName
from core.marks import Marks
from core.spans import Span

PEOPLE: Final = ("asked_by", "stop_by", "retry_by")
KEPT_BY_WHO_FOLLOWS: Final = ("channel", "message", "shown", "end")
"""Columns that carrying it out changes. What people ask for meanwhile is not written over."""


@dataclass(frozen=True)
class DayRange:
    """Days that are run one after the other, each with the same recipe."""

    id: str
    token: str
    """The same for every delivery of the same: kept once."""
    pipeline: PipelineName
    environment: EnvironmentName
    kind: Kind
    parameters: Mapping[str, str]
    """Of each day, without the day."""
    span: Span
    requested_at: dt.datetime
    asked_by: Person
    channel: ChannelId | None = None
    """Where its card stands or will stand; None where nobody asked for one."""
    message: MessageTs | None = None
    shown: str | None = None
    """Digest of the card as Slack has it."""
    end: End | None = None
    """None: it is not over, or its card does not say so yet."""
    stop_by: Person | None = None
    """Who asked that it be stopped."""
    retry_by: Person | None = None
    """Who had it go on last."""
    retry_token: str | None = None
    """Of a click on Retry that its day has not been told of yet."""
    marks: Marks = field(default_factory=Marks)
    """Tags and a note that each day's trial is to have."""

    def run_of(self, day: dt.date) -> str:
        """Id of the followed execution that runs a day: the same whoever begins it."""
        return hashlib.sha256(f"{self.id}/{day.isoformat()}".encode()).hexdigest()[:32]

    def delivery_of(self, day: dt.date) -> str:
        """What the token of a day's execution is made from: a day is started once."""
        return f"days/{self.id}/{day.isoformat()}"


class DayRanges:
    """The table of ranges of days."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, days: DayRange, lease: Mapping[str, Any] = NOBODYS) -> bool:
        """Store a new one; False when its token is there already."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(day_ranges).values(**_columns(days), **lease))
        except IntegrityError:
            return False
        return True

    async def save(self, days: DayRange) -> None:
        """Store what carrying it out changed; that it goes on again is not written over."""
        columns = _columns(days)
        conditions = [day_ranges.c.retry_token.is_(None)] if days.end else []
        await self._change(
            days.id, *conditions, **{name: columns[name] for name in KEPT_BY_WHO_FOLLOWS}
        )

    async def ask_stop(self, identifier: str, *, by: Person) -> bool:
        """Keep that it is to be stopped; False where it is over, or somebody asked before."""
        over, asked = day_ranges.c.end.is_not(None), day_ranges.c.stop_by.is_not(None)
        return await self._change(identifier, ~over, ~asked, stop_by=str(by))

    async def ask_retry(self, identifier: str, *, by: Person, token: str) -> bool:
        """Have it go on from the day that failed; False where it runs, or went well."""
        return await self._change(
            identifier,
            day_ranges.c.end.in_([End.FAILED, End.STOPPED]),
            end=None,
            retry_by=str(by),
            retry_token=token,
            stop_by=None,
        )

    async def retry_told(self, identifier: str) -> None:
        """The day that failed goes on."""
        await self._change(identifier, retry_token=None)

    async def lease(self, identifier: str, holder: Holder, *, now: dt.datetime) -> bool:
        """Whether this holder may work on it now."""
        free = holder.free(day_ranges, now)
        return await self._change(identifier, free, **holder.values(now))

    async def get(self, identifier: str) -> DayRange | None:
        """One of them."""
        found = await self._select(day_ranges.c.id == identifier)
        return found[0] if found else None

    async def unfinished(self) -> tuple[DayRange, ...]:
        """Those that still need work, oldest first."""
        return await self._select(day_ranges.c.end.is_(None))

    async def _select(self, condition: ColumnElement[bool]) -> tuple[DayRange, ...]:
        query = select(day_ranges).where(condition).order_by(day_ranges.c.requested_at)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_day_range(row) for row in rows)

    async def _change(
        self, identifier: str, *conditions: ColumnElement[bool], **columns: Any
    ) -> bool:
        change = update(day_ranges).where(and_(day_ranges.c.id == identifier, *conditions))
        async with self._engine.begin() as connection:
            result = await connection.execute(change.values(**columns))
        return result.rowcount == 1


def _columns(days: DayRange) -> dict[str, Any]:
    columns = {name: getattr(days, name) for name in DayRange.__dataclass_fields__}
    del columns["span"]
    columns |= {"first": days.span.first, "last": days.span.last}
    columns["parameters"] = dict(days.parameters)
    columns["marks"] = written_marks(days.marks)
    return columns | {name: str(columns[name]) for name in PEOPLE if columns[name] is not None}


def _day_range(row: RowMapping) -> DayRange:
    values = {name: row[name] for name in DayRange.__dataclass_fields__ if name != "span"}
    values |= {
        "span": Span(row["first"], row["last"]),
        "kind": Kind(row["kind"]),
        "end": End(row["end"]) if row["end"] else None,
        "marks": read_marks(row["marks"]),
    }
    values |= {name: Person.parse(row[name]) for name in PEOPLE if row[name] is not None}
    return DayRange(**values)
