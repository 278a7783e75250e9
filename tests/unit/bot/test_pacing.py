from __future__ import annotations

import asyncio

from bot.slack.pacing import Pacer


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def said_at(channels: list[str]) -> list[float]:
    time = Time()
    pacer = Pacer(seconds=1.0, monotonic=time.monotonic, sleep=time.sleep)
    moments = []
    for channel in channels:
        async with pacer.turn(channel):
            moments.append(time.now)
    return moments


async def test_the_first_message_waits_for_nothing() -> None:
    assert await said_at(["C1"]) == [0.0]


async def test_a_channel_hears_one_message_a_second() -> None:
    assert await said_at(["C1", "C1", "C1"]) == [0.0, 1.0, 2.0]


async def test_channels_do_not_wait_for_each_other() -> None:
    assert await said_at(["C1", "C2", "C3"]) == [0.0, 0.0, 0.0]


async def test_a_call_under_way_holds_its_channel() -> None:
    pacer = Pacer(seconds=0.0)
    order: list[str] = []
    release = asyncio.Event()

    async def first() -> None:
        async with pacer.turn("C1"):
            order.append("first starts")
            await release.wait()
            order.append("first ends")

    async def second() -> None:
        async with pacer.turn("C1"):
            order.append("second")

    tasks = [asyncio.create_task(first())]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(second()))
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(*tasks)
    assert order == ["first starts", "first ends", "second"]
