"""What every List operation does: filter, sort, page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from mlpipe_sandbox.aws.errors import ValidationError
from mlpipe_sandbox.aws.shapes import Document

Item = TypeVar("Item", bound=Mapping[str, Any])
DESCENDING: Final = "Descending"
ASCENDING: Final = "Ascending"
_PAGE: Final = 100
"""Most of what AWS gives without MaxResults is 100 a page (trials and components: 10)."""


def within(
    documents: Iterable[Document],
    request: Document,
    *,
    after: str,
    before: str,
    field: str = "CreationTime",
) -> list[Document]:
    """Documents whose time `field` is after and before what the request's members say."""
    least, most = request.get(after), request.get(before)
    return [
        document
        for document in documents
        if (least is None or document[field] > least) and (most is None or document[field] < most)
    ]


def ordered(
    documents: Sequence[Document],
    request: Document,
    *,
    fields: Mapping[str, str],
    default: str = "CreationTime",
    order: str,
) -> list[Document]:
    """Documents sorted as the request asks.

    Args:
        documents: in the order in which they came, which decides between equals.
        request: with SortBy and SortOrder, or without.
        fields: SortBy → member of the document.
        default: SortBy when the request has none.
        order: SortOrder when the request has none.
    """
    field = fields[request.get("SortBy", default)]
    reverse = request.get("SortOrder", order) == DESCENDING
    numbered = sorted(
        enumerate(documents), key=lambda pair: (pair[1].get(field) or 0, pair[0]), reverse=reverse
    )
    return [document for _, document in numbered]


def page(
    documents: Sequence[Item],
    request: Document,
    *,
    member: str,
    summary: Callable[[Item], Document] = dict,
    size: int = _PAGE,
) -> Document:
    """One page as a response: `member` holds it, NextToken tells that there is more."""
    start = _read_token(request.get("NextToken"))
    end = start + (request.get("MaxResults") or size)
    response: Document = {member: [summary(document) for document in documents[start:end]]}
    if end < len(documents):
        response["NextToken"] = _token(end)
    return response


def only(document: Mapping[str, Any], members: Iterable[str]) -> Document:
    """The document cut down to the members it has of these."""
    return {name: document[name] for name in members if name in document}


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"from": position}).encode()).decode()


def _read_token(token: str | None) -> int:
    if not token:
        return 0
    try:
        position = json.loads(base64.urlsafe_b64decode(token))["from"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise ValidationError("Invalid NextToken.") from error
    if not isinstance(position, int):
        raise ValidationError("Invalid NextToken.")
    return position
