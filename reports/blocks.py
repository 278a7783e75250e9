"""Slack's blocks as we use them: text that links and rings nowhere by itself, short tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import slackblocks as slack

from core.messages import escape

TITLE: Final = 150
"""Characters of a header block: https://docs.slack.dev/reference/block-kit/blocks/header-block"""
SECTION: Final = 3000
"""Characters of a section's text: …/blocks/section-block"""
PAGE: Final = 5
"""Rows of a data table that are shown at a time."""
CELL: Final = 120
"""Characters of one of our table cells."""
NOTHING: Final = "\N{EN DASH}"
"""Stands in a cell without a value: Slack refuses an empty one."""


def title(text: str) -> slack.HeaderBlock:
    """A header, cut to what Slack takes."""
    return slack.HeaderBlock(cut(text, TITLE))


def section(*lines: str, most: int = SECTION) -> slack.SectionBlock:
    """Paragraphs of Slack markup. Lines that no longer fit are left out whole."""
    return slack.SectionBlock(_markup(_joined(lines, most)))


def context(*lines: str) -> slack.ContextBlock:
    """Small print in Slack markup."""
    return slack.ContextBlock([_markup(_joined(lines))])


def table(rows: Sequence[Sequence[str]]) -> slack.TableBlock:
    """A table: the first row names the columns, the first column the rows, the rest is numbers."""
    cells: list[list[slack.RawText | slack.RichTextObject]] = [
        [slack.RawText(cut(cell, CELL) or NOTHING) for cell in row] for row in rows
    ]
    columns = [slack.ColumnSettings(align="left", is_wrapped=True)]
    columns += [slack.ColumnSettings(align="right") for _ in rows[0][1:]]
    return slack.TableBlock(cells, columns)


def data_table(rows: Sequence[Sequence[str]], *, caption: str) -> slack.DataTableBlock:
    """The same as a table that a reader can sort; not every workspace shows one."""
    cells: list[list[slack.RawText | slack.RawNumber | slack.RichTextBlock]] = [
        [slack.RawText(cut(cell, CELL) or NOTHING) for cell in row] for row in rows
    ]
    return slack.DataTableBlock(cells, caption, page_size=PAGE)


def plainer(block: slack.Block) -> list[slack.Block]:
    """What stands in a block's place where a workspace does not take the newest kinds."""
    match block:
        case slack.DataTableBlock():
            return [table([[_cell(cell) for cell in row] for row in block.rows])]
        case slack.DataVisualizationBlock():
            return []
        case slack.ContainerBlock():
            title = [] if block.title is None else [context(f"*{escape(block.title.text)}*")]
            return [*title, *block.child_blocks]
        case _:
            return [block]


def _cell(cell: slack.RawText | slack.RawNumber | slack.RichTextBlock) -> str:
    return NOTHING if isinstance(cell, slack.RichTextBlock) else cell.text


def cut(text: str, most: int) -> str:
    """Plain text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def bullets(lines: Iterable[str]) -> list[str]:
    """Lines as a list."""
    return [f"•  {line}" for line in lines]


def _joined(lines: Iterable[str], most: int = SECTION) -> str:
    """Markup is never cut inside a line: half an entity or mention would show as such."""
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if len(longer) > most:
            break
        text = longer
    return text


def _markup(text: str) -> slack.Text:
    # Verbatim: otherwise Slack makes links and mentions of what only looks like them.
    return slack.Text(text, type_=slack.TextType.MARKDOWN, verbatim=True)
