"""Keeps the one card of a run or a range of days: posted once, edited when it would change."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from typing import Final, TypeVar

from bot.slack.calls import ChannelError, SlackRefusedError
from bot.slack.gateway import Gateway
from bot.store.day_ranges import DayRange
from bot.store.executions import Followed
from core.domain import ChannelId, MessageTs
from core.errors import NotPermittedError
from reports.message import Message

logger = logging.getLogger(__name__)

MESSAGE_GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""Errors of chat.update after which there is nothing to edit: somebody deleted the card."""

Standing = TypeVar("Standing", Followed, DayRange)
"""What a card is of."""


class StandingCard:
    """Posts and edits."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def show(self, followed: Standing, card: Message, *, resumed: bool) -> Standing:
        """Bring the card up to date; gives what it is of with where it stands.

        Args:
            followed: Where its card stands, if it does.
            card: As it should be.
            resumed: Whether the card may stand already though that is not known.
        """
        digest = _digest(card)
        message = followed.message
        if followed.channel is None or followed.shown == digest:
            return followed
        try:
            message = await self._put(followed.channel, followed, card, resumed=resumed)
        except (ChannelError, NotPermittedError) as error:
            logger.warning("execution %s has no card any more: %s", followed.id, error)
            return dataclasses.replace(followed, channel=None)
        except SlackRefusedError as error:
            if error.code in MESSAGE_GONE:
                return dataclasses.replace(followed, channel=None)
            logger.error("the card of execution %s: %s (%s)", followed.id, error, error.details)
        return dataclasses.replace(followed, message=message, shown=digest)

    async def _put(
        self, channel: ChannelId, followed: Standing, card: Message, *, resumed: bool
    ) -> MessageTs:
        message = followed.message
        if message is None and resumed:
            message = await self._gateway.find(channel, followed.id)
        if message is None:
            return await self._gateway.post(channel, card, delivery=followed.id)
        await self._gateway.edit(channel, message, card)
        return message


def _digest(card: Message) -> str:
    content = json.dumps([card.text, card.payload()], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
