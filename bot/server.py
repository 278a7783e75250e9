"""Runs until told to stop: the HTTP server, and a shutdown that finishes its work."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette

from core.errors import SettingsError
from core.messages import say

logger = logging.getLogger(__name__)

EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - a platform's router reaches the port from outside
LOOPBACK: Final = "127.0.0.1"
STOP_SECONDS: Final = 10.0
"""How long requests under way may take when the server stops."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `until_told_to_stop`: more than the server has to end well."""
        yield


@asynccontextmanager
async def http_server(app: Starlette, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve on a port (0: any free one); gives the port.

    Raises:
        SettingsError: the port cannot be had.
    """
    listener = _listener(host, port)
    bound: int = listener.getsockname()[1]
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=int(STOP_SECONDS),
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield bound
    finally:
        server.should_exit = True
        await task
        listener.close()


def _listener(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise SettingsError(
            say(
                "Port {port} on {host} cannot be had ({reason}). Set PORT to another.",
                port=str(port),
                host=host,
                reason=error.strerror or str(error),
            )
        ) from error


class Signals:
    """SIGTERM and SIGINT: the first asks for an end in good order, a second for one at once."""

    def __init__(self) -> None:
        self.first = asyncio.Event()
        self.second = asyncio.Event()

    async def until_told_to_stop(self) -> None:
        """Return at the first."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._told)
        await self.first.wait()
        logger.info("stopping")

    def _told(self) -> None:
        (self.second if self.first.is_set() else self.first).set()
