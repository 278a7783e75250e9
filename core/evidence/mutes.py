"""Alarms that ring no more for a while, because somebody knows of them: they are said all the same.

A mute is of one fault of one column or model in one series, and has an end. It covers days of the
data, so that a report of an old day says what it said then.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.domain import EnvironmentName, Person, PipelineName
from core.evidence.alarms import Alarm, Fault
from core.evidence.columns import ColumnFault
from core.spans import Span

MOST_DAYS: Final = 92
"""A quarter. What nobody mends in so long is how things are now: the alarm ends by itself."""


@dataclass(frozen=True)
class MuteKey:
    """What is mute."""

    pipeline: PipelineName
    environment: EnvironmentName
    fault: Fault
    subject: str = ""
    """The column or the model's role; "" where it is of all rows."""
    column_fault: ColumnFault | None = None
    """Which of a column's faults. None where it is no column, and in mutes of columns from before
    their faults were told apart: these are of all of them."""

    def covers(self, alarm: Alarm) -> bool:
        """Whether an alarm of the series is the one that is mute."""
        same = (alarm.fault, alarm.subject) == (self.fault, self.subject)
        return same and self.column_fault in {None, alarm.column_fault}

    def __str__(self) -> str:
        """As the audit log carries it."""
        named = f"{self.pipeline}/{self.environment}/{self.fault}/{self.subject}"
        return f"{named}/{self.column_fault}" if self.column_fault else named


@dataclass(frozen=True)
class Mute:
    """An alarm that does not ring on some days."""

    key: MuteKey
    span: Span
    """The days of the data."""
    by: Person
    at: dt.datetime


@dataclass(frozen=True)
class Muted:
    """An alarm that is said and does not ring, and why."""

    alarm: Alarm
    mute: Mute


def joined(earlier: Iterable[Mute], newer: Mute) -> Mute:
    """What a mute is together with those before it of the same alarm, with no days between them.

    The one that ends last, from the first day of all.
    """
    every = [newer, *earlier]
    last = max(every, key=lambda each: each.span.last)
    first = min(each.span.first for each in every)
    return dataclasses.replace(last, span=Span(first, last.span.last))


def muted(
    alarms: Iterable[Alarm], mutes: Iterable[Mute], day: dt.date
) -> tuple[tuple[Alarm, ...], tuple[Muted, ...]]:
    """Those that ring, and those that do not.

    Args:
        alarms: A day's, of one series.
        mutes: Of that series.
        day: The day.
    """
    current = [mute for mute in mutes if day in mute.span]
    found = [(alarm, _of(alarm, current)) for alarm in alarms]
    ringing = tuple(alarm for alarm, mute in found if mute is None)
    return ringing, tuple(Muted(alarm, mute) for alarm, mute in found if mute is not None)


def _of(alarm: Alarm, mutes: Iterable[Mute]) -> Mute | None:
    return next((mute for mute in mutes if mute.key.covers(alarm)), None)
