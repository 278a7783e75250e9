"""Checks a document against a shape of botocore's service model, worded as AWS words it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

Document = dict[str, Any]
"""A request, a response or a stored resource, in AWS's own shape; timestamps are epoch seconds."""

_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "blob": (str,),
}
_NO_NUMBERS: Final = frozenset({"NaN", "Infinity", "-Infinity"})
"""Values of a float or double that JSON cannot write as numbers.
Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#shape-serialization"""


@dataclass(frozen=True)
class Violation:
    """One place where a document departs from its shape."""

    kind: str
    """`constraint` (AWS: ValidationException), `type` (SerializationException) or `unknown`."""
    sentence: str


def violations(shape: Shape, value: object, *, expressions: bool = False) -> list[Violation]:
    """Everything about `value` that `shape` does not allow.

    Args:
        shape: of a request, a response or a part of one.
        value: the document, as JSON reads it.
        expressions: whether `{"Get": …}` and `{"Std:…": …}` may stand for any value, as they do in
            a pipeline's definition.
    """
    return list(_Check(expressions=expressions).of(shape, value, path=""))


def is_expression(value: object) -> bool:
    """Whether a value of a pipeline's definition is computed when the step runs."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    (key,) = value
    return isinstance(key, str) and (key == "Get" or key.startswith("Std:"))


@dataclass(frozen=True)
class _Check:
    expressions: bool

    def of(self, shape: Shape, value: object, *, path: str) -> Iterator[Violation]:
        if self.expressions and is_expression(value):
            return
        expected = _TYPES.get(shape.type_name, (object,))
        wrong_bool = isinstance(value, bool) and bool not in expected and expected != (object,)
        if shape.type_name in {"float", "double"} and value in _NO_NUMBERS:
            return
        if not isinstance(value, expected) or wrong_bool:
            yield Violation(
                "type", f"{path or shape.name}: {shape.type_name} expected, not {_name(value)}"
            )
        elif isinstance(shape, StructureShape):
            yield from self._structure(shape, _mapping(value), path)
        elif isinstance(shape, ListShape):
            assert isinstance(value, list)
            yield from _range(shape, len(value), value, path)
            for index, item in enumerate(value, start=1):
                yield from self.of(shape.member, item, path=f"{path}.{index}.member")
        elif isinstance(shape, MapShape):
            items = _mapping(value)
            yield from _range(shape, len(items), items, path)
            for key, item in items.items():
                yield from self.of(shape.key, key, path=f"{path}.{key}.key")
                yield from self.of(shape.value, item, path=f"{path}.{key}.member")
        else:
            yield from _scalar(shape, value, path)

    def _structure(
        self, shape: StructureShape, value: dict[str, object], path: str
    ) -> Iterator[Violation]:
        for name in shape.required_members:
            if value.get(name) is None:
                yield _constraint(None, _child(path, name), "Member must not be null")
        for name, item in value.items():
            member = shape.members.get(name)
            if member is None:
                yield Violation("unknown", f"Unknown member '{name}' in {path or shape.name}")
            elif item is not None:
                yield from self.of(member, item, path=_child(path, name))


def _scalar(shape: Shape, value: object, path: str) -> Iterator[Violation]:
    if isinstance(shape, StringShape):
        assert isinstance(value, str)
        if shape.enum and value not in shape.enum:
            allowed = f"[{', '.join(shape.enum)}]"
            yield _constraint(value, path, f"Member must satisfy enum value set: {allowed}")
        pattern = _pattern(shape.metadata.get("pattern"))
        if pattern is not None and not pattern.fullmatch(value):
            rule = f"Member must satisfy regular expression pattern: {shape.metadata['pattern']}"
            yield _constraint(value, path, rule)
        yield from _range(shape, len(value), value, path)
    elif shape.type_name in {"integer", "long", "float", "double"}:
        yield from _range(shape, value, value, path, of_length=False)


def _range(
    shape: Shape, size: Any, value: object, path: str, *, of_length: bool = True
) -> Iterator[Violation]:
    what = "length" if of_length else "value"
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield _constraint(value, path, f"Member must have {what} greater than or equal to {least}")
    if most is not None and size > most:
        yield _constraint(value, path, f"Member must have {what} less than or equal to {most}")


def _constraint(value: object, path: str, rule: str) -> Violation:
    shown = "null" if value is None else f"'{value}'"
    return Violation(
        "constraint", f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"
    )


def _child(path: str, name: str) -> str:
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def _name(value: object) -> str:
    return "null" if value is None else type(value).__name__


@lru_cache(maxsize=512)
def _pattern(text: str | None) -> re.Pattern[str] | None:
    """The shape's pattern; None where it uses Unicode classes, which Python's `re` has not."""
    if not text or r"\p{" in text:
        return None
    return re.compile(text)
