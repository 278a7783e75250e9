"""The server: one port for the Web API, Socket Mode, files, the page and the clock."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from mlpipe_sandbox.mornings import Mornings
from mlpipe_sandbox.slack.client.client import Client
from mlpipe_sandbox.slack.client.page import PageApi
from mlpipe_sandbox.slack.delivery.dispatch import Dispatcher
from mlpipe_sandbox.slack.delivery.lines import WebSocketLine
from mlpipe_sandbox.slack.faults.routes import FaultsApi
from mlpipe_sandbox.slack.mornings import MorningsApi
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.web.routes import WebApi

T = TypeVar("T")

HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page" / "dist"
SHUTDOWN_SECONDS = 2


class Server:
    """Runs the workspace on an event loop of its own, in a thread of its own."""

    def __init__(self, port: int = 0) -> None:
        """Take the port at once, so that its address is known; 0 is any free one."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        self.loop: asyncio.AbstractEventLoop | None = None
        self._uvicorn: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    def start(
        self,
        state: State,
        client: Client,
        dispatcher: Dispatcher,
        mornings: Mornings | None = None,
    ) -> None:
        """Serve until `stop`; returns once connections are accepted."""
        started = threading.Event()
        app = build(state, client, dispatcher, mornings)
        self._thread = threading.Thread(
            target=self._run, args=(app, dispatcher, started), name="slack-sandbox", daemon=True
        )
        self._thread.start()
        started.wait()
        if self._failure is not None:
            raise RuntimeError("The embedded Slack did not start") from self._failure

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the server's loop and wait for what it returns."""
        if self.loop is None:
            work.close()
            raise RuntimeError("The embedded Slack is not running: use it in a with statement.")
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def stop(self) -> None:
        """End every connection and the thread."""
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._socket.close()

    def _run(self, app: Starlette, dispatcher: Dispatcher, started: threading.Event) -> None:
        try:
            asyncio.run(self._serve(app, dispatcher, started))
        except BaseException as error:  # noqa: BLE001  (handed to whoever started the thread)
            self._failure = error
        finally:
            self.loop = None
            started.set()

    async def _serve(
        self, app: Starlette, dispatcher: Dispatcher, started: threading.Event
    ) -> None:
        self.loop = asyncio.get_running_loop()
        config = uvicorn.Config(
            app,
            log_level="warning",
            lifespan="off",
            ws=WebSocketLine,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        self._uvicorn = _Server(config, started, dispatcher)
        await self._uvicorn.serve(sockets=[self._socket])


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, started: threading.Event, dispatcher: Dispatcher
    ) -> None:
        super().__init__(config)
        self._on_started = started
        self._dispatcher = dispatcher
        dispatcher.socket_mode.lines.open = self.server_state.connections

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._dispatcher.close()
        await super().shutdown(sockets)


def build(
    state: State, client: Client, dispatcher: Dispatcher, mornings: Mornings | None = None
) -> Starlette:
    """The application with all of its addresses."""
    routes: list[BaseRoute] = [
        *WebApi(state, dispatcher.socket_mode.lines).routes(),
        *dispatcher.socket_mode.routes(),
        *client.answers.routes(),
        *FaultsApi(state.faults, dispatcher.socket_mode).routes(),
        *PageApi(state, client).routes(),
        Route("/archives/{channel}/{message}", _archive, methods=["GET"]),
    ]
    if mornings is not None:
        routes += MorningsApi(mornings, state.feed).routes()
    if (PAGE / "index.html").is_file():
        routes.append(Mount("/", _Page(directory=PAGE, html=True)))
    else:
        routes.append(Route("/", _no_page, methods=["GET"]))
    return Starlette(routes=routes)


class _Page(StaticFiles):
    """The built page. Its files keep their names from build to build, so browsers ask each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


async def _archive(request: Request) -> Response:
    """A permalink: the page, at the message."""
    digits = request.path_params["message"].removeprefix("p")
    place = {
        "channel": request.path_params["channel"],
        "thread": request.query_params.get("thread_ts", ""),
        "message": f"{digits[:-6]}.{digits[-6:]}",
    }
    named = {name: value for name, value in place.items() if value}
    return RedirectResponse(f"/?{urlencode(named)}")


async def _no_page(_: Request) -> Response:
    return PlainTextResponse("The page has not been built: run `make page`.", status_code=404)
