"""Pictures: uploaded in Slack's three steps, and shown only once Slack is done with them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.slack.calls import Calls
from core.domain import ChannelId, MessageTs
from reports.message import File, Picture

logger = logging.getLogger(__name__)

PAUSES: Final = (0.2, 0.3, 0.5, 0.5, 1.0, 1.0, 1.5, 2.0, 3.0)
"""Seconds between two looks whether Slack is done: ten in all, then the picture goes elsewhere."""


class Pictures:
    """Uploads."""

    def __init__(
        self, calls: Calls, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._calls = calls
        self._sleep = sleep

    async def upload(self, picture: Picture) -> str | None:
        """Upload a picture for a block; its file id, or None while Slack is not done with it.

        A block that names a file too early is refused: completeUploadExternal answers before Slack
        has looked at the file (python-slack-sdk issues 1521, 1658, 1797).
        """
        file_id = await self._send(File(picture.name, picture.png), alt=picture.alt)
        await self._calls.call(
            "files.completeUploadExternal", files=[{"id": file_id, "title": picture.name}]
        )
        for pause in PAUSES:
            answer = await self._calls.call("files.info", file=file_id)
            if (answer.get("file") or {}).get("mimetype"):
                return file_id
            await self._sleep(pause)
        logger.warning("Slack is not done with %s after %s s", picture.name, sum(PAUSES))
        return None

    async def share(self, picture: Picture, channel: ChannelId, thread: MessageTs) -> None:
        """Post a picture below a message: Slack shows it there when it is done with it."""
        file_id = await self._send(File(picture.name, picture.png), alt=picture.alt)
        await self._post(file_id, picture.name, channel, thread)

    async def share_file(self, file: File, channel: ChannelId, thread: MessageTs) -> None:
        """Post a file below a message."""
        file_id = await self._send(file)
        await self._post(file_id, file.name, channel, thread)

    async def _post(self, file_id: str, name: str, channel: str, thread: MessageTs) -> None:
        await self._calls.call(
            "files.completeUploadExternal",
            files=[{"id": file_id, "title": name}],
            channel_id=channel,
            thread_ts=thread,
        )

    async def _send(self, file: File, *, alt: str | None = None) -> str:
        ticket = await self._calls.call(
            "files.getUploadURLExternal", filename=file.name, length=file.size, alt_txt=alt
        )
        await self._calls.upload(str(ticket["upload_url"]), file.content)
        return str(ticket["file_id"])
