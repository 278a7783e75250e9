"""Slack's reference of rich text, field by field."""

from __future__ import annotations

from typing import Any, Final

from sandbox.tests.slack.block_fuzz.fields import (
    Kind,
    Payload,
    flag,
    many,
    text,
    thing,
    whole,
    word,
)
from sandbox.tests.slack.block_fuzz.values import RUN

OF_TEXT: Final = ("bold", "italic", "strike", "code", "underline")
OF_COLOR: Final = ("bold", "italic", "strike", "highlight", "client_highlight", "underline")
OF_MENTION: Final = (*OF_COLOR, "unlink")


def _alone(part: Payload) -> Payload:
    return {"type": "rich_text", "elements": [part]}


def _in_section(element: Payload) -> Payload:
    return _alone({"type": "rich_text_section", "elements": [element]})


def _part(name: str, /, **fields: Any) -> Kind:
    page = f"block-kit/block-elements/{name.replace('_', '-')}-element"
    return Kind(name, page, fields, {"type": name}, _alone)


def _element(name: str, styles: tuple[str, ...], /, **fields: Any) -> list[Kind]:
    """An element, and its style, which is an object of its own."""
    page = f"block-kit/block-elements/{name}-element"
    given = {"type": name}
    if not styles:
        return [Kind(name, page, fields, given, _in_section)]
    kind = Kind(name, page, {**fields, "style": thing({"bold": True})}, given, _in_section)

    def styled(style: Payload) -> Payload:
        return kind.with_all({"style": style})

    style = Kind(f"{name}.style", page, {each: flag() for each in styles}, within=styled)
    return [kind, style]


RICH_TEXTS: Final = [
    _part("rich_text_section", elements=many(RUN).needed),
    _part(
        "rich_text_list",
        style=word("bullet", "ordered").needed,
        elements=many({"type": "rich_text_section", "elements": [RUN]}, least=1).needed,
        indent=whole(0, 8),
        offset=whole(0),
        border=whole(0, 1),
    ),
    _part("rich_text_quote", elements=many(RUN).needed, border=whole(0, 1)),
    _part(
        "rich_text_preformatted",
        elements=many(RUN).needed,
        border=whole(0, 1),
        language=text(like="python"),
    ),
    *_element("text", OF_TEXT, text=text(least=1).needed),
    *_element(
        "link",
        OF_TEXT,
        url=text(least=1, like="https://example.com/").needed,
        text=text(),
        unsafe=flag(),
    ),
    *_element("emoji", (), name=text(least=1, like="tada").needed, unicode=text(like="1f389")),
    *_element("user", OF_MENTION, user_id=text(least=1, like="U0ANA").needed, from_llm=flag()),
    *_element(
        "channel",
        OF_MENTION,
        channel_id=text(least=1, like="C0DAILY").needed,
        tab_id=text(),
        from_llm=flag(),
    ),
    *_element("usergroup", OF_MENTION, usergroup_id=text(least=1, like="S0ML").needed),
    *_element("broadcast", OF_MENTION, range=word("here", "channel", "everyone").needed),
    *_element(
        "date",
        OF_COLOR,
        timestamp=whole(usual=1_372_400_000).needed,
        format=text(least=1, like="{date}").needed,
        timezone=text(like="Europe/Berlin"),
        url=text(like="https://example.com/"),
        fallback=text(),
    ),
    *_element("color", OF_COLOR, value=text(least=1, like="#F405B3").needed),
]
