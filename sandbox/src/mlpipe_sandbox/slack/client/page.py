"""The page's API: what one person's window shows, and what the person does in it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from mlpipe_sandbox.slack.client.client import Client
from mlpipe_sandbox.slack.client.outcome import Outcome
from mlpipe_sandbox.slack.errors import SlackError, invalid_arguments
from mlpipe_sandbox.slack.state import State


class PageApi:
    """Serves the page and its windows."""

    def __init__(self, state: State, client: Client) -> None:
        self._state = state
        self._client = client

    def routes(self) -> list[BaseRoute]:
        """Where the page finds this."""
        return [
            Route("/page/state", self.state, methods=["GET"]),
            Route("/page/messages", self.messages, methods=["GET"]),
            Route("/page/options", self.options, methods=["GET"]),
            Route("/page/upload", self.upload, methods=["POST"]),
            Route("/page/{verb}", self.act, methods=["POST"]),
            WebSocketRoute("/page/live", self.live),
            Route("/clock", self.clock, methods=["GET"]),
            Route("/clock", self.move_clock, methods=["POST"]),
        ]

    async def state(self, request: Request) -> Response:
        """Everything about the workspace but its messages, as one person sees it."""
        try:
            return JSONResponse(self._client.overview(request.query_params.get("user", "")))
        except SlackError as error:
            return JSONResponse(error.body(), status_code=404)

    async def messages(self, request: Request) -> Response:
        """A conversation's messages, oldest first, replies and the person's ephemerals included."""
        query = request.query_params
        try:
            messages = self._client.messages(query.get("user", ""), query.get("channel", ""))
        except SlackError as error:
            return JSONResponse(error.body(), status_code=404)
        return JSONResponse({"messages": messages})

    async def options(self, request: Request) -> Response:
        """What the app offers in an external select."""
        query = dict(request.query_params)
        try:
            return JSONResponse(await self._client.options(query))
        except (SlackError, KeyError):
            return JSONResponse({"options": []})

    async def upload(self, request: Request) -> Response:
        """A file that the person puts into a form: its bytes, its name in the query."""
        query = request.query_params
        try:
            file = self._client.upload(
                query.get("user", ""), query.get("name", ""), await request.body()
            )
        except SlackError as error:
            return JSONResponse(Outcome(ok=False, error=error.code).shown())
        return JSONResponse({"ok": True, "file": file})

    async def act(self, request: Request) -> Response:
        """Something that a person does."""
        try:
            body = json.loads(await request.body())
            if not isinstance(body, dict):
                raise invalid_arguments("must provide an object")
            outcome = await self._client.act(request.path_params["verb"], body)
        except (ValueError, KeyError) as error:
            outcome = Outcome(ok=False, error="invalid_arguments", detail=repr(error))
        except SlackError as error:
            outcome = Outcome(ok=False, error=error.code)
        return JSONResponse(outcome.shown())

    async def live(self, socket: WebSocket) -> None:
        """Events for one person's window, as they happen."""
        user = socket.query_params.get("user", "")
        await socket.accept()
        with self._state.feed.watch(user) as queue:
            sender = asyncio.create_task(_send_all(socket, queue))
            try:
                while True:
                    await socket.receive_text()
            except WebSocketDisconnect:
                pass
            finally:
                sender.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await sender

    async def clock(self, _: Request) -> Response:
        """What time it is."""
        return JSONResponse({"now": self._state.clock.now().isoformat()})

    async def move_clock(self, request: Request) -> Response:
        """Set the clock, or move it forward."""
        try:
            body = json.loads(await request.body())
            if "now" in body:
                self._state.clock.move_to(dt.datetime.fromisoformat(body["now"]))
            else:
                self._state.clock.advance(dt.timedelta(seconds=float(body["advance_seconds"])))
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            return JSONResponse({"ok": False, "error": repr(error)}, status_code=400)
        self._state.feed.publish({"type": "state"})
        return await self.clock(request)


async def _send_all(socket: WebSocket, queue: asyncio.Queue[dict[str, Any]]) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.send_json(await queue.get())
