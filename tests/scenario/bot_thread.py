"""The bot in a thread of the test's process: quick to start, and stopped as at SIGTERM."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

from bot.service import Bot, Tempo, running
from bot.settings import read_settings
from bot.variables import Variables

START_SECONDS = 180
"""And to stop: on a busy machine both take long."""
QUICK = Tempo(
    poll_seconds=0.2, tick_seconds=0.5, ping_seconds=2.0, message_seconds=0.05, rates=False
)


class BotThread:
    """One bot at a time."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self.bot: Bot | None = None
        self.tempo = QUICK
        """How quick it is."""

    @property
    def port(self) -> int:
        """Where it listens over HTTP."""
        assert self.bot is not None
        assert self.bot.port is not None
        return self.bot.port

    def start(self, config: Path, environ: Mapping[str, str]) -> None:
        """Start; returns once the bot takes deliveries."""
        self._ready.clear()
        self._failure = None
        self._thread = threading.Thread(target=self._run, args=(config, environ), daemon=True)
        self._thread.start()
        assert self._ready.wait(START_SECONDS), "the bot did not start"
        if self._failure is not None:
            self._thread = None
            raise self._failure

    def drain(self) -> None:
        """Wait until it has worked off what it acknowledged."""
        assert self.bot is not None
        assert self._loop is not None
        work = self.bot.conversations.drain(START_SECONDS)
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def stop(self) -> None:
        """Stop, if it runs; returns once it has."""
        if self._thread is None:
            return
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_SECONDS)
        self._thread = None

    def _run(self, config: Path, environ: Mapping[str, str]) -> None:
        try:
            asyncio.run(self._serve(config, environ))
        except BaseException as error:  # noqa: BLE001 - told to whoever started the thread
            self._failure = error
            self._ready.set()

    async def _serve(self, config: Path, environ: Mapping[str, str]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with running(
            read_settings(config), Variables.read(environ), host="127.0.0.1", tempo=self.tempo
        ) as self.bot:
            self._ready.set()
            await self._stop.wait()
