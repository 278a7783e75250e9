"""The control interface over HTTP, for whoever is not the process that runs the sandbox."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mlpipe_sandbox.faults.kinds import FaultError, decode
from mlpipe_sandbox.slack.delivery.socket_mode import SocketMode
from mlpipe_sandbox.slack.faults.book import FaultBook
from mlpipe_sandbox.slack.faults.kinds import read_fault

_EXAMPLE: Final = '{"fault": "doubled", "seconds": 1}'


class FaultsApi:
    """`/sandbox/faults`: what is on, one more, none any more."""

    def __init__(self, book: FaultBook, socket_mode: SocketMode) -> None:
        self._book = book
        self._socket_mode = socket_mode

    def routes(self) -> list[Route]:
        """Where the server finds this."""
        return [
            Route("/sandbox/faults", self.show, methods=["GET"]),
            Route("/sandbox/faults", self.add, methods=["POST"]),
            Route("/sandbox/faults", self.clear, methods=["DELETE"]),
            Route("/sandbox/faults/{id}", self.remove, methods=["DELETE"]),
        ]

    async def show(self, _: Request) -> Response:
        """Everything that is on."""
        return JSONResponse(
            {
                "ok": True,
                "faults": self._book.shown(),
                "enforce_rates": self._book.enforce_rates,
                "connections": self._socket_mode.connections,
                "forged": [
                    {"kind": each.kind, "payload": each.payload, "status": each.reply.status}
                    for each in self._book.forged
                ],
            }
        )

    async def add(self, request: Request) -> Response:
        """Switch one on; what happens at once happens."""
        try:
            return JSONResponse(
                {"ok": True, **self._add(decode(await request.body(), example=_EXAMPLE))}
            )
        except FaultError as error:
            return JSONResponse({"ok": False, "error": str(error)}, status_code=400)

    async def clear(self, _: Request) -> Response:
        """Switch all of them off."""
        self._book.clear()
        return JSONResponse({"ok": True})

    async def remove(self, request: Request) -> Response:
        """Switch one off."""
        fault_id = request.path_params["id"]
        if self._book.remove(fault_id):
            return JSONResponse({"ok": True})
        error = f"No fault {fault_id} is on; GET /sandbox/faults lists those that are."
        return JSONResponse({"ok": False, "error": error}, status_code=404)

    def _add(self, document: dict[str, Any]) -> dict[str, Any]:
        match document:
            case {"fault": "cut", **others} if not others:
                return {"connections": self._socket_mode.cut()}
            case {"fault": "deaf", **others} if not others:
                return {"connections": self._socket_mode.deafen()}
            case {"fault": "cut" | "deaf" as name}:
                raise FaultError(f"{name} is for every open connection and takes nothing else.")
            case {"enforce_rates": bool() as on, **others} if not others:
                self._book.enforce_rates = on
                return {"enforce_rates": on}
            case _:
                return {"fault": self._book.add(read_fault(document)).shown()}
