"""Blocks, views and metadata, validated as Slack does before it shows them."""

from mlpipe_sandbox.slack.blocks.message import check_message_blocks, check_metadata
from mlpipe_sandbox.slack.blocks.view import check_view

__all__ = ["check_message_blocks", "check_metadata", "check_view"]
