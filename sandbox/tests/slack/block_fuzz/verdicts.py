"""What the embedded Slack and slackblocks say of the same payload."""

from __future__ import annotations

from typing import Any

from mlpipe_sandbox.slack.blocks import check_message_blocks, check_view
from mlpipe_sandbox.slack.errors import SlackError

PLAIN_TITLE = {"type": "plain_text", "text": "T"}


def faults(block: Any, surface: str) -> list[str]:
    """What the embedded Slack finds wrong with a block on a surface; empty where it shows it."""
    if surface.endswith(" view"):
        return view_faults(block, surface.removesuffix(" view"))
    if surface == "message":
        return message_faults([block])
    view: dict[str, Any] = {"type": surface, "blocks": [block]}
    if surface == "modal":
        view |= {"title": PLAIN_TITLE, "submit": PLAIN_TITLE}
    return view_faults(view, surface)


def message_faults(blocks: list[Any]) -> list[str]:
    """The same of all blocks of a message."""
    try:
        check_message_blocks(blocks, is_image=lambda _: True)
    except SlackError as error:
        return _named(error)
    return []


def view_faults(view: Any, kind: str) -> list[str]:
    """The same of a whole view."""
    try:
        check_view(view, kind=kind, is_image=lambda _: True)
    except SlackError as error:
        return _named(error)
    return []


def _named(error: SlackError) -> list[str]:
    metadata = error.extra.get("response_metadata", {})
    messages = metadata.get("messages", []) if isinstance(metadata, dict) else []
    return [str(each).removeprefix("[ERROR] ") for each in messages] or [error.code]
