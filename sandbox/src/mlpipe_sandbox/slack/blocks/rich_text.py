"""Rich text, as Slack's own composer writes it and as apps may send it.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slackblocks import _limits as limits
from slackblocks.blocks import RichTextBlock
from slackblocks.rich_text.elements import (
    RichText,
    RichTextChannel,
    RichTextEmoji,
    RichTextLink,
    RichTextUser,
    RichTextUserGroup,
)
from slackblocks.rich_text.objects import (
    RichTextCodeBlock,
    RichTextList,
    RichTextQuote,
    RichTextSection,
)

from mlpipe_sandbox.slack.blocks.node import Node

_TEXT_STYLES = ("bold", "italic", "strike", "code", "underline")
_COLOR_STYLES = ("bold", "italic", "strike", "highlight", "client_highlight", "underline")
_MENTION_STYLES = (*_COLOR_STYLES, "unlink")


def rich_text(node: Node) -> RichTextBlock | None:
    """A block of sections, lists, quotes and preformatted text."""
    node.kind(("rich_text",))
    return node.build(
        RichTextBlock,
        elements=node.items("elements", _object, least=1, required=True),
        block_id=node.string("block_id", most=limits.BLOCK_ID_MAX_LENGTH),
    )


def _object(node: Node) -> Any:
    readers: dict[str, Callable[[Node], Any]] = {
        "rich_text_section": _section,
        "rich_text_list": _list,
        "rich_text_quote": _framed(RichTextQuote),
        "rich_text_preformatted": _framed(RichTextCodeBlock, "language"),
    }
    return _by_type(node, readers)


def _by_type(node: Node, readers: dict[str, Callable[[Node], Any]]) -> Any:
    kind = node.kind(readers)
    return None if kind is None else readers[kind](node)


def _section(node: Node) -> RichTextSection | None:
    node.kind(("rich_text_section",))
    return node.build(RichTextSection, elements=node.items("elements", _element, required=True))


def _list(node: Node) -> RichTextList | None:
    return node.build(
        RichTextList,
        style=node.choice("style", ("bullet", "ordered"), required=True),
        elements=node.items("elements", _section, least=1, required=True),
        indent=node.integer("indent", least=0, most=limits.RICH_TEXT_LIST_INDENT_MAX),
        offset=node.integer("offset", least=0),
        border=node.integer("border", least=0, most=limits.RICH_TEXT_LIST_BORDER_MAX),
    )


def _framed(make: Callable[..., Any], *strings: str) -> Callable[[Node], Any]:
    def read(node: Node) -> Any:
        for key in strings:
            node.string(key)
        return node.build(
            make,
            elements=node.items("elements", _element, required=True),
            border=node.integer("border", least=0, most=limits.RICH_TEXT_QUOTE_BORDER_MAX),
        )

    return read


def _element(node: Node) -> Any:
    readers: dict[str, Callable[[Node], Any]] = {
        "text": _text,
        "link": _link,
        "emoji": _emoji,
        "user": _mention(RichTextUser, "user_id", "user_id", flags=("from_llm",)),
        "channel": _mention(
            RichTextChannel, "channel_id", "channel_id", strings=("tab_id",), flags=("from_llm",)
        ),
        "usergroup": _mention(RichTextUserGroup, "usergroup_id", "user_group_id"),
        "broadcast": _broadcast,
        "date": _date,
        "color": _color,
    }
    return _by_type(node, readers)


def _text(node: Node) -> RichText | None:
    # A person's message in Slack has empty texts between mentions; apps may not send them.
    content = node.string("text", least=1, required=True)
    return node.build(RichText, text=content, **_style(node, _TEXT_STYLES))


def _link(node: Node) -> RichTextLink | None:
    return node.build(
        RichTextLink,
        url=node.string("url", least=1, required=True),
        text=node.string("text"),
        unsafe=node.flag("unsafe"),
        **_style(node, _TEXT_STYLES),
    )


def _emoji(node: Node) -> RichTextEmoji | None:
    node.string("unicode")
    return node.build(
        RichTextEmoji,
        name=node.string("name", least=1, required=True),
        skin_tone=node.integer("skin_tone", least=1, most=6),
    )


def _mention(
    make: Callable[..., Any],
    key: str,
    argument: str,
    *,
    strings: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
) -> Callable[[Node], Any]:
    """A reader; `strings` and `flags` are fields that the library has not."""

    def read(node: Node) -> Any:
        for each in strings:
            node.string(each)
        for each in flags:
            node.flag(each)
        mentioned = {argument: node.string(key, least=1, required=True)}
        return node.build(make, **mentioned, **_style(node, _MENTION_STYLES))

    return read


def _broadcast(node: Node) -> RichText | None:
    # slackblocks models neither this nor the next two: a text stands for them.
    said = node.choice("range", ("here", "channel", "everyone"), required=True)
    _style(node, _MENTION_STYLES)
    return node.build(RichText, text=said)


def _date(node: Node) -> RichText | None:
    node.integer("timestamp", required=True)
    for key in ("timezone", "url", "fallback"):
        node.string(key)
    _style(node, _COLOR_STYLES)
    return node.build(RichText, text=node.string("format", least=1, required=True))


def _color(node: Node) -> RichText | None:
    _style(node, _COLOR_STYLES)
    return node.build(RichText, text=node.string("value", least=1, required=True))


def _style(node: Node, names: tuple[str, ...]) -> dict[str, bool | None]:
    value = node.raw("style")
    if value is None:
        return {}
    style = node.at(value, "style")
    if style is None:
        return {}
    flags = {name: style.flag(name) for name in names}
    style.build(dict)
    # The library has no underline, which Slack shows.
    return {name: flag for name, flag in flags.items() if name != "underline"}
