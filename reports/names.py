"""Names from outside (people, features, reasons), made fit to stand in a message."""

from __future__ import annotations

import unicodedata
from typing import Final

from core.domain import PRODUCTION, Person
from core.messages import Markup, Sentence, say

NAME: Final = 80
"""Characters of a name that are shown."""
REASON: Final = 500
"""Characters of a reason that are shown: escaped it still fits a section of 3,000."""

_JOINER: Final = "\N{ZERO WIDTH JOINER}"
_ISOLATE: Final = "\N{FIRST STRONG ISOLATE}"
_END: Final = "\N{POP DIRECTIONAL ISOLATE}"


def shown(text: str, most: int = NAME) -> str:
    """Text from outside on one line, without invisible characters and at most this long.

    Escaping stays the translator's. Text from right to left is isolated, so that it does not
    turn the sentence around it.
    """
    visible = one_line(text)
    if len(visible) > most:
        visible = visible[: most - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in visible):
        return f"{_ISOLATE}{visible}{_END}"
    return visible or "?"


def one_line(text: str) -> str:
    """The text without line breaks and without characters that cannot be seen."""
    return "".join(
        character
        for character in " ".join(text.split())
        if character == _JOINER or unicodedata.category(character)[0] != "C"
    )


def code(text: str, most: int = NAME) -> str:
    """Text from outside for a place between backticks, which it cannot end."""
    return shown(text, most).replace("`", "'")


def mention(person: Person) -> Markup:
    """A person as Slack shows people."""
    return Markup(f"<@{person.user}>", person.user)


def environment_title(name: str) -> str:
    """An environment at the head of a message: production is unmistakable."""
    name = shown(name, 40)
    return f"🏭 {name.upper()}" if name == PRODUCTION else f"🧪 {name}"


def starter(started_by: str) -> Sentence | Markup | str:
    """Who started a run, from what the run itself keeps: `T…/U…`, a word, or an ARN."""
    try:
        person = Person.parse(started_by)
    except ValueError:
        person = None
    if person is not None and f"{person.team}{person.user}".isalnum():
        return mention(person)
    match started_by:
        case "" | "unknown":
            return say("an unknown person")
        case "schedule":
            return say("the schedule")
        case _:
            return shown(started_by)
