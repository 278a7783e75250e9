"""Small payloads that Slack takes, of which larger ones are made."""

from __future__ import annotations

from typing import Any, Final

Value = dict[str, Any]

PLAIN: Final[Value] = {"type": "plain_text", "text": "t"}
BUTTON: Final[Value] = {"type": "button", "text": PLAIN, "action_id": "a"}
OPTION: Final[Value] = {"text": PLAIN, "value": "v"}
CONFIRM: Final[Value] = {"title": PLAIN, "text": PLAIN, "confirm": PLAIN, "deny": PLAIN}
IMAGE: Final[Value] = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "t"}
FILE: Final[Value] = {"id": "F0123456789"}
ICON_BUTTON: Final[Value] = {
    "type": "icon_button",
    "icon": "trash",
    "text": PLAIN,
    "action_id": "a",
}
WORKFLOW: Final[Value] = {"trigger": {"url": "https://slack.com/shortcuts/Ft1/x"}}
SECTION: Final[Value] = {"type": "section", "text": PLAIN}
CARD: Final[Value] = {"type": "card", "body": PLAIN}
TASK: Final[Value] = {
    "type": "task_card",
    "task_id": "t",
    "title": "Train",
    "status": "complete",
}
RUN: Final[Value] = {"type": "text", "text": "t"}
RICH_TEXT: Final[Value] = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [RUN]}],
}
CELL: Final[Value] = {"type": "raw_text", "text": "t"}
POINT: Final[Value] = {"label": "Mon", "value": 1.5}
SERIES: Final[Value] = {"name": "s", "data": [POINT]}
AXES: Final[Value] = {"categories": ["Mon"]}
CHART: Final[Value] = {"type": "line", "series": [SERIES], "axis_config": AXES}
