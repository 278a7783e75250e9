"""The fixtures that come with the sandbox, in a suite of someone who knows only them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from mlpipe_sandbox.pytest_plugin import RunSlackApp
from mlpipe_sandbox.slack import Limits, SlackSandbox
from mlpipe_sandbox.slack.bolt import Way

MANIFEST = {
    "display_information": {"name": "tea"},
    "features": {"slash_commands": [{"command": "/tea", "description": "Order tea"}]},
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
}
SUITE = """
import pytest

@pytest.fixture
def slack_manifest():
    return "tea.json"

def test_overridden_for_the_module(slack_sandbox):
    assert slack_sandbox.app.name == "tea"

@pytest.mark.slack_sandbox(manifest={"display_information": {"name": "milk"}})
def test_the_fixture_wins(slack_sandbox):
    assert slack_sandbox.app.name == "tea"

@pytest.mark.slack_sandbox(colour="red")
def test_a_wrong_word_in_the_marker(slack_sandbox):
    raise AssertionError("not reached")
"""


def build(environment: Mapping[str, str]) -> App:
    client = WebClient(token=environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
    app = App(client=client, signing_secret=environment["SLACK_SIGNING_SECRET"])

    @app.command("/tea")
    def command(ack: Any, say: Any) -> None:
        ack()
        say("Tea is ready")

    return app


@pytest.mark.slack_sandbox(manifest=MANIFEST, limits=Limits(acknowledge=9))
@pytest.mark.parametrize("way", ["socket_mode", "http"])
def test_one_line_gives_a_test_the_workspace_and_a_synchronous_app(
    slack_sandbox: SlackSandbox, run_slack_app: RunSlackApp, way: Way
) -> None:
    run_slack_app(build, over=way)
    ana = slack_sandbox.person("U0ANA")
    assert ana.command("C0EXP", "/tea").ok
    assert ana.wait_for_message("C0EXP", "Tea is ready")


def test_an_app_that_does_not_start_fails_the_test_with_its_own_error(
    run_slack_app: RunSlackApp,
) -> None:
    def broken(_: Mapping[str, str]) -> App:
        raise LookupError("no kettle")

    with pytest.raises(LookupError, match="no kettle"):
        run_slack_app(broken)


def test_a_suite_says_what_its_workspace_starts_with(tmp_path: Path) -> None:
    (tmp_path / "tea.json").write_text(json.dumps(MANIFEST))
    (tmp_path / "test_tea.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider"]
    run = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert "2 passed, 1 error" in run.stdout
    assert "The marker slack_sandbox takes limits, manifest, workspace by name." in run.stdout


def test_suites_that_do_not_use_it_do_not_wait_for_it() -> None:
    code = (
        "import sys, mlpipe_sandbox.pytest_plugin; "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('starlette', 'uvicorn', 'slackblocks', 'pydantic', 'slack_sdk', 'moto')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
