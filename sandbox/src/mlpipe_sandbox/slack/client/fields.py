"""What people fill in: the state of a view's fields, and the checks that Slack's client makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Blocks = list[dict[str, Any]]
Values = dict[str, dict[str, dict[str, Any]]]
"""`state.values`: block id → action id → what is chosen."""

MOST_FILES = 10
"""How many files a `file_input` takes that does not say."""

REQUIRED = "Please complete this required field."

STATE_OF_INITIAL = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_user": "selected_user",
    "initial_users": "selected_users",
    "initial_channel": "selected_channel",
    "initial_channels": "selected_channels",
    "initial_conversation": "selected_conversation",
    "initial_conversations": "selected_conversations",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_date_time": "selected_date_time",
}
"""What an element starts with → what its state calls it."""

KEY_OF_TYPE = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
"""Elements that have a state → the key that holds it."""


def elements(blocks: Blocks) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every element with an action_id, with the id of the block that holds it."""

    def within(value: Any, block_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(value, dict):
            here = value.get("block_id", block_id)
            if "action_id" in value:
                yield here, value
            for below in value.values():
                yield from within(below, here)
        elif isinstance(value, list):
            for below in value:
                yield from within(below, block_id)

    yield from within(blocks, "")


def complete(blocks: Blocks, *given: Values) -> Values:
    """The state of every field: what it starts with, unless one of `given` says otherwise."""
    values: Values = {}
    for block_id, element in elements(blocks):
        kind, action_id = element["type"], element["action_id"]
        if kind not in KEY_OF_TYPE:
            continue
        state = _initial(element)
        for each in given:
            state |= each.get(block_id, {}).get(action_id, {})
        values.setdefault(block_id, {})[action_id] = {**state, "type": kind}
    return values


def faults(blocks: Blocks, values: Values) -> dict[str, str]:
    """What Slack's client refuses to send: block id → what is wrong."""
    wrong: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        block_id, element = block["block_id"], block["element"]
        state = values.get(block_id, {}).get(element["action_id"], {})
        value = state.get(KEY_OF_TYPE[element["type"]])
        if value in (None, "", []):
            if not block.get("optional", False):
                wrong[block_id] = REQUIRED
            continue
        fault = _fault(element, value)
        if fault is not None:
            wrong[block_id] = fault
    return wrong


def _initial(element: dict[str, Any]) -> dict[str, Any]:
    kind = element["type"]
    key = KEY_OF_TYPE[kind]
    if kind == "rich_text_input":
        return {key: element.get("initial_value")}
    state: dict[str, Any] = {key: [] if key.endswith("s") else None}
    for initial, name in STATE_OF_INITIAL.items():
        if initial in element and name == key:
            state[key] = element[initial]
    return state


def _fault(element: dict[str, Any], value: Any) -> str | None:
    match element["type"]:
        case "number_input":
            return _number_fault(element, str(value))
        case "file_input":
            return _files_fault(element, value)
        case "plain_text_input":
            return _length_fault(element, str(value))
        case "email_text_input" if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(value)):
            return "Please enter a valid email address."
        case "url_text_input" if not re.fullmatch(r"https?://\S+", str(value)):
            return "Please enter a valid URL."
        case _:
            return None


def _files_fault(element: dict[str, Any], files: list[dict[str, Any]]) -> str | None:
    most, taken = element.get("max_files", MOST_FILES), element.get("filetypes")
    if len(files) > most:
        return f"Please add no more than {most} file{'s' if most > 1 else ''}."
    wrong = [each["name"] for each in files if taken and each.get("filetype") not in taken]
    return f"{wrong[0]} is not one of these: {', '.join(taken or [])}." if wrong else None


def _length_fault(element: dict[str, Any], value: str) -> str | None:
    least, most = element.get("min_length"), element.get("max_length", 3000)
    if least is not None and len(value) < least:
        return f"Please enter at least {least} characters."
    if len(value) > most:
        return f"Please enter no more than {most} characters."
    return None


def _number_fault(element: dict[str, Any], value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not re.fullmatch(r"[+-]?\d+", value.strip()):
        return "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and number < float(low):
        return f"Please enter a number greater than or equal to {low}."
    if high is not None and number > float(high):
        return f"Please enter a number less than or equal to {high}."
    return None
