"""Of versions that follow each other faster than Slack takes them, the last is always sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass
class _Versions(Generic[V]):
    """The newest version of one thing that Slack does not have yet."""

    newest: V | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Newest(Generic[K, V]):
    """Sends the newest version of each thing; those that come while one waits take its place."""

    def __init__(self) -> None:
        self._things: dict[K, _Versions[V]] = {}

    async def send(
        self,
        thing: K,
        version: V,
        send: Callable[[V], Awaitable[object]],
        *,
        turn: AbstractAsyncContextManager[None],
    ) -> None:
        """Send it; returns when this version, or a later one, stands in Slack.

        Args:
            thing: What there are versions of.
            version: The newest.
            send: How. Where it raises, whoever waits next tries the newest again.
            turn: When.
        """
        versions = self._things.setdefault(thing, _Versions())
        versions.newest = version
        versions.waiting += 1
        try:
            async with versions.lock, turn:
                await self._send(versions, send)
        finally:
            versions.waiting -= 1
            if not versions.waiting:
                self._things.pop(thing, None)

    @staticmethod
    async def _send(versions: _Versions[V], send: Callable[[V], Awaitable[object]]) -> None:
        newest, versions.newest = versions.newest, None
        if newest is None:
            return  # whoever waited before sent this version already
        try:
            await send(newest)
        except BaseException:
            if versions.newest is None:
                versions.newest = newest
            raise
