"""The values of an execution's parameters, checked against the definition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from mlpipe_sandbox.aws.definition.document import ParameterSpec
from mlpipe_sandbox.aws.errors import ValidationError
from mlpipe_sandbox.aws.shapes import Document

Value = str | int | float | bool

_INTEGER: Final = re.compile(r"[+-]?\d+")
_FLOAT: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def parameter_values(specs: Mapping[str, ParameterSpec], given: list[Document]) -> dict[str, Value]:
    """Every parameter's value: the given one, else its default.

    The sentences are those of the SDK's local mode, which mirrors the service.

    Raises:
        ValidationError: a name is unknown or given twice, a value is missing, empty, of the wrong
            type, or not one of the enum's.
    """
    texts: dict[str, str] = {}
    for item in given:
        name = item["Name"]
        if name not in specs:
            raise ValidationError(f"Unknown parameter '{name}'")
        if name in texts:
            raise ValidationError(f"Parameter '{name}' is given more than once.")
        texts[name] = item["Value"]
    return {name: _value(spec, texts.get(name)) for name, spec in specs.items()}


def _value(spec: ParameterSpec, text: str | None) -> Value:
    if text is None:
        if spec.default is None:
            raise ValidationError(f"Parameter '{spec.name}' is undefined.")
        return spec.default
    if not text:
        raise ValidationError(
            f'Parameter {spec.name} value "" is too short (length: 0, required minimum: 1).'
        )
    value = _typed(spec, text)
    if spec.choices and value not in spec.choices:
        choices = ", ".join(str(choice) for choice in spec.choices)
        raise ValidationError(
            f"Parameter '{spec.name}' value '{text}' is not one of its enum values [{choices}]."
        )
    return value


def _typed(spec: ParameterSpec, text: str) -> Value:
    if spec.type == "Integer" and _INTEGER.fullmatch(text):
        return int(text)
    if spec.type == "Float" and _FLOAT.fullmatch(text):
        return float(text)
    if spec.type == "Boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if spec.type == "String":
        return text
    raise ValidationError(
        f"Unexpected type for parameter '{spec.name}'. Expected {spec.type} but found '{text}'."
    )
