"""Evaluates `Get`, `Std:Join` and `Std:JsonGet` when a step runs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mlpipe_sandbox.aws.shapes import Document, is_expression

_PART: Final = re.compile(r"""\.?([A-Za-z0-9_\-]+)|\[(\d+)\]|\[(['"])(.+?)\3\]""")
_LIST_KEYS: Final = ("OutputName", "InputName", "MetricName", "ChannelName")
"""Lists in a job's properties that the SDK reads like maps, by the member that names an item."""


class ExpressionError(Exception):
    """An expression has no value; the text says why."""


@dataclass(frozen=True)
class Values:
    """What expressions may refer to at one moment of an execution."""

    parameters: Mapping[str, str | int | float | bool]
    execution: Mapping[str, str]
    """Execution variables, such as PipelineExecutionId."""
    step: Callable[[str], Document]
    """Properties of a step that has ended: what its Describe operation answers."""
    property_file: Callable[[str, str], str]
    """S3 URI of a property file, by step and name of the file."""
    read: Callable[[str], bytes]
    """Reads an object by its S3 URI."""


def evaluate(value: object, values: Values) -> Any:
    """`value` with each expression in it replaced by what it stands for.

    Raises:
        ExpressionError: something it refers to is not there.
    """
    if is_expression(value):
        assert isinstance(value, dict)
        ((function, argument),) = value.items()
        return _FUNCTIONS[function](argument, values) if function in _FUNCTIONS else _unknown(value)
    if isinstance(value, dict):
        return {key: evaluate(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [evaluate(item, values) for item in value]
    return value


def text_of(value: object) -> str:
    """How a value reads inside a `Std:Join`: booleans in lower case, lists and maps as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value)


def follow(value: object, path: str) -> Any:
    """The part of a document at a path such as `a.b[0].c` or `Outputs['train'].S3Output`.

    Raises:
        ExpressionError: the document has no such part.
    """
    position = 0
    found: Any = value
    while position < len(path):
        match = _PART.match(path, position)
        if match is None:
            raise ExpressionError(f"'{path}' is no path.")
        position = match.end()
        found = _part(found, match, path)
    return found


def _part(value: Any, match: re.Match[str], path: str) -> Any:
    key = match.group(1) or match.group(4)
    if match.group(2) is not None and isinstance(value, list):
        index = int(match.group(2))
        if index < len(value):
            return value[index]
    elif key is not None and isinstance(value, dict) and key in value:
        return value[key]
    elif key is not None and isinstance(value, list):
        for item in value:
            if isinstance(item, dict) and key in (item.get(name) for name in _LIST_KEYS):
                return item
    raise ExpressionError(f"There is nothing at '{path}'.")


def _get(path: Any, values: Values) -> Any:
    root, _, rest = str(path).partition(".")
    if root == "Parameters":
        if rest not in values.parameters:
            raise ExpressionError(f"Parameter '{rest}' is undefined.")
        return values.parameters[rest]
    if root == "Execution":
        if rest not in values.execution:
            raise ExpressionError(f"Execution variable '{rest}' is not known.")
        return values.execution[rest]
    if root == "Steps":
        name, _, inner = rest.partition(".")
        try:
            return follow(values.step(name), inner)
        except ExpressionError as error:
            raise ExpressionError(f"Unable to resolve the property '{path}'. {error}") from error
    raise ExpressionError(f"'{path}' refers to nothing.")


def _join(argument: Any, values: Values) -> str:
    parts = evaluate(argument["Values"], values)
    return str(argument.get("On", "")).join(text_of(part) for part in parts)


def _json_get(argument: Any, values: Values) -> str | int | float | bool:
    if "PropertyFile" in argument:
        _, step, _, name = str(argument["PropertyFile"]["Get"]).split(".", 3)
        uri = values.property_file(step, name)
    else:
        uri = str(evaluate(argument["S3Uri"], values))
    try:
        document = json.loads(values.read(uri))
    except ValueError as error:
        raise ExpressionError(f"{uri} is not JSON: {error}") from error
    try:
        found = follow(document, argument["Path"])
    except ExpressionError as error:
        raise ExpressionError(f"JsonGet of {uri}: {error}") from error
    if not isinstance(found, str | int | float | bool):
        raise ExpressionError(f"JsonGet of {uri}: '{argument['Path']}' is no single value.")
    return found


def _unknown(value: object) -> Any:
    raise ExpressionError(f"The sandbox does not know the expression {json.dumps(value)}.")


_FUNCTIONS: Final[Mapping[str, Callable[[Any, Values], Any]]] = {
    "Get": _get,
    "Std:Join": _join,
    "Std:JsonGet": _json_get,
}
