"""The next morning and the lake's faults over HTTP, for the page and for other processes."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mlpipe_sandbox.arrivals import Arrived
from mlpipe_sandbox.faults.feed import read_fault
from mlpipe_sandbox.faults.kinds import FaultError, decode
from mlpipe_sandbox.mornings import Mornings, Run
from mlpipe_sandbox.slack.feed import Feed

FAULTS_PATH: Final = "/sandbox/lake/faults"
_EXAMPLE: Final = '{"fault": "rows_lost", "lost": 0.5}'


class MorningsApi:
    """`/sandbox/morning` and `/sandbox/lake/faults`."""

    def __init__(self, mornings: Mornings, feed: Feed) -> None:
        self._mornings = mornings
        self._book = mornings.arrivals.faults
        self._feed = feed

    def routes(self) -> list[Route]:
        """Where the server finds this."""
        return [
            Route("/sandbox/morning", self.show, methods=["GET"]),
            Route("/sandbox/morning", self.pass_night, methods=["POST"]),
            Route(FAULTS_PATH, self.faults, methods=["GET"]),
            Route(FAULTS_PATH, self.add, methods=["POST"]),
            Route(FAULTS_PATH, self.clear, methods=["DELETE"]),
            Route(f"{FAULTS_PATH}/{{id}}", self.remove, methods=["DELETE"]),
        ]

    async def show(self, _: Request) -> Response:
        """When the next morning is, what goes on, and what can be planted."""
        newest = self._mornings.arrivals.newest
        return JSONResponse(
            {
                "ok": True,
                "next": self._mornings.next().isoformat(),
                "nights": self._mornings.nights,
                "arrived": self._arrived(newest) if newest else None,
                "runs": [_run(run) for run in self._mornings.runs()],
                "offered": [
                    {"name": name, "fault": fault.model_dump()}
                    for name, fault in self._mornings.offered
                ],
            }
        )

    async def pass_night(self, request: Request) -> Response:
        """Move the clock to the next morning; with a fault, planted into the day that arrives."""
        try:
            body = decode(await request.body() or b"{}", example="{}")
            if "fault" in body:
                self._book.add(read_fault(body["fault"]))
        except FaultError as error:
            return _refused(error)
        now = await asyncio.to_thread(self._mornings.pass_night)
        self._feed.publish({"type": "state"})
        return JSONResponse({"ok": True, "now": now.isoformat()})

    async def faults(self, _: Request) -> Response:
        """Everything that is planted."""
        return JSONResponse({"ok": True, "faults": self._book.shown()})

    async def add(self, request: Request) -> Response:
        """Plant one."""
        try:
            fault = read_fault(decode(await request.body(), example=_EXAMPLE))
        except FaultError as error:
            return _refused(error)
        return JSONResponse({"ok": True, "fault": self._book.add(fault).shown()})

    async def clear(self, _: Request) -> Response:
        """Take all of them away."""
        self._book.clear()
        return JSONResponse({"ok": True})

    async def remove(self, request: Request) -> Response:
        """Take one away."""
        fault_id = request.path_params["id"]
        if self._book.remove(fault_id):
            return JSONResponse({"ok": True})
        error = f"No fault {fault_id} is planted; GET {FAULTS_PATH} lists those that are."
        return JSONResponse({"ok": False, "error": error}, status_code=404)

    def _arrived(self, arrived: Arrived) -> dict[str, Any]:
        names = {fault: name for name, fault in self._mornings.offered}
        return {
            "day": arrived.day.isoformat(),
            "rows": arrived.rows,
            "faults": [names.get(fault, fault.fault) for fault in arrived.faults],
        }


def _run(run: Run) -> dict[str, str]:
    return {"pipeline": run.pipeline, "status": run.status, "step": run.step}


def _refused(error: FaultError) -> Response:
    return JSONResponse({"ok": False, "error": str(error)}, status_code=400)
