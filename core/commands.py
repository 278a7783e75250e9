"""What a person types after the slash command, taken apart.

Slack's clients turn quotes curly and `--` into a long dash, and a Japanese keyboard types
full-width digits, letters, equal signs and spaces: all of them mean the plain ones here. Who is
used to a terminal writes `--day=yesterday`: it means `day=yesterday`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_QUOTES: Final = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\u201e\u00ab\u00bb"
_APOSTROPHES: Final = "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\u201a"
_LONG_DASHES: Final = "\N{EM DASH}\N{HORIZONTAL BAR}"
_SHORT_DASHES: Final = "\N{EN DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{MINUS SIGN}"
_PLAIN: Final = (
    dict.fromkeys(_QUOTES, '"')
    | dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys(_LONG_DASHES, "--")
    | dict.fromkeys(_SHORT_DASHES, "-")
)
_TOKEN: Final = re.compile(
    r"""
    (?: -{0,2} (?P<name>[^\W\d][\w.-]*) [ ]* = (?: [ ]+ (?! [ ] | [^\W\d][\w.-]*[ ]*= ) )? )?
    (?: "(?P<double>[^"]*)"(?=\s|$) | '(?P<single>[^']*)'(?=\s|$) | (?P<bare>\S+)
      | (?(name) | (?!) ) )
    """,
    re.VERBOSE,
)
_TURNS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks, embeddings, overrides and isolates of right-to-left writing."""

_MARKUP: Final = re.compile(
    r"<(?:(?P<sign>[@#!])|(?=https?:|mailto:|tel:))(?P<what>[^<>|]+)(?:\|(?P<label>[^<>]*))?>"
)
"""Slack's form of a mention or a link; source:
https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages"""
_NAMED: Final = frozenset({"channel", "here", "everyone"})


@dataclass(frozen=True)
class Token:
    """One word, or one `name=value` pair."""

    name: str | None
    """As typed; None for a word."""
    text: str
    """The word or the value: quotes taken off, full-width characters made plain; empty where
    nothing follows the equal sign."""
    written: str
    """As it was typed."""

    @property
    def quoted(self) -> bool:
        """Whether quotes stand around it."""
        return normalise(self.written) in {f'"{self.text}"', f"'{self.text}'"}

    @property
    def said(self) -> str:
        """As it was typed, but for the quotes around it."""
        return self.written[1:-1] if self.quoted else self.written


@dataclass(frozen=True)
class Command:
    """A command's text: `run flights env=experiment NumLeaves=63`."""

    name: str
    """The first word in lower case; empty when there is none."""
    tokens: tuple[Token, ...] = ()
    """What follows it, in order."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words, without the pairs."""
        return tuple(token.text for token in self.tokens if token.name is None)

    @property
    def rewritten(self) -> tuple[str, ...]:
        """Every token as plain text that reads the same again."""
        return tuple(
            each.text if each.name is None else f'{each.name}="{each.text}"' for each in self.tokens
        )

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The names and values of the pairs, names as typed."""
        return tuple((each.name, each.text) for each in self.tokens if each.name is not None)


def parse(text: str) -> Command:
    """The command in a text. Every text is one; whoever reads it says what cannot be meant."""
    text = visible(text)
    plain, origin = _normalise(text)
    tokens = []
    for match in _TOKEN.finditer(plain):
        start, end = match.span()
        value = match["double"] or match["single"] or match["bare"] or ""
        written = text[origin[start] : origin[end - 1] + 1].rstrip()
        tokens.append(Token(match["name"], value, written))
    if tokens and tokens[0].name is None:
        return Command(tokens[0].text.lower(), tuple(tokens[1:]))
    return Command("", tuple(tokens))


def of_arguments(word: str, arguments: Iterable[str]) -> Command:
    """The command whose parts a shell took apart: what holds a space was quoted there."""
    return parse(" ".join([word, *map(_quoted, arguments)]))


def visible(text: str) -> str:
    """The text without characters that nobody sees, and that no answer, log or database should get.

    Controls become spaces, as line ends are; what turns the rest of a line around is left out; half
    of a surrogate pair, which no encoding takes, becomes the sign for it.
    """
    text = re.sub(r"[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", _TURNS.sub("", text))
    return "".join(" " if unicodedata.category(each) == "Cc" else each for each in text)


def normalise(text: str) -> str:
    """The text with curly quotes, long dashes and full-width characters made plain."""
    return _normalise(text)[0].strip()


def as_read(text: str) -> str:
    """The text with Slack's mentions and links as people see them: `<!channel>` is `@channel`.

    They are words then, which ring nobody.
    """
    return _MARKUP.sub(_as_read, text)


def same_name(one: str, other: str) -> bool:
    """Whether two names of parameters mean the same: case, `_`, `-` and `.` do not count."""
    return _bare_name(one) == _bare_name(other)


def _quoted(argument: str) -> str:
    if not re.search(r"\s", argument):
        return argument
    name, equals, value = argument.partition("=")
    return f'{name}="{value}"' if equals and not re.search(r"\s", name) else f'"{argument}"'


def _as_read(match: re.Match[str]) -> str:
    sign, what, label = match["sign"], match["what"], match["label"]
    if sign is None:
        return label or what
    if sign == "!":
        return f"@{what}" if what in _NAMED else label or what
    return f"{sign}{label or what}"


def _bare_name(name: str) -> str:
    return re.sub(r"[_.\-]", "", name).casefold()


def _normalise(text: str) -> tuple[str, list[int]]:
    """The plain text and, for each of its characters, the index it came from.

    Character by character, so that what was typed can be found again: NFKC over the whole text
    would compose across characters, which no command word needs.
    """
    plain: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        for normal in _PLAIN.get(character) or unicodedata.normalize("NFKC", character):
            plain.append(" " if normal.isspace() else normal)
            origin.append(index)
    return "".join(plain), origin
