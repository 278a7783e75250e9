"""A small Bolt app that knows nothing of mlpipe, run unchanged over Socket Mode and over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mlpipe_sandbox.slack import Limits, Participant, SlackSandbox

Define = Callable[[AsyncApp], None]
RunApp = Callable[[Define], None]


@contextlib.contextmanager
def _in_thread(
    slack: SlackSandbox, define: Define, serve: Callable[[AsyncApp], AsyncIterator[None]]
) -> Iterator[None]:
    up, down = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    async def main() -> None:
        client = AsyncWebClient(token=slack.app.bot_token, base_url=slack.api_url)
        app = AsyncApp(client=client, signing_secret=slack.app.signing_secret)
        define(app)
        async with contextlib.asynccontextmanager(serve)(app):
            up.set()
            await asyncio.to_thread(down.wait)

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:  # noqa: BLE001 - told to whoever started the thread
            failures.append(error)
        finally:
            up.set()

    thread = threading.Thread(target=run)
    thread.start()
    up.wait()
    try:
        if failures:
            raise failures[0]
        yield
    finally:
        down.set()
        thread.join()


@contextlib.contextmanager
def socket_mode(slack: SlackSandbox, define: Define) -> Iterator[None]:
    """The app, connected by Bolt's own Socket Mode client."""

    async def serve(app: AsyncApp) -> AsyncIterator[None]:
        handler = AsyncSocketModeHandler(app, slack.app.app_token)
        await handler.connect_async()
        yield
        await handler.close_async()

    before = slack.connections
    with _in_thread(slack, define, serve):
        slack.wait_for(lambda: slack.connections > before)
        yield


@contextlib.contextmanager
def http(slack: SlackSandbox, define: Define) -> Iterator[None]:
    """The app, behind Bolt's own Starlette adapter."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        free.listen()
        port = free.getsockname()[1]

        async def serve(app: AsyncApp) -> AsyncIterator[None]:
            handler = AsyncSlackRequestHandler(app)

            async def events(request: Request) -> Response:
                return await handler.handle(request)

            web = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
            server = uvicorn.Server(uvicorn.Config(web, log_level="warning", lifespan="off"))
            task = asyncio.create_task(server.serve(sockets=[free]))
            yield
            server.should_exit = True
            await task

        with _in_thread(slack, define, serve):
            slack.use_request_url(f"http://127.0.0.1:{port}/slack/events")
            yield


@pytest.fixture(autouse=True)
def _on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    # slack_sdk sends everything through a proxy of the environment, loopback too.
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def slack() -> Iterator[SlackSandbox]:
    with SlackSandbox(limits=Limits(upload=0.05, event_retries=(0.0, 0.0, 0.0))) as sandbox:
        yield sandbox


@pytest.fixture
def ana(slack: SlackSandbox) -> Participant:
    return slack.person("U0ANA")


@pytest.fixture
def client(slack: SlackSandbox) -> WebClient:
    return WebClient(token=slack.app.bot_token, base_url=slack.api_url)


@pytest.fixture(params=["socket mode", "http"])
def run_app(request: pytest.FixtureRequest, slack: SlackSandbox) -> Iterator[RunApp]:
    """Runs a Bolt app until the test ends, by each way in turn."""
    way = socket_mode if request.param == "socket mode" else http
    with contextlib.ExitStack() as stack:
        yield lambda define: stack.enter_context(way(slack, define))


@pytest.fixture
def run_socket_app(slack: SlackSandbox) -> Iterator[RunApp]:
    with contextlib.ExitStack() as stack:
        yield lambda define: stack.enter_context(socket_mode(slack, define))
