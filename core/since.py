"""`since=7d`: from when on."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from core.errors import InputError
from core.inputs import MOST_SHOWN
from core.messages import say

_UNITS: Final = {"h": dt.timedelta(hours=1), "d": dt.timedelta(days=1), "w": dt.timedelta(weeks=1)}
_SPAN: Final = re.compile(r"(\d{1,4})([hdw])", re.IGNORECASE)


def moment_of(text: str, now: dt.datetime) -> dt.datetime:
    """The moment that `since=` means: so long before now, or the beginning of a day in its zone.

    Raises:
        InputError: it is neither.
    """
    if match := _SPAN.fullmatch(text):
        return now - int(match[1]) * _UNITS[match[2].lower()]
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), now.tzinfo)
    except ValueError:
        raise InputError(
            say(
                "since= takes a span such as 12h, 7d or 2w, or a day such as 2013-06-01, "
                "not {text}.",
                text=text[:MOST_SHOWN],
            ),
            field="since",
        ) from None
