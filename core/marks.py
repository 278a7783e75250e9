"""Tags and notes that people keep with a trial, as parameters of its trial component.

Each tag is a parameter of its own: two people who tag at once lose nothing of each other's, and
SageMaker's Search finds trials by it. A contract: `trials tag=weather` reads what is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.commands import Command, Token, as_read, normalise, same_name
from core.errors import InputError
from core.inputs import MOST_SHOWN, given_twice
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
_QUOTES: Final = ('"', "'")
_TAG: Final = re.compile(r"[^\W_][\w.-]*")


TAG_WORDS: Final = ("tag", "tags")
NOTE_WORDS: Final = ("note",)
"""How tags and a note are named in a line that starts something."""


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


def given_with(command: Command, own: Iterable[str]) -> tuple[Marks, Command]:
    """The tags and the note in a line that starts something, and the line without them.

    Args:
        command: Such as `run NumLeaves=63 tags=weather,night note="try storms"`. A note without
            quotes goes on to the next pair.
        own: Names of the pipeline's own parameters: one that is called so is meant.

    Raises:
        InputError: something of it cannot be meant.
    """
    known = tuple(own)
    tags: list[str] = []
    said: list[str] | None = None
    rest: list[Token] = []
    in_note = False
    for token in command.tokens:
        if _is_one_of(token, TAG_WORDS, known):
            tags += filter(None, token.text.split(","))
            in_note = False
        elif _is_one_of(token, NOTE_WORDS, known):
            if said is not None:
                raise given_twice(NOTE_WORDS[0])
            said, in_note = [token.text], not normalise(token.written).endswith(_QUOTES)
        elif said is not None and in_note and token.name is None:
            said.append(token.written)
        else:
            rest.append(token)
            in_note = False
    return said_of_a_start(tags, " ".join(said or ())), Command(command.name, tuple(rest))


def said_of_a_start(tags: Iterable[str], note: str) -> Marks:
    """What is to be kept with the trial of what is started; an empty note is none.

    Raises:
        InputError: something of it cannot be meant; `field` is `tag` or `note`.
    """
    kept = tuple(dict.fromkeys(map(tag, tags)))
    if len(kept) > MOST_TAGS:
        raise InputError(say("At most {most} tags at once.", most=MOST_TAGS), field="tag")
    return Marks(kept, note=_note(note) or None)


def _is_one_of(token: Token, words: Iterable[str], own: Iterable[str]) -> bool:
    if token.name is None or any(same_name(token.name, each) for each in own):
        return False
    return any(same_name(token.name, word) for word in words)


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
