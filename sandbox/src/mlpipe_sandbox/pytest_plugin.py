"""pytest's fixtures for apps built on Slack: a workspace for each test that asks for one.

pytest loads this in every run where mlpipe-sandbox is installed. So it imports nothing of the
sandbox before a test wants it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mlpipe_sandbox.slack import Limits, SlackSandbox, Workspace
    from mlpipe_sandbox.slack.bolt import Build

MARKER = "slack_sandbox"
TAKEN = {"manifest", "workspace", "limits"}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")

RunSlackApp = Callable[..., None]
"""`run_slack_app(build, over="socket_mode")`."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(manifest=…, workspace=…, limits=…): what the fixture {MARKER} starts with",
    )


@pytest.fixture
def slack_manifest(request: pytest.FixtureRequest) -> Path | Mapping[str, Any] | None:
    """The app's manifest: parsed, or the path of a JSON file (from the test's folder on).

    Override it for a whole module or suite. Without one the app may do everything.
    """
    given: Path | Mapping[str, Any] | None = _marked(request).get("manifest")
    return given


@pytest.fixture
def slack_workspace(
    request: pytest.FixtureRequest, slack_manifest: Path | str | Mapping[str, Any] | None
) -> Workspace:
    """Who and what is there: by default four people, three channels, and the manifest's app."""
    from mlpipe_sandbox.slack import default_workspace

    given: Workspace | None = _marked(request).get("workspace")
    if given is not None:
        return given
    if isinstance(slack_manifest, Path | str):
        path = request.path.parent / slack_manifest
        return default_workspace(json.loads(path.read_text(encoding="utf-8")))
    return default_workspace(slack_manifest)


@pytest.fixture
def slack_limits(request: pytest.FixtureRequest) -> Limits:
    """How strict to be about time and rates: as Slack, but files are done at once, nearly."""
    from mlpipe_sandbox.slack import Limits

    given: Limits | None = _marked(request).get("limits")
    return given or Limits(upload=0.05)


@pytest.fixture
def slack_sandbox(
    slack_workspace: Workspace, slack_limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SlackSandbox]:
    """A workspace of this test's own, up on a free port of 127.0.0.1."""
    from mlpipe_sandbox.slack import SlackSandbox

    # slack_sdk sends everything through a proxy of the environment, loopback too.
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with SlackSandbox(slack_workspace, limits=slack_limits) as slack:
        yield slack


@pytest.fixture
def run_slack_app(slack_sandbox: SlackSandbox) -> Iterator[RunSlackApp]:
    """Runs Bolt apps in the workspace until the test ends; see `mlpipe_sandbox.slack.bolt`."""
    from mlpipe_sandbox.slack.bolt import running

    with contextlib.ExitStack() as stack:

        def run(build: Build, over: Any = "socket_mode") -> None:
            stack.enter_context(running(slack_sandbox, build, over=over))

        yield run


def _marked(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    marker = request.node.get_closest_marker(MARKER)
    if marker is None:
        return {}
    if marker.args or not marker.kwargs.keys() <= TAKEN:
        raise pytest.UsageError(f"The marker {MARKER} takes {', '.join(sorted(TAKEN))} by name.")
    return dict(marker.kwargs)
