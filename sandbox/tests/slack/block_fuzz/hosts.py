"""Blocks in which an element is tried."""

from __future__ import annotations

from typing import Any

from sandbox.tests.slack.block_fuzz.fields import Kind, Payload
from sandbox.tests.slack.block_fuzz.values import PLAIN


def in_actions(held: Payload) -> Payload:
    """A row of elements."""
    return {"type": "actions", "elements": [held]}


def in_input(held: Payload) -> Payload:
    """A field of a form."""
    return {"type": "input", "label": PLAIN, "element": held}


def in_context_actions(held: Payload) -> Payload:
    """The row below an answer."""
    return {"type": "context_actions", "elements": [held]}


def element(name: str, *, page: str, within: Any = in_actions, **fields: Any) -> Kind:
    """An element of Slack's reference, with its fields or more of what `Kind` takes."""
    given = {"type": name, **fields.pop("given", {})}
    instead, clashes = fields.pop("instead", {}), fields.pop("clashes", ())
    spare, together = fields.pop("spare", ()), fields.pop("together", ())
    surface = "modal" if within is in_input else "message"
    path = f"block-kit/block-elements/{page}"
    return Kind(name, path, fields, given, within, surface, instead, spare, clashes, together)
