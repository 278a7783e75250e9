"""Slack's reference of the objects in blocks and elements, of charts and cells, field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.tests.slack.block_fuzz.fields import (
    Field,
    Kind,
    Payload,
    flag,
    label,
    many,
    number,
    text,
    thing,
    word,
    words,
)
from sandbox.tests.slack.block_fuzz.values import (
    AXES,
    BUTTON,
    CARD,
    CELL,
    FILE,
    OPTION,
    PLAIN,
    POINT,
    SERIES,
    TASK,
    WORKFLOW,
)

Host = Callable[[Payload], Payload]


def _in_actions(key: str, **element: Any) -> Host:
    """Where an object stands in a field of an element, or is the one item of a list there."""

    def host(payload: Payload) -> Payload:
        held: Any = [payload] if key.endswith("s") and key != "trigger_actions" else payload
        return {"type": "actions", "elements": [{**element, key: held}]}

    return host


def _charted(key: str, kind: str = "line") -> Host:
    def host(payload: Payload) -> Payload:
        chart: Payload = (
            {"type": "pie"}
            if kind == "pie"
            else {"type": kind, "series": [SERIES], "axis_config": AXES}
        )
        if key == "data":
            chart["series"] = [{**SERIES, "data": [payload]}]
            chart["axis_config"] = {"categories": [payload.get("label", "Mon")]}
        elif key == "series":
            chart["series"] = [payload]
            chart["axis_config"] = {"categories": _labels(payload.get("data"))}
        elif key == "axis_config":
            points = [{**POINT, "label": each} for each in _categories(payload)]
            chart |= {key: payload, "series": [{**SERIES, "data": points}]}
        elif key == "chart":
            chart = payload
        else:
            chart[key] = [payload]
        return {"type": "data_visualization", "title": "t", "chart": chart}

    return host


def _labels(points: Any) -> list[Any]:
    """Categories for which there are just these points."""
    if not isinstance(points, list):
        return ["Mon"]
    return [each.get("label") for each in points if isinstance(each, dict)] or ["Mon"]


def _categories(axes: Payload) -> list[Any]:
    """Those of an axis, where it has any."""
    given = axes.get("categories")
    return given if isinstance(given, list) and given else ["Mon"]


def _object(name: str, page: str, within: Host, /, **fields: Any) -> Kind:
    given, instead = fields.pop("given", {}), fields.pop("instead", {})
    surface, clashes = fields.pop("surface", "message"), fields.pop("clashes", ())
    path = page if "/" in page else f"composition-objects/{page}-object"
    return Kind(name, f"block-kit/{path}", fields, given, within, surface, instead, (), clashes)


_AXIS_CHART: Final = {
    "series": Field(
        lambda size: [{**SERIES, "name": f"s{n}"} for n in range(size)], least=1, most=6
    ).needed,
    "axis_config": thing(AXES).needed,
}
_CHARTS: Final = "blocks/data-visualization-block"

OBJECTS: Final = [
    _object(
        "plain_text",
        "text",
        lambda payload: {"type": "header", "text": payload},
        given={"type": "plain_text"},
        clashes=({"verbatim": True},),
        text=text(150, least=1).needed,
        emoji=flag(),
    ),
    _object(
        "mrkdwn",
        "text",
        lambda payload: {"type": "section", "text": payload},
        given={"type": "mrkdwn"},
        clashes=({"emoji": True}, {"emoji": False}),
        text=text(3000, least=1).needed,
        verbatim=flag(),
    ),
    _object(
        "option",
        "option",
        _in_actions("options", type="overflow", action_id="a"),
        text=label(75).needed,
        value=text(150).needed,
        description=label(75),
        url=text(3000, like="https://example.com/"),
    ),
    _object(
        "option_group",
        "option-group",
        _in_actions("option_groups", type="static_select", action_id="a"),
        label=label(75).needed,
        options=many(OPTION, 100, least=1).needed,
    ),
    _object(
        "confirm",
        "confirmation-dialog",
        _in_actions("confirm", **BUTTON),
        title=label(100).needed,
        text=label(300, plain=False).needed,
        confirm=label(30).needed,
        deny=label(30).needed,
        style=word("primary", "danger"),
    ),
    _object(
        "dispatch_action_config",
        "dispatch-action-configuration",
        lambda payload: {
            "type": "input",
            "label": PLAIN,
            "element": {"type": "plain_text_input", "dispatch_action_config": payload},
        },
        surface="modal",
        trigger_actions_on=words("on_enter_pressed", "on_character_entered").needed,
    ),
    _object(
        "filter",
        "conversation-filter",
        _in_actions("filter", type="conversations_select"),
        given={"exclude_bot_users": True},
        include=words("public", "private", "im", "mpim"),
        exclude_external_shared_channels=flag(),
        exclude_bot_users=flag(),
    ),
    _object(
        "slack_file",
        "slack-file",
        lambda payload: {"type": "image", "alt_text": "t", "slack_file": payload},
        given=FILE,
        id=Field(lambda _: FILE["id"]),
        url=text(like="https://files.slack.com/files-pri/T-F1/a.png"),
        instead={"url": "id"},
    ),
    _object(
        "icon",
        "slack-icon",
        lambda payload: {**CARD, "slack_icon": payload},
        given={"type": "icon"},
        name=text(like="rocket").needed,
    ),
    _object(
        "workflow",
        "workflow",
        _in_actions("workflow", type="workflow_button", text=PLAIN, action_id="a"),
        trigger=thing(WORKFLOW["trigger"]).needed,
    ),
    _object(
        "trigger",
        "trigger",
        lambda payload: _in_actions("workflow", type="workflow_button", text=PLAIN, action_id="a")(
            {"trigger": payload}
        ),
        url=text(like="https://slack.com/shortcuts/Ft1/x").needed,
        customizable_input_parameters=many({"name": "n", "value": "v"}),
    ),
    _object(
        "parameter",
        "trigger",
        lambda payload: _in_actions("workflow", type="workflow_button", text=PLAIN, action_id="a")(
            {"trigger": {**WORKFLOW["trigger"], "customizable_input_parameters": [payload]}}
        ),
        name=text().needed,
        value=text().needed,
    ),
    _object(
        "feedback_button",
        "block-elements/feedback-buttons-element",
        lambda payload: {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "positive_button": payload,
                    "negative_button": OPTION,
                }
            ],
        },
        text=label(75).needed,
        value=text(2000).needed,
        accessibility_label=text(75),
    ),
    _object(
        "url",
        "block-elements/url-source-element",
        lambda payload: {**TASK, "sources": [payload]},
        given={"type": "url"},
        url=text(least=1, like="https://example.com/").needed,
        text=text(least=1).needed,
    ),
    _object(
        "raw_text",
        "blocks/table-block",
        lambda payload: {"type": "table", "rows": [[payload]]},
        given={"type": "raw_text"},
        text=text(least=1).needed,
        emoji=flag(),
    ),
    _object(
        "raw_number",
        "blocks/data-table-block",
        lambda payload: {"type": "data_table", "caption": "c", "rows": [[CELL], [payload]]},
        given={"type": "raw_number"},
        value=number().needed,
        text=text(least=1).needed,
    ),
    _object(
        "column_settings",
        "blocks/table-block",
        lambda payload: {"type": "table", "rows": [[CELL]], "column_settings": [payload]},
        align=word("left", "center", "right"),
        is_wrapped=flag(),
    ),
    *(
        _object(kind, _CHARTS, _charted("chart"), given={"type": kind}, **_AXIS_CHART)
        for kind in ("line", "bar", "area")
    ),
    _object(
        "pie",
        _CHARTS,
        _charted("chart"),
        given={"type": "pie"},
        segments=many(POINT, 6, least=1).needed,
    ),
    _object(
        "series",
        _CHARTS,
        _charted("series"),
        name=text(20, least=1).needed,
        data=many(POINT, 20, least=1).needed,
    ),
    _object(
        "data",
        _CHARTS,
        _charted("data"),
        label=text(20, least=1).needed,
        value=number().needed,
    ),
    _object(
        "segments",
        _CHARTS,
        _charted("segments", "pie"),
        label=text(20, least=1).needed,
        value=number().needed,
    ),
    _object(
        "axis_config",
        _CHARTS,
        _charted("axis_config"),
        categories=Field(lambda size: [f"d{n}" for n in range(size)], least=1, most=20).needed,
        x_label=text(50),
        y_label=text(50),
    ),
]
