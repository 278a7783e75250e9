"""How a channel reads of a series, wherever it does: in the morning, below it, and when it asks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.lens import Lens
from bot.subscriptions import SubscriptionBook
from bot.targets import Target
from core.domain import ChannelId
from core.messages import Translator
from core.subscriptions import SubscriptionKey


@dataclass(frozen=True)
class Reader:
    """A channel that reads of a series."""

    language: str
    lens: Lens

    @property
    def translator(self) -> Translator:
        """Says it in the channel's language."""
        return Translator(self.language)


class Readers:
    """Knows the channels by what they subscribed to."""

    def __init__(self, *, book: SubscriptionBook, language: str) -> None:
        """Take what it stands on; `language` is that of channels that did not choose one."""
        self._book = book
        self._language = language

    async def of(self, channel: ChannelId, target: Target) -> Reader:
        """How a channel reads of a series; where it did not subscribe to it, like anybody."""
        key = SubscriptionKey(channel, target.pipeline.name, target.environment)
        subscription = await self._book.get(key)
        if subscription is None:
            return Reader(self._language, Lens())
        return Reader(subscription.language, await self._book.lens(subscription))
