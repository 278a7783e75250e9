"""Tags and notes that people keep with a trial, as parameters of its trial component.

Each tag is a parameter of its own: two people who tag at once lose nothing of each other's, and
SageMaker's Search finds trials by it. A contract: `trials tag=weather` reads what is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.commands import Command, as_read
from core.errors import InputError
from core.inputs import MOST_SHOWN
from core.messages import say

MARK: Final = "mlpipe:"
"""How parameters begin that tell what people say of a trial, not what was tried."""
NOTE: Final = f"{MARK}note"
TAG: Final = f"{MARK}tag:"
"""`mlpipe:tag:weather` → who set it."""
MOST_TAG: Final = 40
"""Characters of a tag."""
MOST_TAGS: Final = 10
"""Tags that are set at once; a trial component has 300 parameters at most."""
MOST_NOTE: Final = 500
"""Characters of a note; a parameter's value has 2500 at most."""
_TAG: Final = re.compile(r"[^\W_][\w.-]*")


@dataclass(frozen=True)
class Marks:
    """What is to be kept with a trial, and what no more."""

    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    note: str | None = None
    """Empty: there is to be none; None: it stays as it is."""


def is_mark(parameter: str) -> bool:
    """Whether a parameter of a trial is something that people said of it."""
    return parameter.startswith(MARK)


def tags_of(parameters: Iterable[str]) -> tuple[str, ...]:
    """The tags among a trial's parameters."""
    return tuple(sorted(each.removeprefix(TAG) for each in parameters if each.startswith(TAG)))


def note_of(parameters: Mapping[str, float | str]) -> str:
    """The note among a trial's parameters; empty where there is none."""
    return str(parameters.get(NOTE, ""))


def tag(text: str) -> str:
    """A tag as it is kept: case does not count.

    Raises:
        InputError: it cannot be one.
    """
    found = text.removeprefix("#").casefold()
    if len(found) > MOST_TAG or not _TAG.fullmatch(found):
        raise InputError(
            say(
                "A tag is one word of letters, digits, - and _ with at most {most} characters, "
                "not {text}.",
                most=MOST_TAG,
                text=text[:MOST_SHOWN],
            ),
            field="tag",
        )
    return found


def marks(command: Command) -> Marks:
    """What `weather -draft note="good in storms"` says.

    Raises:
        InputError: something of it cannot be meant.
    """
    said: list[str] | None = None
    tags: list[str] = []
    without: list[str] = []
    for token in command.tokens:
        if token.name is not None and token.name.casefold() == "note":
            said = [token.text]
        elif said is not None:  # a note without quotes goes on to the end
            said.append(token.written)
        elif token.name is not None and token.name.casefold() in {"tag", "tags"}:
            tags += map(tag, token.text.split(","))
        elif token.name is None and token.text.startswith("-"):
            without.append(tag(token.text.lstrip("-")))
        else:
            tags.append(tag(token.written if token.name else token.text))
    if len(tags) + len(without) > MOST_TAGS:
        raise InputError(say("At most {most} tags at once.", most=MOST_TAGS))
    kept = tuple(dict.fromkeys(each for each in tags if each not in without))
    note = None if said is None else _note(" ".join(said))
    return Marks(kept, tuple(dict.fromkeys(without)), note)


def _note(text: str) -> str:
    said = " ".join(as_read(text).split())
    if len(said) > MOST_NOTE:
        raise InputError(
            say(
                "A note has at most {most} characters, not {count}: write it shorter.",
                most=MOST_NOTE,
                count=len(said),
            ),
            field="note",
        )
    return said


def after(
    parameters: Mapping[str, float | str], wanted: Marks, *, person: str
) -> dict[str, float | str]:
    """A trial's parameters once something was kept with it."""
    gone = {f"{TAG}{each}" for each in wanted.without}
    kept: dict[str, float | str] = {
        name: value for name, value in parameters.items() if name not in gone
    }
    kept |= {f"{TAG}{each}": person for each in wanted.tags}
    if wanted.note is not None:
        kept[NOTE] = wanted.note
    return kept
