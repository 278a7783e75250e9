"""What stands around the bot: where its answers go, and an AWS that has nothing or hangs.

A process of its own, so that neither the bot nor the load waits for it: `python -m
bench.surroundings PORT`.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from typing import Final

from aiohttp import web

BROKE: Final = "Something broke"
LASTING: Final = "One moment"
"""How the bot's sign of life begins: no answer yet."""


class Surroundings:
    """Counts the commands that were answered, and how many were told that something broke."""

    def __init__(self) -> None:
        self._answered: defaultdict[str, set[str]] = defaultdict(set)
        self._broke: defaultdict[str, set[str]] = defaultdict(set)

    async def answer(self, request: web.Request) -> web.Response:
        """A response_url: one for each command of a run."""
        run, command = request.match_info["run"], request.match_info["command"]
        text = str((await request.json()).get("text"))
        if text.startswith(BROKE):
            self._broke[run].add(command)
        if not text.startswith(LASTING):
            self._answered[run].add(command)
        return web.Response(text="ok")

    async def count(self, request: web.Request) -> web.Response:
        """How many different commands of a run were answered."""
        run = request.match_info["run"]
        return web.json_response(
            {"answered": len(self._answered[run]), "broke": len(self._broke[run])}
        )

    @staticmethod
    async def well(_request: web.Request) -> web.Response:
        """All is well here."""
        return web.Response(text="ok")

    @staticmethod
    async def nothing(_request: web.Request) -> web.Response:
        """AWS: no pipeline has been executed yet."""
        return web.json_response({"PipelineExecutionSummaries": []})

    @staticmethod
    async def hang(_request: web.Request) -> web.Response:
        """AWS: takes the request and never answers."""
        await asyncio.Event().wait()
        raise AssertionError

    def app(self) -> web.Application:
        """All of it on one port."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/healthz", self.well),
                web.post("/answers/{run}/{command}", self.answer),
                web.get("/answers/{run}", self.count),
                web.route("*", "/aws{path:.*}", self.nothing),
                web.route("*", "/hung{path:.*}", self.hang),
            ]
        )
        return app


if __name__ == "__main__":
    web.run_app(
        Surroundings().app(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        print=None,
        access_log=None,
        shutdown_timeout=0,
    )
