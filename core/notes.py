"""What people know of days: `11-27..11-30 "Black Friday"`, and the days that such words mean."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Self

from core.commands import normalise
from core.domain import EnvironmentName, Person, PipelineName
from core.errors import InputError
from core.messages import say
from core.said_days import days_meant, nearest, reads_as_day
from core.spans import ONE_DAY, Span

MOST_DAYS: Final = 92
"""Of one note: a quarter. What lasts longer is how days are now."""
MOST_TEXT: Final = 200
"""Characters of a note."""
MOST_SHOWN: Final = 80
"""Characters of what was typed that an answer repeats."""
BETWEEN: Final = ("..", "~", "〜")
"""What stands between the first day and the last, once it is made plain."""
_BETWEEN: Final = re.compile(r"\s*(?:\.{2,3}|[~〜])\s*")


@dataclass(frozen=True)
class NoteKey:
    """Days of a series carry one note: noting the same days again changes it."""

    pipeline: PipelineName
    environment: EnvironmentName
    span: Span

    def __str__(self) -> str:
        """As buttons and the audit log carry it."""
        return f"{self.pipeline}/{self.environment}/{self.span}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `str`; a ValueError for anything else."""
        pipeline, environment, span = text.split("/")
        return cls(PipelineName(pipeline), EnvironmentName(environment), Span.of(span))


@dataclass(frozen=True)
class Note:
    """What somebody knows of some days."""

    key: NoteKey
    text: str
    leave_out: bool
    """Whether the days are in no baseline, as those whose data were broken."""
    by: Person
    at: dt.datetime

    @property
    def span(self) -> Span:
        """The days."""
        return self.key.span


def days_of(text: str, *, today: dt.date) -> Span:
    """The days that a person means; they may be still to come.

    Args:
        text: Such as `11-27..11-30`, `2013-11-27`, `11月27日`, `yesterday` or `昨日`.
            Without a year it is the nearest such day.
        today: The day that it is for the data.

    Raises:
        InputError: it is none, ends before it begins, or is too long.
    """
    first_text, *last_text = _BETWEEN.split(normalise(text))
    first = nearest(first_text, today=today)
    last = first
    if len(last_text) == 1 and first is not None:
        last = _end(last_text[0], first, today)
    if first is None or last is None or len(last_text) > 1:
        raise InputError(
            say(
                "{text} is no day: write one such as 11-27, 2013-11-27 or yesterday, or several "
                "such as 11-27..11-30.",
                text=text[:MOST_SHOWN],
            )
        )
    if last < first:
        raise InputError(
            say(
                "{text} ends before it begins: write the earlier day first.", text=text[:MOST_SHOWN]
            )
        )
    span = Span(first, last)
    if len(span) > MOST_DAYS:
        raise InputError(
            say(
                "{text} are {count} days: a note is of {most} at most. Write several.",
                text=text[:MOST_SHOWN],
                count=len(span),
                most=MOST_DAYS,
            )
        )
    return span


def looks_like_days(text: str) -> bool:
    """Whether a word is meant as days, and not as a pipeline or part of the note."""
    return reads_as_day(text) or bool(re.match(r"\d", normalise(text)))


def reads_as_days(text: str) -> bool:
    """Whether a word is days, whatever they are."""
    first, *_ = _BETWEEN.split(normalise(text))
    return reads_as_day(first)


def text_of(text: str) -> str:
    """What a note says, on one line.

    Raises:
        InputError: it is empty or too long.
    """
    said = " ".join(text.split())
    if not said:
        raise InputError(say('Say what is known of these days: `11-27..11-30 "Black Friday"`.'))
    if len(said) > MOST_TEXT:
        raise InputError(
            say(
                "A note has at most {most} characters, not {count}: write it shorter.",
                most=MOST_TEXT,
                count=len(said),
            )
        )
    return said


def _end(text: str, since: dt.date, today: dt.date) -> dt.date | None:
    """The end of days that begin on `since`.

    Without a year it is in that of `since`; in the next one only where a note may last until then.
    """
    meant = days_meant(text, today=today)
    if len(meant) == 1:
        return meant[0]
    around = days_meant(text, today=since)
    near = (each for each in around if since <= each < since + MOST_DAYS * ONE_DAY)
    same_year = (each for each in around if each.year == since.year)
    return next(near, next(same_year, None))
