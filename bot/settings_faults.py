"""Says what is wrong in mlpipe.toml: for each key its file, its line and what to write instead."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.settings_places import Place
from bot.toml_lines import Location, lines_of
from core.inputs import closest
from core.messages import Sentence, in_lines, say
from core.redaction import redact

MOST_SHOWN: Final = 60
"""Characters of a wrong value that are repeated."""
_KEY: Final = "[key]"
"""How pydantic marks that a name, not what it stands for, is wrong."""


@dataclass(frozen=True)
class Fault:
    """One thing to mend."""

    location: Location
    sentence: Sentence
    explains: frozenset[Location] = frozenset()
    """Where other faults are that only follow from this one, and are not told."""


def told(faults: Sequence[Fault], *, path: Path, text: str) -> Sentence:
    """All of the faults in the order of the file, each with its place."""
    lines = lines_of(text)
    explained = frozenset[Location]().union(*(each.explains for each in faults))
    left = [each for each in faults if each.location not in explained]
    placed = sorted(((_line(lines, each.location), each) for each in left), key=lambda at: at[0])
    sentences = [
        say("{where}: {fault}", where=f"{path}:{line}" if line else str(path), fault=each.sentence)
        for line, each in placed
    ]
    if len(sentences) == 1:
        return sentences[0]
    first = say("{path} has {count} faults:", path=str(path), count=len(sentences))
    return in_lines([first, *sentences])


def of_shape(error: ValidationError) -> Iterator[Fault]:
    """What is wrong with each key by itself."""
    for each in error.errors(include_url=False):
        location: Location = each["loc"]
        if each["type"] == "extra_forbidden":
            yield _unknown(location)
        elif each["type"] == "missing":
            yield Fault(location, missing(location))
        elif location[-1] == _KEY:
            yield _misnamed(location[:-1])
        else:
            yield Fault(location, _wrong(location, each))


def _line(lines: Mapping[Location, int], location: Location) -> int:
    """Where a key stands, else its table, else what begins its table; 0 for none of these."""
    for length in range(len(location), 0, -1):
        begun = [line for key, line in lines.items() if key[:length] == location[:length]]
        if begun:
            return min(begun)
    return 0


def _unknown(location: Location) -> Fault:
    *table, name = location
    known = Place.at(table).keys
    close = closest(str(name), known)
    if close is None:
        sentence = say(
            "there is no key {key}. Known here: {known}.",
            key=dotted(location),
            known=", ".join(known),
        )
        return Fault(location, sentence)
    sentence = say(
        "there is no key {key}. Did you mean {close}?", key=dotted(location), close=close
    )
    return Fault(location, sentence, frozenset({(*table, close)}))


def missing(location: Location) -> Sentence:
    """A key has to be there and is not."""
    return say(
        "the key {key} is missing. Write {wanted}.",
        key=dotted(location),
        wanted=Place.at(location).wanted,
    )


def _misnamed(location: Location) -> Fault:
    wanted = Place.at(location[:-1]).names
    return Fault(
        location, say("{key} is no name. Write {wanted}.", key=dotted(location), wanted=wanted)
    )


def _wrong(location: Location, error: ErrorDetails) -> Sentence:
    place, key, given = Place.at(location), dotted(location), shown(error["input"])
    if place.choices and isinstance(error["input"], str):
        return no_such(key, error["input"], place.choices)
    return say("{key} is {given}. Write {wanted}.", key=key, given=given, wanted=place.wanted)


def no_such(key: str, word: str, known: Sequence[str]) -> Sentence:
    """A key names what there is not.

    Args:
        key: Which.
        word: The word.
        known: Those that there are.
    """
    if close := closest(word, known):
        return say(
            "{key}: there is no {given}. Did you mean {close}?",
            key=key,
            given=shown(word),
            close=close,
        )
    return say(
        "{key}: there is no {given}. There are {known}.",
        key=key,
        given=shown(word),
        known=", ".join(known),
    )


def dotted(location: Location) -> str:
    """A key as TOML writes it from the top of the file; which of a list it is, its line tells."""
    return ".".join(part for part in location if isinstance(part, str))


def shown(value: object) -> str:
    """A value as TOML writes it, in short and without secrets."""
    match value:
        case dict():
            return "a table"
        case list():
            return "a list"
        case str():
            plain = redact(value)
            plain = plain if len(plain) <= MOST_SHOWN else f"{plain[:MOST_SHOWN]}…"
            return json.dumps(plain, ensure_ascii=False)
        case bool():
            return str(value).lower()
        case _:
            return str(value)
