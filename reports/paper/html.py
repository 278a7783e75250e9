"""A report as one HTML file, its pictures inside: for mail, a wiki or a shelf."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from typing import Final

from reports.message import Report
from reports.paper.parts import Heading, Image, Lines, Part, Span, Style, Table, parts_of

_STYLE: Final = """
body { max-width: 40rem; margin: 1.5rem auto; padding: 0 1rem; color: #1f1f1f;
       background: #fdfdfb; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #d9d9d4; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.small { color: #555; font-size: .875rem; }
"""
_TAGS: Final = {Style.BOLD: "strong", Style.ITALIC: "em", Style.CODE: "code"}


def page(report: Report, *, language: str) -> str:
    """The report in a file that needs nothing beside it, nor anything of the network."""
    inside = {picture.name: _inline(picture.png) for picture in report.pictures}
    parts = parts_of(report)
    title = next((part.text for part in parts if isinstance(part, Heading)), report.message.text)
    body = "\n".join(_written(part, inside) for part in parts)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _inline(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _written(part: Part, inside: Mapping[str, str]) -> str:
    match part:
        case Heading(text):
            return f"<h1>{html.escape(text)}</h1>"
        case Lines(lines, small):
            text = "<br>\n".join("".join(_span(each) for each in line) for line in lines)
            return f'<p class="small">{text}</p>' if small else f"<p>{text}</p>"
        case Table(rows):
            return f"<table>\n{''.join(_row(row, place) for place, row in enumerate(rows))}</table>"
        case Image(name, alt):
            return f'<p><img src="{inside[name]}" alt="{html.escape(alt)}"></p>'


def _row(cells: tuple[str, ...], place: int) -> str:
    tag = "td" if place else "th"
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>\n"


def _span(span: Span) -> str:
    text = html.escape(span.text)
    if span.link:
        text = f'<a href="{html.escape(span.link)}">{text}</a>'
    tag = _TAGS.get(span.style)
    return f"<{tag}>{text}</{tag}>" if tag else text
