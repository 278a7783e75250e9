"""Where the embedded Slack and slackblocks differ, and why. What is not here fails the fuzz.

docs/sandbox-blocks.md shows the same table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """One reason for which the embedded Slack refuses what the library builds."""

    name: str
    reason: str
    faults: str
    """Pattern of the embedded Slack's faults that this explains."""
    example: dict[str, Any]
    """A block that shows it."""
    surface: str = "message"

    def explains(self, fault: str) -> bool:
        return re.search(self.faults, fault) is not None


def unexplained(faults: list[str]) -> list[str]:
    """Those faults that no difference explains."""
    return [fault for fault in faults if not any(each.explains(fault) for each in DIFFERENCES)]


def _text(text: Any = "t", **fields: Any) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, **fields}


def _button(action_id: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": _text()}


def _input(**element: Any) -> dict[str, Any]:
    return {"type": "input", "label": _text(), "element": element}


def _choice(value: str) -> dict[str, Any]:
    return {"text": _text(value), "value": value}


def _chart(**chart: Any) -> dict[str, Any]:
    return {"type": "data_visualization", "title": "t", "chart": chart}


DIFFERENCES = [
    Difference(
        "a message as a whole",
        "Slack refuses more than 13,200 characters in all blocks of a message together.",
        r"msg_blocks_too_long",
        {"type": "section", "fields": [_text("x" * 2000)] * 10},
    ),
    Difference(
        "JSON types",
        "The library mostly takes a text for a number or a flag; Slack does not.",
        r"must be an? (string|boolean|integer|number) |must provide an (object|array)",
        {"type": "header", "text": _text(emoji="yes")},
    ),
    Difference(
        "unknown fields",
        "The library does not look at what is null; Slack refuses a field that it does not know.",
        r"invalid additional property",
        {"type": "divider", "colour": None},
    ),
    Difference(
        "defaults of the library",
        "The library fills in what is left out: an alt text, a source, an icon, an empty list.",
        r"missing required field: (alt_text|elements|icon|source|status|tasks) ",
        {"type": "image", "image_url": "https://example.com/a.png"},
    ),
    Difference(
        "empty lists",
        "An empty list is left out by the library; sent as it is, Slack refuses it.",
        r"no less than \d+ items required",
        _input(type="users_select", initial_user="U0ANA")
        | {"element": {"type": "multi_users_select", "initial_users": []}},
        "modal",
    ),
    Difference(
        "empty texts",
        "An id, address or alternative text of no characters names nothing.",
        r"must be more than 0 characters",
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": ""},
    ),
    Difference(
        "plain text and enums",
        "The library turns mrkdwn into plain text where Slack takes no mrkdwn, and lets some words "
        "pass that Slack's lists do not hold; what an app sends as JSON is not mended.",
        r"must be a valid enum value",
        {"type": "header", "text": {"type": "mrkdwn", "text": "t"}},
    ),
    Difference(
        "options or groups",
        "Slack wants one of the two; the library's multi-select takes neither.",
        r"must provide one of: options, option_groups",
        _input(type="multi_static_select", action_id="a"),
        "modal",
    ),
    Difference(
        "initial choices",
        "What is chosen at first has to be among what can be chosen.",
        r"must be one of the provided options",
        _input(type="static_select", options=[_choice("a")], initial_option=_choice("b")),
        "modal",
    ),
    Difference(
        "fields that bound each other",
        "What stands in a field at first has to keep the field's own bounds, and a time in seconds "
        "has ten digits.",
        r"must be between min_value and max_value|must have 10 digits"
        r"|must be less than \d+ characters .*/initial_value\]",
        _input(type="datetimepicker", initial_date_time=5),
        "modal",
    ),
    Difference(
        "ids are unique",
        "The library looks at one element at a time; Slack refuses an action_id or block_id twice.",
        r"`(action|block)_id` .* already exists",
        {"type": "actions", "elements": [_button("a"), _button("a")]},
    ),
    Difference(
        "rows of a data table",
        "Slack's page says 101, the library 201.",
        r"no more than 101 items allowed .*/rows\]",
        {
            "type": "data_table",
            "caption": "c",
            "rows": [[{"type": "raw_text", "text": "n"}]] * 102,
        },
    ),
    Difference(
        "pieces of a chart",
        "Slack's page says six series or segments, the library twelve.",
        r"no more than 6 items allowed .*/chart/(series|segments)\]",
        _chart(type="pie", segments=[{"label": str(n), "value": 1} for n in range(7)]),
    ),
]
