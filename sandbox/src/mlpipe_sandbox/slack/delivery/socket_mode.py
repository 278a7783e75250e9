"""Socket Mode: deliveries over a websocket that the app opened.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from mlpipe_sandbox.slack.delivery.forgeries import UNKNOWN
from mlpipe_sandbox.slack.delivery.lines import Lines
from mlpipe_sandbox.slack.delivery.reply import (
    DISPATCH_FAILED,
    OPERATION_TIMEOUT,
    Forgery,
    Kind,
    Reply,
)
from mlpipe_sandbox.slack.state import State

MOST_CONNECTIONS = 10
CONNECTION_SECONDS = 18_060
"""How long Slack says that a connection will last."""
REFUSED = 1008


class Connection:
    """One websocket of the app, with the deliveries that wait for its acknowledgement."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.deaf = False
        self.pending: dict[str, asyncio.Future[Reply]] = {}

    def acknowledge(self, text: str) -> None:
        """Take what the app sent; anything that acknowledges nothing is ignored."""
        try:
            message = json.loads(text)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        waiting = self.pending.pop(str(message.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            payload = message.get("payload")
            body = {"text": payload} if isinstance(payload, str) else payload
            waiting.set_result(Reply(body=body if isinstance(body, dict) else {}))

    def lose(self) -> None:
        """The connection is gone: nothing that it carried will be acknowledged."""
        for waiting in self.pending.values():
            if not waiting.done():
                waiting.set_result(Reply(error=DISPATCH_FAILED))


class SocketMode:
    """The app's open connections; each delivery goes to one of them, in turn."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.lines = Lines()
        self._connections: list[Connection] = []
        self._turn = 0

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._connections)

    @property
    def app_is_reachable(self) -> bool:
        """Whether deliveries have a way to the app: a connection here, or its request URL."""
        return bool(self._connections) or self._state.request_url is not None

    def tell_pages(self) -> None:
        """Tell the pages whether the app is there, once that may have changed."""
        self._state.feed.publish({"type": "reachable", "reachable": self.app_is_reachable})

    def routes(self) -> list[WebSocketRoute]:
        """Where apps.connections.open sends the app."""
        return [WebSocketRoute("/link/", self.connect)]

    async def connect(self, socket: WebSocket) -> None:
        """One connection, from hello to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._state.tickets or self.connections >= MOST_CONNECTIONS:
            await socket.close(REFUSED)
            return
        self._state.tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket)
        await socket.send_json(self._hello())
        self._connections.append(connection)
        self.tell_pages()
        try:
            while True:
                connection.acknowledge(await socket.receive_text())
        except (RuntimeError, WebSocketDisconnect):
            pass  # starlette raises the first where the sandbox itself has closed it meanwhile
        finally:
            self._drop(connection)

    async def send(
        self,
        kind: Kind,
        payload: dict[str, Any],
        *,
        accepts_response: bool,
        retry: tuple[int, str] | None = None,
        forgery: Forgery | None = None,
    ) -> Reply:
        """Deliver over one of the connections and wait for its acknowledgement."""
        self._turn += 1
        connection = self._connections[self._turn % len(self._connections)]
        envelope: dict[str, Any] = {
            "envelope_id": str(uuid.uuid4()),
            "type": UNKNOWN if forgery == "unknown_envelope" else kind,
            "payload": payload,
            "accepts_response_payload": accepts_response,
        }
        if kind == "events_api":
            attempt, reason = retry or (0, "")
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        waiting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        connection.pending[envelope["envelope_id"]] = waiting
        try:
            if not connection.deaf:
                await connection.socket.send_json(envelope)
            return await asyncio.wait_for(waiting, self._state.limits.acknowledge)
        except TimeoutError:
            return Reply(error=OPERATION_TIMEOUT)
        except (RuntimeError, WebSocketDisconnect):
            self._drop(connection)
            return Reply(error=DISPATCH_FAILED)
        finally:
            connection.pending.pop(envelope["envelope_id"], None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect, as Slack does every few hours.

        Nothing more is sent over what is open now; what was sent can still be acknowledged.
        """
        retiring, self._connections = self._connections, []
        self.tell_pages()
        for connection in retiring:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await connection.socket.send_json({"type": "disconnect", "reason": reason})

    def cut(self) -> int:
        """Break every connection off, without a word; returns how many."""
        return self._each(self.lines.cut)

    def deafen(self) -> int:
        """Leave every connection open and deaf; returns how many."""
        for connection in self._connections:
            connection.deaf = True
        return self._each(self.lines.deafen)

    def _each(self, act: Callable[[Scope], None]) -> int:
        for connection in self._connections:
            act(connection.socket.scope)
        return len(self._connections)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": self.connections + 1,
            "debug_info": {
                "host": "mlpipe-sandbox",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
            "connection_info": {"app_id": self._state.app.id},
        }

    def _drop(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        connection.lose()
        self.tell_pages()
