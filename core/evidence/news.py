"""Did anything change that a reader wants to hear who asked for changes only?"""

from __future__ import annotations

import enum

from core.evidence.verdict import Sign, Verdict


class News(enum.StrEnum):
    """Why a day is worth a message to such a reader."""

    ALARM = "alarm"
    NO_RESULTS = "no results"
    STRANGE_DAY = "strange day"
    CHANGED = "people changed something"
    STALE = "production grew old"
    WELL_AGAIN = "the run works again"
    OTHER_VERDICT = "another verdict than on the day heard of before"


def news(now: Verdict, before: Verdict | None) -> tuple[News, ...]:
    """What is new; nothing on an ordinary day after an ordinary one.

    An alarm, a strange day and missing results are told every day on which they last, and on its
    day what people changed: code, parameters, the version that serves. That all is well again is
    another verdict; so is that there is enough history to judge, and the first verdict of all.

    Args:
        now: The day's verdict.
        before: That of the day that the reader heard of before; None where there is none.
    """
    found = {
        Sign.ALARM: News.ALARM,
        Sign.NO_RESULTS: News.NO_RESULTS,
        Sign.STRANGE: News.STRANGE_DAY,
    }.get(now.sign)
    told = [found] if found is not None else []
    told += [News.CHANGED] if now.changed else []
    told += [] if before is not None and _same(now, before) else [News.OTHER_VERDICT]
    return tuple(told)


def _same(now: Verdict, before: Verdict) -> bool:
    return (now.sign, now.cause.cause, now.role) == (before.sign, before.cause.cause, before.role)
