"""Search: over every kind of resource that is kept here, filtered, sorted and paged."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.model import StructureShape

from mlpipe_sandbox.aws.errors import ValidationError
from mlpipe_sandbox.aws.listing import DESCENDING, page
from mlpipe_sandbox.aws.model import Model
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.search.expression import holds
from mlpipe_sandbox.aws.search.properties import Kind, property_of
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Collection

SORTED_BY: Final = "LastModifiedTime"
"""SortBy where the request names none; descending."""
_RECORDS: Final = {"ExperimentTrial": "Trial", "ExperimentTrialComponent": "TrialComponent"}
"""Kind of resource → member of a result, where they differ."""


@dataclass(frozen=True)
class Source:
    """Where one kind of resource is found."""

    documents: Collection
    more: Mapping[str, Callable[[Document], Any]] = field(default_factory=dict)
    """Members that are kept elsewhere, and how they are found; only where they are asked for."""


class _Found(Mapping[str, Any]):
    """A document with the members kept elsewhere, each looked up when it is first asked for."""

    def __init__(self, document: Document, source: Source) -> None:
        self._document = document
        self._more = source.more
        self._known: Document = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._more:
            return self._document[name]
        if name not in self._known:
            self._known[name] = self._more[name](self._document)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._more or name in self._document

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._document, *self._more)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Search:
    """One operation over all kinds of resources."""

    def __init__(self, *, model: Model, sources: Mapping[str, Callable[[], Source]]) -> None:
        """Search `sources`, by the name of the kind of resource as AWS spells it."""
        self._model = model
        self._sources = sources

    def operations(self) -> Operations:
        """What this answers."""
        return {"Search": self.search}

    def search(self, request: Document) -> Document:
        """Search: `TotalHits` counts exactly, pages hold up to 100."""
        kind: str = request["Resource"]
        if kind not in self._sources:
            known = ", ".join(sorted(self._sources))
            raise ValidationError(f"The sandbox does not search {kind}; it searches: {known}.")
        source = self._sources[kind]()
        record = _RECORDS.get(kind, kind)
        shape = self._model.structure(record)
        found = [_Found(document, source) for document in self._candidates(request, source)]
        if "SearchExpression" in request:
            condition = holds(request["SearchExpression"], shape)
            found = [each for each in found if condition(each)]
        found = _sorted(found, request, shape)
        response = page(
            found,
            request,
            member="Results",
            summary=lambda each: {record: _result(each, shape)},
        )
        return response | {"TotalHits": {"Value": len(found), "Relation": "EqualTo"}}

    def _candidates(self, request: Document, source: Source) -> list[Document]:
        """All of them; nothing is shared with another account here."""
        if request.get("CrossAccountFilterOption") == "CrossAccount":
            return []
        return source.documents.peek()


def _sorted(found: list[_Found], request: Document, shape: StructureShape) -> list[_Found]:
    """Sorted as asked; what lacks the property, or has no number there, comes last, either way."""
    prop = property_of(shape, request.get("SortBy", SORTED_BY))
    reverse = request.get("SortOrder", DESCENDING) == DESCENDING
    keyed = [(_sortable(next(iter(prop.read(each)), None)), each) for each in found]
    having = [(_key(prop.kind, value), each) for value, each in keyed if value is not None]
    having.sort(key=lambda pair: pair[0], reverse=reverse)
    return [each for _, each in having] + [each for value, each in keyed if value is None]


def _sortable(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _key(kind: Kind, value: Any) -> tuple[int, Any]:
    """Of a parameter that is a number here and text there, numbers come first."""
    if kind in {Kind.NUMBER, Kind.TIME} or isinstance(value, int | float):
        return (0, float(value))
    return (1, str(value))


def _result(found: _Found, shape: StructureShape) -> Document:
    members = {name: found[name] for name in found if name in shape.members}
    return copy.deepcopy({name: value for name, value in members.items() if value not in ([], {})})
