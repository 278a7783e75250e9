from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial

from bot.precedence import PLACES, QUIET_SECONDS, Precedence


class Works:
    """Pieces of work that last until they are let go."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._end = asyncio.Event()
        self._news = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []
        self.begun: list[int] = []

    def ask(self, count: int) -> None:
        for number in range(count):
            self._tasks.append(asyncio.create_task(self._work(number)))

    async def _work(self, number: int) -> None:
        async with self._precedence.work():
            async with self._news:
                self.begun.append(number)
                self._news.notify_all()
            await self._end.wait()

    async def until_begun(self, count: int) -> None:
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self.begun) >= count)

    async def end(self) -> None:
        self._end.set()
        await asyncio.gather(*self._tasks)


async def passes() -> None:
    """Let whatever can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_work_begins_once_every_delivery_is_acknowledged() -> None:
    precedence = Precedence()
    works = Works(precedence)
    with ExitStack() as second:
        with precedence.delivery():
            second.enter_context(precedence.delivery())
            works.ask(1)
            await passes()
        await passes()
        assert works.begun == []
    await works.until_begun(1)
    await works.end()


async def test_work_begins_in_time_though_deliveries_come_without_a_pause() -> None:
    precedence = Precedence()
    works = Works(precedence)
    with precedence.delivery():
        works.ask(1)
        await works.until_begun(1)
        await works.end()


async def test_some_work_begins_at_a_time_and_in_its_order() -> None:
    works = Works(Precedence())
    works.ask(PLACES + 3)
    await works.until_begun(PLACES)
    await passes()
    assert works.begun == list(range(PLACES))
    await works.end()
    assert works.begun == list(range(PLACES + 3))


async def test_work_that_lasts_holds_up_nobody() -> None:
    works = Works(Precedence())
    works.ask(PLACES + 1)
    await works.until_begun(PLACES + 1)
    await works.end()


async def test_work_that_is_cancelled_while_it_waits_takes_no_place() -> None:
    precedence = Precedence()
    with precedence.delivery():
        waiting = [asyncio.create_task(precedence.work().__aenter__()) for _ in range(2 * PLACES)]
        await passes()
        for each in waiting:
            each.cancel()
            await asyncio.gather(each, return_exceptions=True)
    works = Works(precedence)
    works.ask(PLACES)
    await works.until_begun(PLACES)
    await works.end()


async def test_what_is_to_begin_waits_for_every_acknowledgement_and_keeps_its_order() -> None:
    precedence = Precedence()
    begun: list[int] = []
    last = asyncio.Event()
    with precedence.delivery():
        for number in range(3):
            precedence.begin_later(partial(begun.append, number))
        precedence.begin_later(last.set)
        await asyncio.sleep(2 * QUIET_SECONDS)
        assert begun == []
        assert precedence.waiting == 4
    await asyncio.wait_for(last.wait(), 10)
    assert begun == [0, 1, 2]


async def test_what_is_to_begin_waits_no_longer_than_anybody_is_to_wait() -> None:
    precedence = Precedence()
    begun = asyncio.Event()
    with precedence.delivery():
        precedence.begin_later(begun.set)
        await asyncio.wait_for(begun.wait(), 10)


async def test_the_end_begins_what_waits_and_only_once() -> None:
    precedence = Precedence()
    begun: list[int] = []
    with precedence.delivery():
        precedence.begin_later(partial(begun.append, 1))
        precedence.begin_all()
    assert begun == [1]
    await asyncio.sleep(2 * QUIET_SECONDS)
    assert begun == [1]
