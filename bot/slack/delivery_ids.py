"""Which deliveries a message is: ids in its metadata, by which it is found again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

EVENT_TYPE: Final = "mlpipe_delivery"
"""`event_type` of our messages' metadata; its payload holds the ids of what it delivers."""
SHORT_ID: Final = 12
"""Hexadecimal digits by which a message names what else it delivers: it may be a hundred deliveries
with long names, and there is only so much metadata that Slack takes."""


def metadata(delivery: str, also: Sequence[str] = (), *, foot: int = 0) -> dict[str, Any]:
    """The metadata of a message that is a delivery, and others with it.

    Args:
        delivery: Its id.
        also: The others' ids.
        foot: How many of its last blocks change with what people do.
    """
    payload: dict[str, Any] = {"delivery": delivery}
    payload |= {"also": [short_id(each) for each in also]} if also else {}
    payload |= {"foot": foot} if foot else {}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def without_foot(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The blocks of a message of ours as Slack has them, without those that change."""
    payload: Mapping[str, Any] = (message.get("metadata") or {}).get("event_payload") or {}
    blocks: list[dict[str, Any]] = message.get("blocks") or []
    return blocks[: len(blocks) - int(payload.get("foot", 0))]


def delivered(message: Mapping[str, Any], deliveries: Iterable[str]) -> list[str]:
    """Those of the deliveries that a message of ours is."""
    found: Mapping[str, Any] = message.get("metadata") or {}
    if found.get("event_type") != EVENT_TYPE:
        return []
    payload: Mapping[str, Any] = found.get("event_payload") or {}
    first, also = payload.get("delivery"), payload.get("also", ())
    return [each for each in deliveries if each == first or short_id(each) in also]


def short_id(delivery: str) -> str:
    """A delivery's id in a few characters, which no other of its channel has."""
    return hashlib.sha256(delivery.encode()).hexdigest()[:SHORT_ID]
