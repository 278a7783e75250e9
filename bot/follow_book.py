"""Who follows what: the follows of mlpipe.toml and those that people made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from bot.clock import Clock
from bot.store.follows import Follows
from core.audit import Entry
from core.domain import ChannelId, Person, Pipeline, PipelineName
from core.errors import NotPermittedError
from core.follows import Follow, FollowKey
from core.messages import say

FOLLOW: Final = "follow"
UNFOLLOW: Final = "unfollow"


class FollowBook:
    """Every follow whose pipeline is still there; of the file's it is kept since when."""

    def __init__(
        self,
        *,
        declared: Sequence[FollowKey],
        pipelines: Mapping[PipelineName, Pipeline],
        store: Follows,
        clock: Clock,
    ) -> None:
        self._declared = frozenset(declared)
        self._pipelines = pipelines
        self._store = store
        self._clock = clock

    async def all(self) -> tuple[Follow, ...]:
        """Every one; what the file does not declare any more is none."""
        found = await self._store.all()
        if new := self._declared - {each.key for each in found}:
            now = await self._clock.now()
            for key in new:
                await self._store.declare(key, since=now)
            found = await self._store.all()
        return tuple(
            each
            for each in found
            if each.key.pipeline in self._pipelines
            and (each.by is not None or each.key in self._declared)
        )

    async def of_channel(self, channel: ChannelId) -> tuple[Follow, ...]:
        """Those of one channel."""
        return tuple(each for each in await self.all() if each.key.channel == channel)

    def declares(self, key: FollowKey) -> bool:
        """Whether mlpipe.toml has it."""
        return key in self._declared

    async def add(self, key: FollowKey, *, by: Person, at: dt.datetime) -> bool:
        """Have a channel follow; False where it does already."""
        if self.declares(key):
            return False
        return await self._store.add(Follow(key, at, by), _entry(FOLLOW, key, by=by, at=at))

    async def remove(self, key: FollowKey, *, by: Person, at: dt.datetime) -> bool:
        """Have it follow no more; False where it did not.

        Raises:
            NotPermittedError: mlpipe.toml has it.
        """
        if self.declares(key):
            raise NotPermittedError(
                say(
                    "mlpipe.toml has this channel follow {pipeline} · {environment}: who runs "
                    "mlpipe changes it there.",
                    pipeline=key.pipeline,
                    environment=key.environment,
                )
            )
        return await self._store.remove(key, _entry(UNFOLLOW, key, by=by, at=at))


def _entry(action: str, key: FollowKey, *, by: Person, at: dt.datetime) -> Entry:
    return Entry(at=at, who=str(by), action=action, subject=str(key), outcome="done")
