"""What is sent: a text that stands alone, blocks, and pictures that go with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import slackblocks as slack

from core.mornings import Morning
from reports import blocks


@dataclass(frozen=True)
class Message:
    """A message for Slack."""

    text: str
    """Slack markup. Notifications and screen readers show it in place of the blocks."""
    blocks: tuple[slack.Block, ...] = ()
    above: tuple[Mapping[str, Any], ...] = ()
    """Blocks that were sent before, as Slack's API takes them: they stand above the others."""

    def payload(self) -> list[dict[str, Any]]:
        """The blocks as Slack's API takes them; the same message gives the same payload.

        Block ids are left to Slack, which asks for new ones at every edit.

        Raises:
            slackblocks.InvalidUsageError: Slack would refuse the blocks.
        """
        if not self.blocks:
            return [dict(each) for each in self.above]
        message = slack.WebhookMessage(text=self.text, blocks=list(self.blocks))
        rendered: list[dict[str, Any]] = _without_ids(message.to_dict()["blocks"])
        return [*(dict(each) for each in self.above), *rendered]

    def followed_by(self, blocks: Iterable[slack.Block]) -> Message:
        """The same with more below."""
        return dataclasses.replace(self, blocks=(*self.blocks, *blocks))

    def plainer(self) -> Message:
        """The same in kinds of blocks that every workspace shows."""
        shown = tuple(each for block in self.blocks for each in blocks.plainer(block))
        return dataclasses.replace(self, blocks=shown)


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(each) for key, each in value.items() if key != "block_id"}
    return [_without_ids(each) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Picture:
    """A picture that is uploaded before a message shows it."""

    name: str
    """File name."""
    png: bytes
    alt: str
    """What it says, for those who do not see it."""


@dataclass(frozen=True)
class File:
    """A file that comes with a message."""

    name: str
    content: bytes | Path
    """It, or where it lies: a large one is never held in memory."""

    @property
    def size(self) -> int:
        """In bytes."""
        if isinstance(self.content, bytes):
            return len(self.content)
        return self.content.stat().st_size


@dataclass(frozen=True)
class Report:
    """A message, and the pictures that belong into it."""

    message: Message
    pictures: tuple[Picture, ...] = ()
    pictures_after: int = 0
    """How many of the message's blocks stand above the pictures."""
    offers: Mapping[Morning, tuple[str, ...]] = field(default_factory=dict)
    """What can be done from it for each morning that it is about; see reports.foot. Empty: it is
    about no single day and has no foot."""
    foot: tuple[slack.Block, ...] = ()
    """What stands below it all, and changes later on."""

    def illustrated(self, files: Mapping[str, str]) -> Message:
        """The message with the pictures in their place.

        Args:
            files: Picture's name → id of the uploaded file. A picture that is not there is left
                out; it can be shared in the message's thread.
        """
        images = tuple(
            slack.ImageBlock(
                slack_file=slack.SlackFile(url=None, id=files[picture.name]), alt_text=picture.alt
            )
            for picture in self.pictures
            if picture.name in files
        )
        above, below = (
            self.message.blocks[: self.pictures_after],
            self.message.blocks[self.pictures_after :],
        )
        return dataclasses.replace(self.message, blocks=(*above, *images, *below))
