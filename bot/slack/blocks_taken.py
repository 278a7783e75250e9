"""Sends a report in the kinds of blocks that a workspace takes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.slack.calls import SlackRefusedError
from core.domain import MessageTs
from reports.message import Message, Report

logger = logging.getLogger(__name__)

BLOCKS_REFUSED: Final = frozenset({"invalid_blocks", "invalid_blocks_format"})
"""What chat.postMessage answers to a block that names a file it cannot show yet, or that the
workspace does not have."""


@dataclass(frozen=True)
class Sent:
    """A report that was posted."""

    ts: MessageTs
    message: Message
    """As Slack took it, without its foot."""
    pictures: Mapping[str, str]
    """Those that it shows, with their files."""


async def send_what_is_taken(
    send: Callable[[Message], Awaitable[MessageTs]], report: Report, files: Mapping[str, str]
) -> Sent:
    """Send the message, in the kinds of blocks that the workspace takes.

    Slack refuses a picture that it cannot show yet: then the message comes without. A workspace
    may refuse kinds of blocks that it does not have: then it comes in older ones.
    """
    whole, bare = report.illustrated(files), report.illustrated({})
    versions: list[tuple[Message, Mapping[str, str]]] = [
        *([(whole, files)] if files else []),
        (bare, {}),
        *([(whole.plainer(), files)] if files else []),
    ]
    for message, pictures in versions:
        try:
            return Sent(await send(message.followed_by(report.foot)), message, pictures)
        except SlackRefusedError as error:
            if error.code not in BLOCKS_REFUSED:
                raise
            logger.warning("Slack refused a report's blocks: %s (%s)", error, error.details)
    message = bare.plainer()
    return Sent(await send(message.followed_by(report.foot)), message, {})
