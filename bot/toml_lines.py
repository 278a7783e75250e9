"""On which line of a TOML text each key stands: tomllib gives the values without their places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Final

Location = tuple[str | int, ...]
"""Keys from the top of the file; numbers are places in lists."""

_GAP: Final = re.compile(r"(?:\s|#[^\n]*)*")
_KEY: Final = re.compile(r"[A-Za-z0-9_-]+|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'")
_SPACE: Final = re.compile(r"[ \t]*")
_SCALAR: Final = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""(?!")'  # a text that ends in quotes has up to five in a row
    r"|'''[\s\S]*?'''(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|[^,\]}#\n]+"
)


def lines_of(text: str) -> dict[Location, int]:
    """The line, from 1, on which each key, table and place in a list begins.

    Args:
        text: What tomllib has read without a complaint.
    """
    return dict(_Reader(text).keys())


class _Reader:
    """Reads a text that is known to be TOML once, from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._at = 0
        self._tables: dict[Location, int] = {}

    def keys(self) -> Iterator[tuple[Location, int]]:
        table: Location = ()
        self._skip(_GAP)
        while self._at < len(self._text):
            line = self._line()
            if self._next("["):
                table = self._header()
                yield table, line
            else:
                yield from self._pair(table)
            self._skip(_GAP)

    def _header(self) -> Location:
        many = self._next("[")
        name = self._key()
        self._next("]")
        if not many:
            return self._place(name)
        self._next("]")
        self._tables[name] = self._tables.get(name, -1) + 1
        return self._place(name)

    def _place(self, name: Location) -> Location:
        """The table of a header: below a list of tables it is in the last of them."""
        place: Location = ()
        for length, part in enumerate(name, start=1):
            place = (*place, part)
            if (last := self._tables.get(name[:length])) is not None:
                place = (*place, last)
        return place

    def _pair(self, table: Location) -> Iterator[tuple[Location, int]]:
        line = self._line()
        key = self._key()
        for length in range(1, len(key) + 1):
            yield (*table, *key[:length]), line
        self._next("=")
        self._skip(_SPACE)
        yield from self._value((*table, *key))

    def _value(self, place: Location) -> Iterator[tuple[Location, int]]:
        if self._next("["):
            number = 0
            while not self._closed("]"):
                yield (*place, number), self._line()
                yield from self._value((*place, number))
                number += 1
        elif self._next("{"):
            while not self._closed("}"):
                yield from self._pair(place)
        else:
            self._skip(_SCALAR)

    def _closed(self, sign: str) -> bool:
        self._skip(_GAP)
        self._next(",")
        self._skip(_GAP)
        return self._next(sign)

    def _key(self) -> Location:
        parts = [self._part()]
        while self._next("."):
            parts.append(self._part())
        return tuple(parts)

    def _part(self) -> str:
        self._skip(_SPACE)
        written = self._skip(_KEY)
        self._skip(_SPACE)
        return next(iter(tomllib.loads(f"{written} = 0"))) if written[0] in "\"'" else written

    def _next(self, sign: str) -> bool:
        found = self._text.startswith(sign, self._at)
        self._at += len(sign) if found else 0
        return found

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return match[0] if match else ""

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
