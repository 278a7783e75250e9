"""Faults switched on, looked at and off over HTTP, as another process does it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncApp

from mlpipe_sandbox.slack import Limits, Participant, SlackSandbox

from .conftest import RunApp

CHANNEL = "C0DAILY"
TIMED_OUT = '/mlpipe failed with the error "operation_timeout"'


@pytest.fixture
def slack() -> Iterator[SlackSandbox]:
    with SlackSandbox(limits=Limits(acknowledge=0.5, event_retries=())) as sandbox:
        yield sandbox


def acknowledging(app: AsyncApp) -> None:
    @app.command("/mlpipe")
    async def command(ack: Any) -> None:
        await ack()


def post(slack: SlackSandbox, **document: object) -> httpx.Response:
    return httpx.post(f"{slack.url}/sandbox/faults", json=document)


def test_a_fault_is_switched_on_looked_at_and_off(
    slack: SlackSandbox, ana: Participant, run_app: RunApp
) -> None:
    run_app(acknowledging)
    added = post(slack, fault="dropped", kind="slash_commands").json()["fault"]
    assert (added["id"], added["happened"]) == ("1", 0)
    assert ana.command(CHANNEL, "/mlpipe").error == TIMED_OUT
    shown = httpx.get(f"{slack.url}/sandbox/faults").json()
    assert [each["happened"] for each in shown["faults"]] == [1]
    assert httpx.delete(f"{slack.url}/sandbox/faults/1").json() == {"ok": True}
    assert ana.command(CHANNEL, "/mlpipe").ok
    assert httpx.delete(f"{slack.url}/sandbox/faults/1").status_code == 404
    post(slack, fault="api_reset")
    httpx.delete(f"{slack.url}/sandbox/faults")
    assert httpx.get(f"{slack.url}/sandbox/faults").json()["faults"] == []


def test_connections_and_rates_are_acted_on_at_once(
    slack: SlackSandbox, run_socket_app: RunApp
) -> None:
    run_socket_app(lambda _: None)
    assert post(slack, fault="deaf").json() == {"ok": True, "connections": 1}
    assert post(slack, fault="cut").json() == {"ok": True, "connections": 1}
    assert post(slack, enforce_rates=True).json()["enforce_rates"]


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"fault": "doubled", "seconds": -1}, "seconds: Input should be greater than"),
        ({"fault": "delayed", "seconds": [2, 1]}, "The fault: the range ends before it begins"),
        ({"fault": "delayed"}, "seconds: Field required"),
        ({"fault": "dropped", "kinds": "x"}, "kinds: Extra inputs are not permitted"),
        ({"fault": "dropped", "times": 0}, "times: Input should be greater than or equal to 1"),
        ({"fault": "melted"}, "does not match any of the expected tags"),
        ({"fault": "cut", "times": 3}, "cut is for every open connection"),
        ({"fault": "api_status", "status": 200}, "status: Input should be greater than"),
        ({}, "Unable to extract tag"),
    ],
)
def test_what_is_no_fault_is_refused_with_a_sentence(
    slack: SlackSandbox, document: dict[str, Any], sentence: str
) -> None:
    answer = post(slack, **document)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert answer.json()["error"].endswith(".")


def test_what_is_no_json_is_refused_too(slack: SlackSandbox) -> None:
    for content in ("{", "[]"):
        answer = httpx.post(f"{slack.url}/sandbox/faults", content=content)
        assert (answer.status_code, answer.json()["ok"]) == (400, False)
