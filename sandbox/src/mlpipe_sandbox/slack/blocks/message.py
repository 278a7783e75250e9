"""Blocks and metadata of a message."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from mlpipe_sandbox.slack.blocks.node import Faults
from mlpipe_sandbox.slack.blocks.whole import Blocks, check_blocks, text_length
from mlpipe_sandbox.slack.errors import SlackError, invalid_blocks
from mlpipe_sandbox.slack.limits import MessageLimits


def check_message_blocks(blocks: object, *, is_image: Callable[[dict[str, Any]], bool]) -> Blocks:
    """The blocks of a message, with the ids that Slack makes up.

    Args:
        blocks: What the client sent, decoded.
        is_image: Whether a `slack_file` object names an image that can be shown now.

    Raises:
        SlackError: `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`.
    """
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    faults = Faults()
    made = check_blocks(
        blocks, surface="message", faults=faults, pointer="/blocks", is_image=is_image
    )
    if faults.messages:
        raise invalid_blocks(faults.messages)
    if text_length(made) > MessageLimits.BLOCK_TEXT:
        raise SlackError("msg_blocks_too_long")
    return made


def check_metadata(metadata: object) -> dict[str, Any]:
    """A message's metadata.

    Source: https://docs.slack.dev/messaging/message-metadata

    Raises:
        SlackError: `invalid_metadata_format`, `metadata_too_large`, `invalid_metadata_schema`.
    """
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(event_type, str) or not re.fullmatch(r"[A-Za-z0-9_.:-]{1,255}", event_type):
        raise SlackError("invalid_metadata_schema")
    if not isinstance(payload, dict) or metadata.keys() - {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > MessageLimits.METADATA:
        raise SlackError("metadata_too_large")
    return metadata
