"""Rows that many write at the same time, written in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.store.silence import is_silence, no_answer

logger = logging.getLogger(__name__)

WAIT_SECONDS: Final = 60.0
"""How long a row waits for a database that does not answer."""
PAUSE_SECONDS: Final = 0.5
"""Between two tries: a database that is away says so at once."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Waiting:
    row: Row
    written: asyncio.Future[bool]


class Together:
    """Writes what came while the rows before were written, all at once.

    A burst, or what has waited for a lock to go, so takes no longer than a few rows, and one
    connection.
    """

    def __init__(
        self, write: Callable[[Sequence[Row]], Awaitable[Collection[str]]], *, patience: float
    ) -> None:
        """Take how it is done.

        Args:
            write: Writes rows with a `key`; gives the keys of those that changed something.
            patience: Seconds to wait for a database that does not answer.
        """
        self._write = write
        self._patience = patience
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def add(self, row: Row) -> bool:
        """Whether it changed something; of the same key at the same time, one does.

        Raises:
            UnavailableError: the database did not answer for so long that nobody waits any more.
        """
        waiting = _Waiting(row, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._work_off())
        try:
            async with asyncio.timeout(self._patience):
                return await waiting.written
        except TimeoutError as error:
            raise no_answer(error) from None

    async def _work_off(self) -> None:
        while rows := _awaited(self._waiting):
            self._waiting = []
            try:
                changed = set(await self._write([each.row for each in rows]))
            except Exception as error:  # noqa: BLE001 - told to each who waits
                await self._failed(rows, error)
                continue
            for each in _awaited(rows):
                each.written.set_result(each.row["key"] in changed)
                changed.discard(each.row["key"])

    async def _failed(self, rows: Sequence[_Waiting], error: Exception) -> None:
        if is_silence(error):
            logger.warning("%d deliveries wait for the database: %r", len(rows), error)
            await asyncio.sleep(PAUSE_SECONDS)
            self._waiting[:0] = rows
            return
        for each in _awaited(rows):
            each.written.set_exception(error)


def _awaited(rows: Iterable[_Waiting]) -> list[_Waiting]:
    return [each for each in rows if not each.written.done()]
