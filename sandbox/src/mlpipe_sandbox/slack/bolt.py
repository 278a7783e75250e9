"""Runs a Bolt app in the workspace, unchanged: by Bolt's own clients and adapters, in a thread.

Needs slack-bolt and aiohttp, which an app built on Bolt has anyway; the sandbox itself does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Literal

import uvicorn
from slack_bolt import App
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mlpipe_sandbox.slack.sandbox import SlackSandbox

Build = Callable[[Mapping[str, str]], App | AsyncApp]
"""Makes an app from the variables that connect it (`SlackSandbox.environment`)."""
Way = Literal["socket_mode", "http"]

PATH = "/slack/events"


@contextlib.contextmanager
def running(slack: SlackSandbox, build: Build, *, over: Way = "socket_mode") -> Iterator[None]:
    """Run an app until the end of the `with` statement; it is connected when that begins.

    Args:
        slack: The workspace.
        build: Makes the app: an `App`, or an `AsyncApp` inside its event loop.
        over: How deliveries reach it.

    Raises:
        Exception: what `build` raised, or the app when it started.
    """
    serve = _over_socket_mode(slack) if over == "socket_mode" else _over_http(slack)
    before = slack.connections
    with _in_thread(slack, build, serve):
        if over == "socket_mode":
            slack.wait_for(lambda: slack.connections > before)
        yield


Serve = Callable[[App | AsyncApp], contextlib.AbstractAsyncContextManager[None]]


@contextlib.contextmanager
def _in_thread(slack: SlackSandbox, build: Build, serve: Serve) -> Iterator[None]:
    up, down = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    async def main() -> None:
        async with serve(build(slack.environment())):
            up.set()
            await asyncio.to_thread(down.wait)

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:  # noqa: BLE001  (told to whoever started the thread)
            failures.append(error)
        finally:
            up.set()

    thread = threading.Thread(target=run, name="bolt-app")
    thread.start()
    up.wait()
    try:
        if failures:
            raise failures[0]
        yield
    finally:
        down.set()
        thread.join()


def _over_socket_mode(slack: SlackSandbox) -> Serve:
    token = slack.app.app_token

    @contextlib.asynccontextmanager
    async def serve(app: App | AsyncApp) -> AsyncIterator[None]:
        if isinstance(app, AsyncApp):
            handler = AsyncSocketModeHandler(app, token)
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
            yield
            await handler.close_async()  # type: ignore[no-untyped-call]  # as above
        else:
            blocking = SocketModeHandler(app, token)
            blocking.connect()  # type: ignore[no-untyped-call]  # as above
            yield
            blocking.close()  # type: ignore[no-untyped-call]  # as above

    return serve


def _over_http(slack: SlackSandbox) -> Serve:
    @contextlib.asynccontextmanager
    async def serve(app: App | AsyncApp) -> AsyncIterator[None]:
        handler = (
            AsyncSlackRequestHandler(app) if isinstance(app, AsyncApp) else SlackRequestHandler(app)
        )

        async def events(request: Request) -> Response:
            return await handler.handle(request)

        web = Starlette(routes=[Route(PATH, events, methods=["POST"])])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            free.listen()
            server = uvicorn.Server(uvicorn.Config(web, log_level="warning", lifespan="off"))
            task = asyncio.create_task(server.serve(sockets=[free]))
            slack.use_request_url(f"http://127.0.0.1:{free.getsockname()[1]}{PATH}")
            yield
            slack.use_request_url(None)
            server.should_exit = True
            await task

    return serve
