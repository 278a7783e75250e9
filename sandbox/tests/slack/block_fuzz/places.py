"""Which field of which block, element or object a fault is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from sandbox.tests.slack.block_fuzz.fields import Payload

POINTER: Final = re.compile(r" \[json-pointer:/(.*)\]$")
NAMED: Final = re.compile(
    r"^(?:missing required field|invalid additional property|must provide one of): (\w+)"
)
VIEWS: Final = ("modal", "home")
TEXTS: Final = [(kind, key) for kind in ("plain_text", "mrkdwn") for key in ("text", "type")]
BY_FIELD: Final = {
    "customizable_input_parameters": "parameter",
    "initial_option": "option",
    "initial_options": "option",
    "negative_button": "feedback_button",
    "option_groups": "option_group",
    "options": "option",
    "positive_button": "feedback_button",
    "tasks": "task_card",
}
"""Objects without a type of their own, by the field that holds them; else the field names them."""


def field_of(payload: Payload, fault: str) -> str:
    """The field, as `button.url`; of a whole message `message`.

    Args:
        payload: The block or view.
        fault: What the embedded Slack finds wrong with it, with its JSON pointer.
    """
    keys = _keys(payload, fault)
    if keys is None:
        return "message"
    steps = _steps(payload, keys)
    if named := NAMED.match(fault):
        return f"{steps[-1][0]}.{named[1]}"
    return _named(steps, of_the_object=fault.startswith("must be a string"))


def is_null(payload: Payload, fault: str) -> bool:
    """Whether the field that a fault names is there, and null."""
    named, value = NAMED.match(fault), _value(payload, _keys(payload, fault) or [])
    return named is not None and isinstance(value, dict) and value.get(named[1]) is None


def objects(value: Any, kind: str = "", key: str = "") -> Iterator[tuple[Payload, str]]:
    """Every object within, with the name of its kind."""
    if isinstance(value, dict):
        kind = kind_of(value, key, kind)
        yield value, kind
        for below, each in value.items():
            yield from objects(each, kind, below)
    elif isinstance(value, list):
        for each in value:
            yield from objects(each, kind, key)


def kind_of(value: Payload, key: str, holder: str) -> str:
    """The name of a kind: its type, or what the field that holds it says."""
    if isinstance(value.get("type"), str):
        return str(value["type"])
    return f"{holder}.style" if key == "style" else BY_FIELD.get(key, key)


def _keys(payload: Payload, fault: str) -> list[str] | None:
    """The way to what a fault is about, from the block or view on; None if it has no pointer."""
    pointer = POINTER.search(fault)
    if pointer is None:
        return None
    keys = [each for each in pointer[1].split("/") if each]
    keys = keys[1:] if keys[0] == "view" else keys
    return keys if payload.get("type") in VIEWS else keys[2:]


def _value(value: Any, keys: list[str]) -> Any:
    """What stands at the end of a way."""
    for each in keys:
        value = value[int(each)] if isinstance(value, list) else value[each]
    return value


def _steps(payload: Payload, keys: list[str]) -> list[tuple[str, str]]:
    """The objects on the way, each with the field of it that the way goes on by."""
    steps: list[tuple[str, str]] = []
    value: Any = payload
    kind, key = "", ""
    for each in keys:
        if isinstance(value, dict):
            kind = kind_of(value, key, kind)
            steps.append((kind, each))
            key, value = each, value.get(each)
        elif isinstance(value, list) and each.isdigit() and int(each) < len(value):
            value = value[int(each)]
    if isinstance(value, dict):
        steps.append((kind_of(value, key, kind), ""))
    return steps


def _named(steps: list[tuple[str, str]], *, of_the_object: bool) -> str:
    """The last field; for a text object the field that holds it, which says how long it may be."""
    if not steps[-1][1]:
        steps = steps[:-1]
    while not of_the_object and len(steps) > 1 and steps[-1] in TEXTS:
        steps = steps[:-1]
    kind, key = steps[-1]
    return f"{kind}.{key}"
