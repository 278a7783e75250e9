"""What there is to say of a day that has no evaluation: which days near it have one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from core.messages import Sentence, say

MOST_DAYS: Final = 5
"""Days that are named when the one asked for is not there."""


def not_evaluated(day: dt.date, around: Iterable[dt.date]) -> Sentence:
    """That there is nothing of it.

    Args:
        day: That somebody asked for.
        around: Days near it that were evaluated.
    """
    nearest = sorted(around, key=lambda each: abs(each - day))[:MOST_DAYS]
    if not nearest:
        return say("{day} has not been evaluated, nor has any day near it.", day=day.isoformat())
    return say(
        "{day} has not been evaluated. The nearest that are: {days}.",
        day=day.isoformat(),
        days=", ".join(each.isoformat() for each in sorted(nearest)),
    )
