"""A report on paper says what it says in Slack, needs nothing beside it, and runs nothing."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import slackblocks as slack
from hypothesis import given, settings

from core.messages import escape
from reports import blocks
from reports.message import Message, Picture, Report
from reports.names import shown
from reports.paper.html import page
from reports.paper.markdown import markdown
from reports.paper.parts import Span, Style, spans
from tests.unit.reports.test_hostile_names import NAMES

PNG = b"\x89PNG not really"


def report(name: str = "flights") -> Report:
    name = shown(name)
    return Report(
        Message(
            "AUC 0.8",
            (
                blocks.title(name),
                blocks.section(f"*AUC 0.8* of {escape(name)}", "`run a_b_c` by <@U0ANA>"),
                blocks.table([["Metric", "This day"], [name, "0.8"]]),
                slack.DividerBlock(),
                blocks.context("see <https://example.com/a?b=1&amp;c=2|the docs>"),
            ),
        ),
        pictures=(Picture("morning.png", PNG, f"AUC of {name}"),),
        pictures_after=2,
    )


class Page(HTMLParser):
    """The tags of a page with their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_markup_is_taken_apart() -> None:
    assert spans("*AUC `a_b`* is _low_ &lt;1 x_y_z") == (
        Span("AUC ", Style.BOLD),
        Span("a_b", Style.CODE),
        Span(" is "),
        Span("low", Style.ITALIC),
        Span(" <1 x_y_z"),
    )


def test_markdown_reads_like_the_message() -> None:
    assert markdown(report(), {"morning.png": "13.png"}) == (
        "# flights\n\n"
        "**AUC 0.8** of flights  \n`run a_b_c` by @U0ANA\n\n"
        "![AUC of flights](13.png)\n\n"
        "| Metric | This day |\n| --- | ---: |\n| flights | 0.8 |\n\n"
        "<small>see [the docs](<https://example.com/a?b=1&c=2>)</small>\n"
    )


def test_the_page_holds_its_pictures_and_asks_the_network_for_nothing() -> None:
    text = page(report(), language="ja")
    found = Page(text)
    (image,) = (attributes for tag, attributes in found.tags if tag == "img")
    assert image["alt"] == "AUC of flights"
    assert str(image["src"]) == f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert ("html", {"lang": "ja"}) in found.tags
    assert "by @U0ANA" in found.words
    assert not re.search(r'(src|href)="(?!data:|https://example\.com)', text)


@settings(deadline=None, max_examples=60)
@given(NAMES)
def test_a_name_stays_words(name: str) -> None:
    known = {tag for tag, _ in Page(page(report(), language="en")).tags}
    tags = {tag for tag, _ in Page(page(report(name), language="en")).tags}
    assert tags <= {*known, "em"}
    lines = markdown(report(name), {"morning.png": "x"}).split("\n")
    assert sum(line.startswith("| ") for line in lines) == 3
