"""A small Bolt app that knows nothing of mlpipe, run unchanged over Socket Mode and over HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from mlpipe_sandbox.slack import Limits, Participant, SlackSandbox
from mlpipe_sandbox.slack.bolt import Build, running

Define = Callable[[AsyncApp], None]
RunApp = Callable[[Define], None]


def defined(define: Define) -> Build:
    """An asynchronous app with what `define` adds to it."""

    def build(environment: Mapping[str, str]) -> AsyncApp:
        client = AsyncWebClient(
            token=environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"]
        )
        app = AsyncApp(client=client, signing_secret=environment["SLACK_SIGNING_SECRET"])
        define(app)
        return app

    return build


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


@pytest.fixture(params=["socket_mode", "http"])
def run_app(request: pytest.FixtureRequest, slack: SlackSandbox) -> Iterator[RunApp]:
    """Runs a Bolt app until the test ends, by each way in turn."""
    with contextlib.ExitStack() as stack:
        yield lambda define: stack.enter_context(
            running(slack, defined(define), over=request.param)
        )


@pytest.fixture
def heard(run_app: RunApp) -> list[dict[str, Any]]:
    """The bodies that an app got which answers everything at once."""
    bodies: list[dict[str, Any]] = []

    def define(app: AsyncApp) -> None:
        @app.command("/mlpipe")
        async def command(ack: Any, body: Any) -> None:
            bodies.append(body)
            await ack()

        @app.event("message")
        async def message(body: Any) -> None:
            bodies.append(body)

    run_app(define)
    return bodies


@pytest.fixture
def run_socket_app(slack: SlackSandbox) -> Iterator[RunApp]:
    with contextlib.ExitStack() as stack:
        yield lambda define: stack.enter_context(running(slack, defined(define)))
