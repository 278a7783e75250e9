"""Views: modals and home tabs.

Source: https://docs.slack.dev/reference/views
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slackblocks import _limits as limits

from mlpipe_sandbox.slack.blocks import objects
from mlpipe_sandbox.slack.blocks.node import Faults, Node
from mlpipe_sandbox.slack.blocks.whole import check_blocks
from mlpipe_sandbox.slack.errors import invalid_arguments


def check_view(
    view: object, *, kind: str, is_image: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """A view as an app sent it, with the ids that Slack makes up.

    Args:
        view: What the client sent, decoded.
        kind: "modal" or "home".
        is_image: Whether a `slack_file` object names an image that can be shown now.

    Raises:
        SlackError: `invalid_arguments`; each message names its JSON pointer.
    """
    if not isinstance(view, dict):
        raise invalid_arguments("must provide an object [json-pointer:/view]")
    faults = Faults()
    node = Node(view, "/view", faults)
    node.choice("type", (kind,), required=True)
    node.string("private_metadata", most=limits.VIEW_PRIVATE_METADATA_MAX_LENGTH)
    node.string("callback_id", most=limits.VIEW_CALLBACK_ID_MAX_LENGTH)
    node.string("external_id", most=limits.VIEW_EXTERNAL_ID_MAX_LENGTH)
    blocks = node.array("blocks", required=True)
    if kind == "modal":
        _check_modal(node, blocks or [])
    made = check_blocks(
        blocks or [],
        surface="modal" if kind == "modal" else "home",
        faults=faults,
        pointer="/view/blocks",
        is_image=is_image,
    )
    node.build(dict)
    if faults.messages:
        raise invalid_arguments(*faults.messages)
    return {**view, "blocks": made}


def _check_modal(node: Node, blocks: list[Any]) -> None:
    node.child("title", objects.text(most=limits.VIEW_TITLE_MAX_LENGTH), required=True)
    node.child("close", objects.text(most=limits.VIEW_CLOSE_MAX_LENGTH))
    node.child("submit", objects.text(most=limits.VIEW_SUBMIT_MAX_LENGTH))
    node.flag("clear_on_close")
    node.flag("notify_on_close")
    node.flag("submit_disabled")
    has_input = any(isinstance(each, dict) and each.get("type") == "input" for each in blocks)
    if has_input and not node.has("submit"):
        node.fault("missing required field: submit")
