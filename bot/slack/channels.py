"""Where the bot may speak: nowhere that another company reads, nowhere that this is unknown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from bot.slack.calls import Calls, SlackRefusedError
from core.domain import ChannelId
from core.errors import NotPermittedError
from core.messages import say

FRESH_SECONDS: Final = 300.0
"""For so long what Slack said about a channel is taken as still true."""
SHARED: Final = ("is_ext_shared", "is_pending_ext_shared")
"""Properties of a conversation; source: https://docs.slack.dev/reference/objects/conversation-object"""


class Channels:
    """Asks Slack about channels, and remembers for a while."""

    def __init__(self, calls: Calls, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._monotonic = monotonic
        self._open: dict[ChannelId, float] = {}

    async def require(self, channel: ChannelId) -> None:
        """Make sure that the bot may speak there.

        Raises:
            NotPermittedError: another company reads there, or whether one does is unknown.
            ChannelError: the bot is not in the channel.
            UnavailableError: Slack does not answer.
        """
        if self._open.get(channel, 0.0) > self._monotonic():
            return
        try:
            answer = await self._calls.call("conversations.info", channel=channel)
        except SlackRefusedError as error:
            raise _unknown(error.code) from error
        conversation: dict[str, Any] = answer.get("channel") or {}
        if conversation.get("is_im"):
            self._remember(channel)
            return
        if any(conversation.get(name) for name in SHARED):
            raise NotPermittedError(
                say(
                    "This channel is shared with another company: I say nothing here. Ask me in "
                    "one that is yours alone."
                )
            )
        if "is_ext_shared" not in conversation:
            raise _unknown("is_ext_shared")
        if conversation.get("is_member") is False:
            raise NotPermittedError(
                say("I am not in this channel. Invite me first: type /invite and my name.")
            )
        self._remember(channel)

    def _remember(self, channel: ChannelId) -> None:
        self._open[channel] = self._monotonic() + FRESH_SECONDS


def _unknown(code: str) -> NotPermittedError:
    return NotPermittedError(
        say(
            "Slack does not tell whether another company reads this channel ({code}), "
            "so I say nothing here. Ask me in another channel, or in a message to me.",
            code=code,
        )
    )
