"""A range of days, each run with the same recipe, one after the other."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.commands import normalise
from core.domain import ExecutionStatus
from core.errors import InputError
from core.inputs import MOST_SHOWN, day_of
from core.messages import say
from core.parameters import DAY
from core.said_days import days_meant
from core.spans import Span

_BETWEEN: Final = re.compile(r"\.{2,}|~|〜")
"""Between the first and the last day; `…` and the full-width tilde are made these."""


class DayState(enum.StrEnum):
    """How one day of a range stands."""

    WAITING = "waiting"
    """Its turn has not come."""
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    """Trained and evaluated; the gate did not let it be registered."""
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def halts(self) -> bool:
        """Whether the days after it do not begin."""
        return self in {DayState.FAILED, DayState.STOPPED}


class End(enum.StrEnum):
    """How a range of days ended."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Begin:
    """A day's turn has come."""

    day: dt.date


@dataclass(frozen=True)
class Wait:
    """A day runs."""

    day: dt.date


Next = Begin | Wait | End


def next_of(span: Span, states: Mapping[dt.date, DayState], *, stopped: bool) -> Next:
    """What is to be done now.

    A failed day holds up those after it: what ails one, such as a right that is missing, would ail
    them all. What only the gate refused was trained and evaluated, and holds up nothing.

    Args:
        span: The days.
        states: Of those that have begun.
        stopped: Whether somebody asked that no more begin.
    """
    for day in span:
        state = states.get(day, DayState.WAITING)
        if state is DayState.RUNNING:
            return Wait(day)
        if state is DayState.STOPPED:
            return End.STOPPED
        if state is DayState.FAILED:
            return End.FAILED
        if state is DayState.WAITING:
            return End.STOPPED if stopped else Begin(day)
    return End.DONE


def state_of(status: ExecutionStatus, *, refused_by_gate: bool) -> DayState:
    """How the day of an execution stands."""
    match status:
        case ExecutionStatus.SUCCEEDED:
            return DayState.DONE
        case ExecutionStatus.STOPPED:
            return DayState.STOPPED
        case _ if not status.ended:
            return DayState.RUNNING
        case _:
            return DayState.REFUSED if refused_by_gate else DayState.FAILED


def reads_as_days(text: str) -> bool:
    """Whether a person means several days by it."""
    return bool(_BETWEEN.search(normalise(text)))


def days_of(text: str, *, today: dt.date, most: int) -> Span:
    """The days that a person means.

    Args:
        text: Such as `2013-06-01..2013-06-14`, or `06-01..06-14`.
        today: The day that it is for the data; only days before it are over.
        most: So many at most.

    Raises:
        InputError: they are none, not over yet, or too many; `field` is the day.
    """
    try:
        return span_of(*_ends(text, today=today), most=most)
    except InputError as error:
        raise InputError(error.sentence, field=DAY) from None


def span_of(first: dt.date, last: dt.date, *, most: int) -> Span:
    """The days from a first to a last one.

    Raises:
        InputError: the last comes before the first, or they are too many.
    """
    span = Span(first, last)
    if last < first:
        raise InputError(
            say(
                "{first} comes after {last}: write the earlier day first.",
                first=first.isoformat(),
                last=last.isoformat(),
            )
        )
    if len(span) > most:
        raise InputError(
            say(
                "Those are {count} days, and one range here has at most {most}: write a shorter "
                "one, and the rest after it.",
                count=len(span),
                most=most,
            )
        )
    return span


def without_data(days: Iterable[dt.date], there: Iterable[dt.date]) -> tuple[dt.date, ...]:
    """The days of which there are no data."""
    known = frozenset(there)
    return tuple(day for day in days if day not in known)


def _ends(text: str, *, today: dt.date) -> tuple[dt.date, dt.date]:
    begins, ends = (part.strip() for part in _BETWEEN.split(normalise(text), maxsplit=1))
    if not begins or not ends or _BETWEEN.search(ends):
        raise InputError(
            say(
                "{text} is no range of days: write one such as 2013-06-01..2013-06-14.",
                text=text[:MOST_SHOWN],
            )
        )
    first = day_of(begins, today=today)
    meant = days_meant(ends, today=first)
    if len(meant) > 1:  # without a year: the first such day from the first one on
        ends = next((day for day in meant if day >= first), meant[-1]).isoformat()
    return first, day_of(ends, today=today)
