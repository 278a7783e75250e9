"""How a channel reads of a series, wherever it does: in the morning, below it, and when it asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.lens import Lens
from bot.reporter import Reporter
from bot.subscriptions import SubscriptionBook
from bot.targets import Target
from core.domain import ChannelId, Person
from core.messages import Translator
from core.subscriptions import SubscriptionKey
from reports.report_facts import ReportFacts


@dataclass(frozen=True)
class Reader:
    """A channel that reads of a series."""

    language: str
    lens: Lens

    @property
    def translator(self) -> Translator:
        """Says it in the channel's language."""
        return Translator(self.language)


@dataclass(frozen=True)
class Reading:
    """A day of a series as a channel reads of it."""

    facts: ReportFacts
    """Seen and judged as the channel does; `today` is None where it was not evaluated."""
    language: str


class Readers:
    """Knows the channels by what they subscribed to."""

    def __init__(self, *, book: SubscriptionBook, reporter: Reporter, language: str) -> None:
        """Take what it stands on; `language` is that of channels that did not choose one."""
        self._book = book
        self._reporter = reporter
        self._language = language

    async def read(
        self,
        channel: ChannelId,
        target: Target,
        day: dt.date,
        *,
        asked_by: Person | None = None,
    ) -> Reading:
        """What is known of a day, for a channel."""
        facts = await self._reporter.collect(target, day, asked_by=asked_by)
        reader = await self.of(channel, target, day)
        return Reading(reader.lens.of(facts), reader.language)

    async def of(self, channel: ChannelId, target: Target, day: dt.date) -> Reader:
        """How a channel reads of a series' day; where it did not subscribe to it, like anybody."""
        key = SubscriptionKey(channel, target.pipeline.name, target.environment)
        subscription = await self._book.get(key)
        if subscription is None:
            return Reader(self._language, Lens())
        return Reader(subscription.language, await self._book.lens(subscription, day))
