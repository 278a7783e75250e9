"""Fields that people fill in: texts, numbers, dates, files.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slackblocks import _limits as limits
from slackblocks import elements as made

from mlpipe_sandbox.slack.blocks import objects
from mlpipe_sandbox.slack.blocks.node import Node
from mlpipe_sandbox.slack.blocks.rich_text import rich_text

EPOCH_DIGITS = 10
"""A datetimepicker's time is a Unix timestamp of ten digits."""


def _common(node: Node, *, placeholder: bool = True) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "action_id": node.string("action_id", most=limits.ACTION_ID_MAX_LENGTH, least=1),
        "focus_on_load": node.flag("focus_on_load"),
    }
    if placeholder:
        text = objects.text(most=limits.PLAIN_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH)
        fields["placeholder"] = node.child("placeholder", text)
    return fields


def _typed(node: Node) -> dict[str, Any]:
    dispatch = node.child("dispatch_action_config", objects.dispatch_configuration)
    return {"dispatch_action_config": dispatch, **_common(node)}


def _plain_text(node: Node) -> made.PlainTextInput | None:
    initial = node.string("initial_value", most=limits.PLAIN_TEXT_INPUT_MAX_LENGTH_MAX)
    most = node.integer("max_length", least=1, most=limits.PLAIN_TEXT_INPUT_MAX_LENGTH_MAX)
    if initial is not None and most is not None and len(initial) > most:
        node.fault(f"must be less than {most + 1} characters", "initial_value")
    return node.build(
        made.PlainTextInput,
        initial_value=initial,
        multiline=node.flag("multiline"),
        min_length=node.integer("min_length", least=0, most=limits.PLAIN_TEXT_INPUT_MIN_LENGTH_MAX),
        max_length=most,
        **_typed(node),
    )


def _number(node: Node) -> made.NumberInput | None:
    if node.flag("is_decimal_allowed") is None:
        node.raw("is_decimal_allowed", required=True)
    texts = {key: node.string(key) for key in ("initial_value", "min_value", "max_value")}
    numbers = {key: _as_number(node, key, text) for key, text in texts.items() if text is not None}
    initial = numbers.get("initial_value")
    low, high = numbers.get("min_value"), numbers.get("max_value")
    if initial is not None and (
        (low is not None and initial < low) or (high is not None and initial > high)
    ):
        node.fault("must be between min_value and max_value", "initial_value")
    return node.build(
        made.NumberInput,
        is_decimal_allowed=node.flag("is_decimal_allowed"),
        **texts,
        **_typed(node),
    )


def _as_number(node: Node, key: str, text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        node.fault("must be a number", key)
        return None


def _line(make: Callable[..., Any]) -> Callable[[Node], Any]:
    """An e-mail address or a URL."""

    def read(node: Node) -> Any:
        return node.build(make, initial_value=node.string("initial_value"), **_typed(node))

    return read


def _rich_text(node: Node) -> Any:
    fields = _typed(node)
    fields["initial_value"] = node.child("initial_value", rich_text)
    fields["min_lines"] = node.integer("min_lines", least=1, most=100)
    fields["max_lines"] = node.integer("max_lines", least=1, most=100)
    # The library asks for an action_id where Slack makes one up.
    return node.build(
        lambda **given: made.RichTextInput(**{"action_id": "auto", **given}), **fields
    )


def _date(node: Node) -> made.DatePicker | None:
    return node.build(
        made.DatePicker,
        initial_date=node.string("initial_date", least=1),
        confirm=node.child("confirm", objects.confirmation),
        **_common(node),
    )


def _time(node: Node) -> made.TimePicker | None:
    return node.build(
        made.TimePicker,
        initial_time=node.string("initial_time", least=1),
        confirm=node.child("confirm", objects.confirmation),
        timezone=node.string("timezone"),
        **_common(node),
    )


def _datetime(node: Node) -> made.DateTimePicker | None:
    initial = node.integer("initial_date_time")
    if initial is not None and len(str(initial)) != EPOCH_DIGITS:
        node.fault(f"must have {EPOCH_DIGITS} digits", "initial_date_time")
    return node.build(
        made.DateTimePicker,
        initial_datetime=initial,
        confirm=node.child("confirm", objects.confirmation),
        **_common(node, placeholder=False),
    )


def _file(node: Node) -> made.FileInput | None:
    return node.build(
        made.FileInput,
        action_id=node.string("action_id", most=limits.ACTION_ID_MAX_LENGTH, least=1),
        filetypes=node.strings("filetypes", least=1),
        max_files=node.integer("max_files", least=1, most=limits.FILE_INPUT_MAX_FILES_MAX),
    )


INPUTS: dict[str, Callable[[Node], Any]] = {
    "plain_text_input": _plain_text,
    "number_input": _number,
    "email_text_input": _line(made.EmailInput),
    "url_text_input": _line(made.URLInput),
    "rich_text_input": _rich_text,
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _datetime,
    "file_input": _file,
}
"""Type → its reader."""
