from __future__ import annotations

import aiohttp
import pytest

from bot.clock import SystemClock, clock_at
from core.errors import UnavailableError


async def test_without_an_address_the_clock_is_the_systems() -> None:
    async with aiohttp.ClientSession() as session:
        assert isinstance(await clock_at(None, session), SystemClock)


async def test_a_clock_that_does_not_answer_stops_the_start() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(UnavailableError, match="MLPIPE_CLOCK_URL"):
            await clock_at("http://127.0.0.1:9/clock", session)
