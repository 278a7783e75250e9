"""Lines of the audit log, and what somebody asks of it: `by=@ben action=approve since=7d`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from core.errors import InputError
from core.inputs import MOST_SHOWN, closest, given_twice, without_value
from core.messages import say

WORDS: Final = ("by", "action", "outcome", "about", "since")


@dataclass(frozen=True)
class Entry:
    """One line of the audit log."""

    at: dt.datetime
    who: str
    """`T…/U…`, or `schedule`."""
    action: str
    subject: str
    """What was acted on: an ARN, an id."""
    outcome: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line as it is kept."""

    number: int
    """Grows from line to line, by more than one where something was not kept after all."""
    entry: Entry
    digest: str


@dataclass(frozen=True)
class Verified:
    """What a look at the whole chain found."""

    lines: int
    """How many hold."""
    digest: str
    """Of the newest that holds."""
    broken: Line | None = None
    """The first that does not fit: it, or what stood before it, is not as it was written."""
    missing: int = 0
    """How many are missing at the end."""

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, taken out or put in."""
        return self.broken is None and not self.missing


@dataclass(frozen=True)
class Question:
    """Which lines are asked for; None: whatever it is."""

    who: str | None = None
    """The end of `T…/U…`: a user id, or team and user id."""
    action: str | None = None
    outcome: str | None = None
    about: str | None = None
    """A part of what was acted on."""
    since: dt.datetime | None = None

    @classmethod
    def of(
        cls,
        pairs: Iterable[tuple[str, str]],
        *,
        who: str | None,
        since: Callable[[str], dt.datetime],
    ) -> Question:
        """The question in `name=value` pairs.

        Args:
            pairs: As they were typed.
            who: Whom `by=` names.
            since: The moment of `7d` or a day; an InputError where it is none.

        Raises:
            InputError: a name means nothing here, comes twice, or has no value.
        """
        found: dict[str, str] = {}
        for name, value in pairs:
            word = name.casefold()
            if word not in WORDS:
                raise _unknown(name)
            if word in found:
                raise given_twice(word)
            if not value.strip():
                raise without_value(word)
            found[word] = value.strip()
        return cls(
            who=who,
            action=found.get("action"),
            outcome=found.get("outcome"),
            about=found.get("about"),
            since=since(found["since"]) if "since" in found else None,
        )


def _unknown(name: str) -> InputError:
    if close := closest(name, WORDS):
        return InputError(
            say("There is no {word}=. Did you mean {close}=?", word=name[:MOST_SHOWN], close=close)
        )
    return InputError(
        say(
            "I do not understand {word}. Write conditions such as by=@ben action=approve since=7d.",
            word=name[:MOST_SHOWN],
        )
    )
