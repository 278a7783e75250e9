"""Days that are known to be unlike others: holidays, and those of which people noted something.

An ordinary day is held against ordinary days, a known one against its like: days of the same
holiday or with the same note, else other known days. Where too few like it were evaluated, nobody
can tell whether so few rows are the holiday or a fault. That concerns what a day itself brings: its
rows, its rate of labels, how hard it is to predict. What tells of a broken feed or of one model
beside another on the same rows needs no such days, and is judged as on any day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from core.day_result import DayResult
from core.evidence.history import LEAST_DAYS, RECENT_DAYS, Past, recent
from core.notes import Note

LIKE_WITHIN: Final = dt.timedelta(days=2 * 365)
"""How far back days like a known one are looked for: a holiday comes once a year."""


@dataclass(frozen=True)
class Holiday:
    """A public holiday."""

    name: str
    """In English where the calendar has it, else in the country's own language."""
    translated: Mapping[str, str] = field(default_factory=dict)
    """Language → name."""

    def called(self, language: str) -> str:
        """Its name in a language, as far as it is known."""
        return self.translated.get(language, self.name)


@dataclass(frozen=True)
class KnownDays:
    """What is known of a series' days."""

    holidays: Mapping[dt.date, Holiday] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    def noted(self, day: dt.date) -> tuple[Note, ...]:
        """What people noted of a day."""
        return tuple(note for note in self.notes if day in note.span)

    def is_known(self, day: dt.date) -> bool:
        """Whether a day is known to be unlike others."""
        return day in self._kinds

    def is_left_out(self, day: dt.date) -> bool:
        """Whether somebody took a day out of every baseline."""
        return day in self._left_out

    def like(self, day: dt.date, days: Iterable[dt.date]) -> tuple[dt.date, ...]:
        """Those of earlier days that a known day is like, the newest, oldest first.

        Of the same holiday or note where these suffice, else every known day.
        """
        earlier = [d for d in sorted(days) if d < day and self.is_known(d)]
        known = [d for d in earlier if not self.is_left_out(d)]
        same = [d for d in known if self._kinds[d] & self._kinds.get(day, frozenset())]
        return tuple((same if len(same) >= LEAST_DAYS else known)[-RECENT_DAYS:])

    def wanted(self, day: dt.date) -> tuple[dt.date, ...]:
        """Days from which a day's like may be taken, the newest first; none for an ordinary one."""
        if not self.is_known(day):
            return ()
        earlier = (d for d in self._kinds if day - LIKE_WITHIN <= d < day)
        return tuple(sorted((d for d in earlier if not self.is_left_out(d)), reverse=True))

    def without_left_out(self, results: Iterable[DayResult]) -> dict[dt.date, DayResult]:
        """Results that may be a baseline, by day."""
        return {each.day: each for each in results if not self.is_left_out(each.day)}

    @cached_property
    def _left_out(self) -> frozenset[dt.date]:
        return frozenset(day for note in self.notes if note.leave_out for day in note.span)

    @cached_property
    def _kinds(self) -> Mapping[dt.date, frozenset[str]]:
        """What makes days alike: the holiday's name, the note's text."""
        kinds = {day: frozenset({holiday.name}) for day, holiday in self.holidays.items()}
        for note in self.notes:
            for day in note.span:
                kinds[day] = kinds.get(day, frozenset()) | {note.text.casefold()}
        return kinds


NOTHING_KNOWN: Final = KnownDays()


def yardstick(
    values: Mapping[dt.date, float],
    day: dt.date,
    known: KnownDays,
    *,
    weekdays: bool = False,
) -> Past:
    """The days that a day's own quantity is judged against.

    Args:
        values: The quantity of days that are not left out.
        day: The day judged.
        known: Which days are known.
        weekdays: Whether weekdays may have levels of their own.
    """
    if known.is_known(day):
        return Past({d: values[d] for d in known.like(day, values)}, of_known_days=True)
    ordinary = {d: value for d, value in values.items() if not known.is_known(d)}
    return recent(ordinary, day, weekdays=weekdays)
