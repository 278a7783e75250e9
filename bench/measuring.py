"""One scene: a bare Bolt app and mlpipe side by side, in turns, round after round."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

import aiohttp

from bench.load import Acks, Load, percentile

WORK_SECONDS: Final = 300.0
"""How long the work of one run may take before the bench gives up."""
SHARE: Final = 0.99
"""The percentile of latency that is compared."""
Trouble = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Size:
    """How much is sent."""

    rounds: int
    burst: int
    steady: int
    per_second: float


@dataclass(frozen=True)
class Worked:
    """How the commands of one run were worked off."""

    seconds: float
    """From the first one sent to the last one answered."""
    broke: int
    """How many were told that something broke on our side."""


@dataclass(frozen=True)
class Turn:
    """What one app did in one round."""

    burst: Acks
    steady: Acks
    worked: tuple[Worked, ...] = ()
    """Of burst and steady; the bare app has no work."""


@dataclass(frozen=True)
class Measured:
    """A scene's rounds."""

    bare: tuple[Turn, ...]
    bot: tuple[Turn, ...]

    def burst_ratios(self) -> list[float]:
        """Acknowledgements per second, mlpipe over bare, round by round."""
        return [bot.burst.per_second / bare.burst.per_second for bare, bot in self._pairs()]

    def steady_ratios(self) -> list[float]:
        """The 99th percentile of latency, mlpipe over bare, round by round."""
        return [
            bot.steady.percentile(SHARE) / bare.steady.percentile(SHARE)
            for bare, bot in self._pairs()
        ]

    def _pairs(self) -> Iterator[tuple[Turn, Turn]]:
        return zip(self.bare, self.bot, strict=True)


def rate(turns: Sequence[Turn]) -> float:
    """Acknowledgements per second in a burst: the median of some rounds."""
    return statistics.median(turn.burst.per_second for turn in turns)


def slowest(turns: Sequence[Turn]) -> float:
    """The 99th percentile of the latencies of every round together, in seconds."""
    return percentile([each for turn in turns for each in turn.steady.latencies], SHARE)


class Scene:
    """Measures both apps in one state of the world."""

    def __init__(
        self, *, bare: Load, bot: Load, answers: str, size: Size, trouble: Trouble
    ) -> None:
        """Take what is compared.

        Args:
            bare: Sends to the bare app.
            bot: Sends to mlpipe.
            answers: Where the answers are counted.
            size: How much is sent.
            trouble: Lasts while commands are sent to either, and ends before work is waited for.
        """
        self._bare = bare
        self._bot = bot
        self._answers = answers
        self._size = size
        self._trouble = trouble

    async def measure(self, name: str) -> Measured:
        """Every round; which app comes first changes from round to round."""
        bare: list[Turn] = []
        bot: list[Turn] = []
        await self._warm_up(name)
        for number in range(self._size.rounds):
            run = f"{name}-{number}"
            if number % 2:
                bot.append(await self._turn_of_bot(run))
                bare.append(await self._turn_of_bare(run))
            else:
                bare.append(await self._turn_of_bare(run))
                bot.append(await self._turn_of_bot(run))
        return Measured(tuple(bare), tuple(bot))

    async def _warm_up(self, name: str) -> None:
        """What is done once in a process's life is not measured."""
        run = f"{name}-first"
        await self._bare.burst(1, run=f"{run}-bare")
        acks = await self._bot.burst(20, run=run)
        await self._worked(run, acks)

    async def _turn_of_bare(self, run: str) -> Turn:
        with self._trouble():
            burst = await self._bare.burst(self._size.burst, run=f"{run}-bare")
        with self._trouble():
            steady = await self._bare.steady(
                self._size.steady, per_second=self._size.per_second, run=f"{run}-bare"
            )
        return Turn(burst, steady)

    async def _turn_of_bot(self, run: str) -> Turn:
        with self._trouble():
            burst = await self._bot.burst(self._size.burst, run=f"{run}-burst")
        after_burst = await self._worked(f"{run}-burst", burst)
        with self._trouble():
            steady = await self._bot.steady(
                self._size.steady, per_second=self._size.per_second, run=f"{run}-steady"
            )
        after_steady = await self._worked(f"{run}-steady", steady)
        return Turn(burst, steady, (after_burst, after_steady))

    async def _worked(self, run: str, acks: Acks) -> Worked:
        """Wait until each acknowledged command is answered.

        Raises:
            TimeoutError: some never are.
        """
        async with aiohttp.ClientSession() as session, asyncio.timeout(WORK_SECONDS):
            while True:
                async with session.get(f"{self._answers}/{run}") as response:
                    count = await response.json()
                if count["answered"] >= len(acks.latencies):
                    return Worked(time.monotonic() - acks.began, count["broke"])
                await asyncio.sleep(0.02)
