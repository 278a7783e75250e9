"""A report in Markdown, its pictures beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from reports.message import Report
from reports.paper.parts import Heading, Image, Lines, Part, Span, Style, Table, parts_of

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown(report: Report, files: Mapping[str, str]) -> str:
    """The report.

    Args:
        report: What.
        files: Picture's name → where it lies, as seen from the page.
    """
    return "\n\n".join(_written(part, files) for part in parts_of(report)) + "\n"


def _written(part: Part, files: Mapping[str, str]) -> str:
    match part:
        case Heading(text):
            return f"# {_escaped(text)}"
        case Lines(lines, small):
            text = "  \n".join("".join(_span(each) for each in line) for line in lines)
            return f"<small>{text}</small>" if small else text
        case Table(rows):
            head, *rest = (f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows)
            rule = f"| --- |{' ---: |' * (len(rows[0]) - 1)}"
            return "\n".join([head, rule, *rest])
        case Image(name, alt):
            return f"![{_escaped(alt)}]({files[name]})"


def _span(span: Span) -> str:
    if span.style is Style.CODE:
        return f"`{span.text}`"
    text = _escaped(span.text)
    if span.link:
        return f"[{text}](<{span.link}>)"
    mark = {Style.BOLD: "**", Style.ITALIC: "_"}.get(span.style, "")
    return f"{mark}{text}{mark}"


def _cell(text: str) -> str:
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
