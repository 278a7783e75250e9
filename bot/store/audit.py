"""Who did what and what came of it: only ever added to, and chained (bot.store.chain)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.chain import BEGINNING, digest_of
from bot.store.schema import audit, audit_head
from core.audit import Entry, Line, Question, Verified
from core.commands import visible
from core.redaction import redact

SUBJECT: Final = 256
"""Characters of what was acted on that are kept."""
AT_ONCE: Final = 500
"""Lines that are read at a time."""


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
        return tuple(_line(row).entry for row in rows)

    async def page(
        self, asked: Question, *, first: int, count: int
    ) -> tuple[tuple[Line, ...], int]:
        """Some of the lines that are asked for, newest first, and how many there are in all."""
        conditions = _conditions(asked)
        query = select(audit).where(*conditions).order_by(audit.c.id.desc())
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.offset(first).limit(count))).mappings().all()
            total = await connection.scalar(
                select(func.count()).select_from(audit).where(*conditions)
            )
        return tuple(map(_line, rows)), total or 0

    async def every(self, asked: Question) -> AsyncIterator[Line]:
        """All the lines that are asked for, oldest first; never more than a few in memory."""
        last = 0
        while True:
            query = select(audit).where(audit.c.id > last, *_conditions(asked))
            async with self._engine.connect() as connection:
                found = await connection.execute(query.order_by(audit.c.id).limit(AT_ONCE))
                lines = [_line(row) for row in found.mappings().all()]
            for line in lines:
                yield line
            if not lines:
                return
            last = lines[-1].number

    async def has(self, digest: str) -> bool:
        """Whether a line has this digest."""
        query = select(audit.c.id).where(audit.c.digest == digest)
        async with self._engine.connect() as connection:
            return await connection.scalar(query.limit(1)) is not None

    async def verify(self) -> Verified:
        """Follow the chain from its beginning; lines may come meanwhile."""
        lines_before, end = await self._head()
        holding, newest = 0, BEGINNING
        last: Line | None = None
        async for last in self.every(Question()):
            expected = digest_of(vars(last.entry), after=newest)
            elsewhere = holding + 1 == lines_before and expected != end
            if last.digest != expected or elsewhere:
                return Verified(holding, newest, broken=last)
            holding, newest = holding + 1, expected
        lines_after, _ = await self._head()
        if holding > lines_after:
            return Verified(lines_after, end, broken=last)
        return Verified(holding, newest, missing=max(0, lines_before - holding))

    async def _head(self) -> tuple[int, str]:
        """How many lines there are, and the digest of the newest."""
        async with self._engine.connect() as connection:
            head = (await connection.execute(select(audit_head))).mappings().one()
        return head["lines"], head["digest"]


async def write(connection: AsyncConnection, entry: Entry) -> None:
    """Add one line inside somebody's transaction, so that what it tells of is stored with it.

    Whoever writes a line holds the end of the chain until their transaction ends.
    """
    values: dict[str, Any] = {
        "at": entry.at,
        "who": entry.who,
        "action": entry.action,
        "subject": entry.subject[:SUBJECT],
        "outcome": entry.outcome,
        "details": {name: redact(visible(value)) for name, value in entry.details.items()},
    }
    await connection.execute(update(audit_head).values(lines=audit_head.c.lines + 1))
    before = await connection.scalar(select(audit_head.c.digest))
    digest = digest_of(values, after=str(before))
    await connection.execute(insert(audit).values(**values, digest=digest))
    await connection.execute(update(audit_head).values(digest=digest))


def _conditions(asked: Question) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.since is not None:
        found.append(audit.c.at >= asked.since)
    if asked.who is not None:
        found.append(audit.c.who.endswith(asked.who, autoescape=True))
    if asked.action is not None:
        found.append(audit.c.action == asked.action)
    if asked.outcome is not None:
        found.append(audit.c.outcome == asked.outcome)
    if asked.about is not None:
        found.append(audit.c.subject.contains(asked.about, autoescape=True))
    return found


def _line(row: RowMapping) -> Line:
    entry = Entry(
        at=row["at"],
        who=row["who"],
        action=row["action"],
        subject=row["subject"],
        outcome=row["outcome"],
        details=row["details"],
    )
    return Line(row["id"], entry, row["digest"] or "")
