"""Judged days whose conversions come late."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from core.day_result import DayResult
from core.manifest import UntilThen
from core.spans import ONE_DAY
from tests.unit.evidence.judged_days import TODAY, judged_day

RATE = 0.2
IN = 0.45
"""Share of the conversions that have come by the end of the day."""
MATURES = 7


def known_at(
    day: dt.date, age: int, *, share: float, rate: float = RATE, **different: Any
) -> DayResult:
    """A day of whose conversions a share had come."""
    labels = {"age": age, "matures_after": MATURES, "until_then": UntilThen.NEGATIVE}
    return judged_day(day, rate=rate * share, run={"labels": labels}, **different)


def past_day(day: dt.date, *, share: float = IN, age: int = 1) -> DayResult:
    """A day of the past as the bot finds it: with what it was, and matured once it could."""
    young = known_at(day, age, share=share)
    if (TODAY + ONE_DAY - day).days < MATURES:
        return young
    return matured(young, known_at(day, MATURES, share=1.0))


def matured(young: DayResult, now: DayResult) -> DayResult:
    """A day that was scored again."""
    return dataclasses.replace(now, earlier=(young,))
