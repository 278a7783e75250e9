"""What people know of the days of a series."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.audit import write
from bot.store.schema import notes
from bot.store.turns import one_after_the_other
from core.audit import Entry
from core.domain import EnvironmentName, Person, PipelineName
from core.notes import Note, NoteKey
from core.spans import Span


class Notes:
    """The table of notes; what changes is in the audit log too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of_series(
        self, pipeline: PipelineName, environment: EnvironmentName
    ) -> tuple[Note, ...]:
        """Those of one series, the newest days first."""
        table = notes.c
        query = (
            select(notes)
            .where(table.pipeline == pipeline, table.environment == environment)
            .order_by(table.first.desc(), table.last.desc())
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_note(row) for row in rows)

    async def put(self, note: Note, entry: Entry) -> Note | None:
        """Store one; gives what was noted of the same days before, whose place it takes."""
        before = delete(notes).where(_is(note.key)).returning(notes)
        async with self._engine.begin() as connection:
            await one_after_the_other(connection, notes)
            row = (await connection.execute(before)).mappings().first()
            await connection.execute(insert(notes).values(**_columns(note)))
            await write(connection, entry)
        return _note(row) if row else None

    async def remove(self, key: NoteKey, entry: Entry) -> bool:
        """Take one away; gives whether it was there."""
        async with self._engine.begin() as connection:
            result = await connection.execute(delete(notes).where(_is(key)))
            if result.rowcount:
                await write(connection, entry)
        return bool(result.rowcount)


def _is(key: NoteKey) -> ColumnElement[bool]:
    return and_(*(notes.c[name] == value for name, value in _named(key).items()))


def _named(key: NoteKey) -> dict[str, Any]:
    return {
        "pipeline": key.pipeline,
        "environment": key.environment,
        "first": key.span.first,
        "last": key.span.last,
    }


def _columns(note: Note) -> dict[str, Any]:
    return {
        **_named(note.key),
        "text": note.text,
        "leave_out": note.leave_out,
        "by": str(note.by),
        "at": note.at,
    }


def _note(row: RowMapping) -> Note:
    return Note(
        key=NoteKey(row["pipeline"], row["environment"], Span(row["first"], row["last"])),
        text=row["text"],
        leave_out=row["leave_out"],
        by=Person.parse(row["by"]),
        at=row["at"],
    )
