"""Which days of a series are known to be unlike others: its country's holidays, and the notes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from bot.calendars import holidays_between
from bot.store.notes import Notes
from bot.targets import Target
from core.audit import Entry
from core.domain import Person, Pipeline
from core.errors import NotFoundError
from core.evidence.known_days import LIKE_WITHIN, KnownDays
from core.messages import say
from core.notes import Note, NoteKey

NOTE: Final = "note"
NOTED: Final = "noted"
LEFT_OUT: Final = "left out"
DELETED: Final = "deleted"


def public_holidays(pipeline: Pipeline, day: dt.date) -> KnownDays:
    """The public holidays that matter to who judges a day, without what people noted."""
    calendar = pipeline.calendar
    return KnownDays(holidays_between(calendar, day - LIKE_WITHIN, day) if calendar else {})


class KnownDaysBook:
    """Reads and changes what is known of days."""

    def __init__(self, store: Notes) -> None:
        self._store = store

    async def of(self, target: Target, day: dt.date) -> KnownDays:
        """What matters to who judges a day: the holidays up to it, and every note."""
        known = public_holidays(target.pipeline, day)
        return dataclasses.replace(known, notes=await self.notes(target))

    async def notes(self, target: Target) -> tuple[Note, ...]:
        """What people noted, the newest days first."""
        return await self._store.of_series(target.pipeline.name, target.environment)

    async def put(self, note: Note) -> Note | None:
        """Keep a note; gives what was noted of the same days before, whose place it takes."""
        outcome = LEFT_OUT if note.leave_out else NOTED
        details = {"text": note.text}
        entry = Entry(note.at, str(note.by), NOTE, str(note.key), outcome, details)
        return await self._store.put(note, entry)

    async def remove(self, key: NoteKey, *, by: Person, at: dt.datetime) -> None:
        """Take a note away.

        Raises:
            NotFoundError: it is not there any more.
        """
        entry = Entry(at, str(by), NOTE, str(key), DELETED)
        if not await self._store.remove(key, entry):
            raise NotFoundError(say("There is no note of {days} any more.", days=str(key.span)))
