"""Who wants to hear what: the subscriptions of mlpipe.toml and those that people made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from bot.lens import Lens
from bot.store.subscriptions import Subscriptions
from core import subscriptions as calendar
from core.audit import Entry
from core.domain import ChannelId, Person, Pipeline, PipelineName
from core.errors import NotFoundError, NotPermittedError
from core.messages import say
from core.subscriptions import Occasion, Subscription, SubscriptionKey

SUBSCRIBE: Final = "subscribe"
UNSUBSCRIBE: Final = "unsubscribe"


class SubscriptionBook:
    """Every subscription; where mlpipe.toml and somebody speak of the same, the file's counts."""

    def __init__(
        self,
        *,
        declared: Sequence[Subscription],
        pipelines: Mapping[PipelineName, Pipeline],
        store: Subscriptions,
    ) -> None:
        self._declared = {each.key: each for each in declared}
        self._pipelines = pipelines
        self._store = store

    async def all(self) -> tuple[Subscription, ...]:
        """Every one whose pipeline is still there."""
        stored = [each for each in await self._store.all() if each.key.pipeline in self._pipelines]
        return tuple(({each.key: each for each in stored} | self._declared).values())

    async def of_channel(self, channel: ChannelId) -> tuple[Subscription, ...]:
        """Those of one channel."""
        return tuple(each for each in await self.all() if each.key.channel == channel)

    async def get(self, key: SubscriptionKey) -> Subscription | None:
        """What a channel hears of a series."""
        return next((each for each in await self.all() if each.key == key), None)

    async def lens(self, subscription: Subscription, day: dt.date) -> Lens:
        """What its channel looks at a day of the series through."""
        series = await self.of_channel(subscription.key.channel)
        heard = self.heard_before(subscription, day)
        return Lens.by(subscription, among=len(series), heard=heard)

    async def put(self, subscription: Subscription) -> None:
        """Add one, or change what the channel hears of the series.

        Raises:
            NotPermittedError: mlpipe.toml has it.
        """
        self.require_made_here(subscription.key)
        assert subscription.since is not None
        assert subscription.by is not None
        entry = _entry(SUBSCRIBE, subscription.key, by=subscription.by, at=subscription.since)
        await self._store.put(subscription, entry)

    async def remove(self, key: SubscriptionKey, *, by: Person, at: dt.datetime) -> None:
        """Take one away.

        Raises:
            NotFoundError: there is none.
            NotPermittedError: mlpipe.toml has it.
        """
        self.require_made_here(key)
        if not await self._store.remove(key, _entry(UNSUBSCRIBE, key, by=by, at=at)):
            raise NotFoundError(
                say(
                    "This channel has no subscription to {pipeline} · {environment} any more: "
                    "there is nothing to end.",
                    pipeline=key.pipeline,
                    environment=key.environment,
                )
            )

    def require_made_here(self, key: SubscriptionKey) -> None:
        """Refuse with a NotPermittedError what mlpipe.toml alone may change."""
        if key in self._declared:
            raise NotPermittedError(
                say(
                    "mlpipe.toml has this channel's subscription to {pipeline} · {environment}: "
                    "who runs mlpipe changes it there.",
                    pipeline=key.pipeline,
                    environment=key.environment,
                )
            )

    def pipeline(self, name: PipelineName) -> Pipeline:
        """The pipeline that a subscription speaks of."""
        return self._pipelines[name]

    def newest(self, subscription: Subscription, now: dt.datetime) -> Occasion | None:
        """The occasion of today, once it has begun."""
        return calendar.newest(subscription, self._zone(subscription), now)

    def following(self, subscription: Subscription, now: dt.datetime) -> Occasion | None:
        """The next occasion that is still promised."""
        return calendar.following(subscription, self._zone(subscription), now)

    def about(self, subscription: Subscription, day: dt.date) -> Occasion | None:
        """The occasion that is about a day of the data."""
        return calendar.about(subscription, self._zone(subscription), day)

    def heard_before(self, subscription: Subscription, day: dt.date) -> dt.date | None:
        """The day of the data of which the channel last heard before one."""
        return calendar.heard_before(subscription, self._zone(subscription), day)

    def _zone(self, subscription: Subscription) -> str:
        return self._pipelines[subscription.key.pipeline].time_zone


def _entry(action: str, key: SubscriptionKey, *, by: Person, at: dt.datetime) -> Entry:
    return Entry(at=at, who=str(by), action=action, subject=str(key), outcome="done")
