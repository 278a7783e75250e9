"""What is under way, and how long the end of the bot waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

FAREWELL_SECONDS: Final = 3.0
"""For what is cut off to be kept in the database, and to leave its line in the log."""


class UnderWay:
    """Tasks that are to be worked off before the end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    @contextmanager
    def one(self) -> Iterator[None]:
        """The current task works as long as the context lasts."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def end(self, seconds: float, *, hurry: asyncio.Event | None = None) -> int:
        """Wait until all is worked off, and cut off what is not; gives how much that is.

        Args:
            seconds: How long at most.
            hurry: Set when nobody has so much time.
        """
        tasks = set(self._tasks)
        if not tasks:
            return 0
        hurried = asyncio.create_task((hurry or asyncio.Event()).wait())
        worked_off = asyncio.create_task(asyncio.wait(tasks))
        ends = (hurried, worked_off)
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        left = {task for task in tasks if not task.done()}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=FAREWELL_SECONDS)
        return len(left)
