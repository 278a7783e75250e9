"""What a property's name means in Search, such as `CreationTime`, `Metrics.auc.Max`, `Tags.team`.

Names follow AWS's description of `Filter` and of `SortBy`:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Filter.html
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

from mlpipe_sandbox.aws.errors import ValidationError
from mlpipe_sandbox.aws.shapes import Document

STATISTICS: Final = {
    name.lower(): name for name in ("Last", "Max", "Min", "Avg", "StdDev", "Count")
}
"""Of a trial component's metric; a name without one means the last value."""
_NUMBERS: Final = frozenset({"integer", "long", "float", "double"})
_PAIRS: Final = {
    "Tags": ("Key", "Value"),
    "PipelineParameters": ("Name", "Value"),
    "FinalMetricDataList": ("MetricName", "Value"),
}
"""Lists that are searched like maps: member → the members that hold the name and the value."""


class Kind(enum.Enum):
    """What a property holds, which says how it is compared."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    EITHER = "either"
    """A parameter: a number where it is one, else text."""


Read = Callable[[Mapping[str, Any]], Iterator[Any]]


@dataclass(frozen=True)
class Property:
    """A property of one kind of resource."""

    name: str
    kind: Kind
    read: Read
    """Its values in a document; several where a list lies on the way, none where it is missing."""


def property_of(shape: StructureShape, name: str) -> Property:
    """The property that a name means in a resource of this shape.

    Raises:
        ValidationError: there is none of that name.
    """
    head, _, rest = name.partition(".")
    member = {each.lower(): each for each in shape.members}.get(head.lower())
    if member == "Metrics" and rest:
        return _metric(name, rest)
    if head.lower() == "metrics" and rest and "FinalMetricDataList" in shape.members:
        return _pair(name, "FinalMetricDataList", rest, Kind.NUMBER)
    if member == "Parameters" and rest:
        return Property(name, Kind.EITHER, _parameter(rest))
    if member in _PAIRS and rest:
        kind = Kind.EITHER if member == "PipelineParameters" else Kind.TEXT
        return _pair(name, member, rest, kind)
    found = _walk(shape, name.split("."))
    if found is None:
        raise ValidationError(f"Unknown property name: {name}")
    kind, path = found
    return Property(name, kind, lambda document: _values(document, path))


def list_of(shape: StructureShape, name: str) -> tuple[str, ...]:
    """The path of a list whose elements are filtered together.

    Raises:
        ValidationError: there is no such list.
    """
    path: list[str] = []
    at: Shape = shape
    for segment in name.split("."):
        member = _member(at, segment)
        if member is None:
            raise ValidationError(f"Unknown property name: {name}")
        assert isinstance(at, StructureShape)
        path.append(member)
        at = at.members[member]
    if not isinstance(at, ListShape):
        raise ValidationError(f"Nested property is not a list: {name}")
    return tuple(path)


def _walk(shape: Shape, segments: list[str]) -> tuple[Kind, tuple[str, ...]] | None:
    path: list[str] = []
    for number, segment in enumerate(segments):
        if isinstance(shape, ListShape):
            shape = shape.member
        if isinstance(shape, MapShape):
            kind = Kind.EITHER if shape.value.type_name == "string" else _kind(shape.value)
            return kind, (*path, ".".join(segments[number:]))
        member = _member(shape, segment)
        if member is None:
            return None
        assert isinstance(shape, StructureShape)
        path.append(member)
        shape = shape.members[member]
    if isinstance(shape, ListShape):
        shape = shape.member
    return (_kind(shape), tuple(path))


def _member(shape: Shape, segment: str) -> str | None:
    if not isinstance(shape, StructureShape):
        return None
    return {each.lower(): each for each in shape.members}.get(segment.lower())


def _kind(shape: Shape) -> Kind:
    if shape.type_name == "timestamp":
        return Kind.TIME
    return Kind.NUMBER if shape.type_name in _NUMBERS else Kind.TEXT


def _values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _values(each, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values(value[path[0]], path[1:])


def _metric(name: str, rest: str) -> Property:
    before, _, last = rest.rpartition(".")
    statistic = STATISTICS.get(last.lower()) if before else None
    metric = before if statistic else rest

    def read(document: Mapping[str, Any]) -> Iterator[Any]:
        for summary in document.get("Metrics") or ():
            if summary["MetricName"] == metric:
                yield summary[statistic or "Last"]

    return Property(name, Kind.NUMBER, read)


def _parameter(name: str) -> Read:
    def read(document: Mapping[str, Any]) -> Iterator[Any]:
        value: Document | None = (document.get("Parameters") or {}).get(name)
        if value is not None:
            yield value.get("NumberValue", value.get("StringValue"))

    return read


def _pair(name: str, member: str, key: str, kind: Kind) -> Property:
    named, valued = _PAIRS[member]

    def read(document: Mapping[str, Any]) -> Iterator[Any]:
        for pair in document.get(member) or ():
            if pair[named] == key:
                yield pair[valued]

    return Property(name, kind, read)
