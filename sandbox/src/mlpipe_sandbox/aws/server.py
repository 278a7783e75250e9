"""An HTTP server in a thread: one port for every service."""

from __future__ import annotations

import socket
from threading import Thread
from typing import Any, Final

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

HOST: Final = "127.0.0.1"
_POLL_SECONDS: Final = 0.05
"""How long the server may take to notice that it is to end."""


def usable(port: int) -> int:
    """The port if it is free, else 0: any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return 0
    return port


class _Handler(MotoRequestHandler):
    """Says nothing: a request is not news."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # werkzeug's name
        """Swallow werkzeug's line for each request."""


class Server:
    """Serves a WSGI application on loopback until it is closed."""

    def __init__(self, application: Any, *, port: int) -> None:
        """Listen at once; port 0 finds a free one.

        Raises:
            OSError: the port is taken.
        """
        self._server = make_server(HOST, port, application, threaded=True, request_handler=_Handler)
        self._thread = Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="aws", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
