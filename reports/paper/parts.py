"""What a reader sees of a message: headings, paragraphs, tables and pictures, without Slack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from core.messages import unescape
from reports.message import Report

_MARKUP: Final = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<link>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>"
    r"|(?<!\w)\*(?P<bold>[^*\n]+)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)"
)
"""https://docs.slack.dev/messaging/formatting-message-text"""


class Style(Enum):
    """How words are written."""

    PLAIN = auto()
    CODE = auto()
    BOLD = auto()
    ITALIC = auto()


@dataclass(frozen=True)
class Span:
    """Words of one style."""

    text: str
    style: Style = Style.PLAIN
    link: str | None = None


@dataclass(frozen=True)
class Heading:
    """The message's title."""

    text: str


@dataclass(frozen=True)
class Lines:
    """A paragraph, line by line."""

    lines: tuple[tuple[Span, ...], ...]
    small: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of plain cells, the first of them the names of the columns."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Image:
    """A picture in its place."""

    name: str
    alt: str


Part = Heading | Lines | Table | Image


def parts_of(report: Report) -> tuple[Part, ...]:
    """What a report shows; what only works in Slack, such as its buttons, is left out."""
    ids = {picture.name: f"F{place:08}" for place, picture in enumerate(report.pictures)}
    names = {file: name for name, file in ids.items()}
    payload = report.illustrated(ids).plainer().payload()
    return tuple(part for block in payload for part in _parts(block, names))


def spans(markup: str) -> tuple[Span, ...]:
    """A line of Slack's markup, taken apart."""
    return tuple(_spans(markup, Style.PLAIN))


def _parts(block: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Part]:
    match block["type"]:
        case "header":
            yield Heading(block["text"]["text"])
        case "section":
            yield from _lines([block["text"], *block.get("fields", ())] if "text" in block else [])
        case "context":
            yield from _lines(block["elements"], small=True)
        case "table" | "data_table":
            yield Table(tuple(tuple(_cell(cell) for cell in row) for row in block["rows"]))
        case "image":
            yield Image(names[block["slack_file"]["id"]], block["alt_text"])


def _lines(texts: Sequence[Mapping[str, Any]], *, small: bool = False) -> Iterator[Lines]:
    lines = tuple(
        spans(line) if each["type"] == "mrkdwn" else (Span(line),)
        for each in texts
        for line in each["text"].split("\n")
    )
    if lines:
        yield Lines(lines, small)


def _cell(cell: Mapping[str, Any]) -> str:
    """A cell's own text, whatever lies around it."""
    if isinstance(cell.get("text"), str):
        return str(cell["text"])
    return "".join(_cell(each) for each in cell.get("elements", ()))


def _spans(markup: str, style: Style) -> Iterator[Span]:
    end = 0
    for found in _MARKUP.finditer(markup):
        if found.start() > end:
            yield Span(unescape(markup[end : found.start()]), style)
        end = found.end()
        if found["code"]:
            yield Span(unescape(found["code"]), Style.CODE)
        elif found["link"]:
            yield _link(found["link"], found["label"], style)
        elif found["bold"]:
            yield from _spans(found["bold"], Style.BOLD)
        else:
            yield from _spans(found["italic"], Style.ITALIC)
    if end < len(markup):
        yield Span(unescape(markup[end:]), style)


def _link(target: str, label: str | None, style: Style) -> Span:
    """A link, or a mention as it can be told outside of Slack."""
    target = unescape(target)
    if target.startswith(("http://", "https://")):
        return Span(unescape(label) if label else target, style, target)
    return Span(unescape(label) if label else target, style)
