"""The TCP connections beneath the server, for what no protocol above them can do: break."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterable
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

RESET_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER on, for no time: closing sends a reset."""


class WebSocketLine(WebSocketsSansIOProtocol):
    """uvicorn's own, that can go deaf: uvicorn answers pings by itself, before any application."""

    deaf = False

    def deafen(self) -> None:
        """Take in nothing any more, pings and closing handshakes neither, and send no pings."""
        self.deaf = True
        self.stop_keepalive()

    def data_received(self, data: bytes) -> None:
        """Read, so that the other side's end of the connection is noticed, but do not listen."""
        if not self.deaf:
            super().data_received(data)


class Lines:
    """Finds the connection that a request or a websocket came over."""

    def __init__(self) -> None:
        self.open: Iterable[Any] = ()
        """uvicorn's protocols of what is open; the server puts them here when it starts."""

    def cut(self, scope: Scope) -> None:
        """Reset a connection."""
        line = self._find(scope)
        if line is None:
            return
        under = line.transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            under.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
        line.transport.abort()

    def deafen(self, scope: Scope) -> None:
        """Leave a websocket open and deaf."""
        line = self._find(scope)
        if isinstance(line, WebSocketLine):
            line.deafen()

    def _find(self, scope: Scope) -> Any:
        # The peer's port tells connections apart: all of them come from this machine.
        return next((line for line in self.open if line.client == scope["client"]), None)
