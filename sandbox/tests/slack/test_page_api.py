"""What the page is told and what it can do, over its own HTTP and websocket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from websockets.sync.client import connect

from mlpipe_sandbox.slack import SlackSandbox

from .conftest import RunApp

CHANNEL = "C0DAILY"


@pytest.fixture
def page(slack: SlackSandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=slack.url, trust_env=False) as client:
        yield client


def test_a_window_learns_the_workspace(slack: SlackSandbox, page: httpx.Client) -> None:
    slack.set_progress("Training")
    state = page.get("/page/state", params={"user": "U0BEN"}).json()
    assert state["me"] == "U0BEN"
    assert state["workspace"] == {"id": "T0MLPIPE", "name": "Ad tech"}
    assert [each["name"] for each in state["channels"]] == ["ml-daily", "ml-experiments", "random"]
    assert state["dms"][0]["user"] == "U0MLPIPE"
    assert state["commands"][0]["command"] == "/mlpipe"
    assert state["progress"] == {"text": "Training", "done": False}
    assert page.get("/page/state", params={"user": "U0NOBODY"}).status_code == 404


def test_what_is_sent_while_the_sandbox_is_set_up_is_not_lost_on_the_app(
    slack: SlackSandbox, page: httpx.Client
) -> None:
    command = {"user": "U0ANA", "channel": CHANNEL, "text": "/mlpipe help"}
    slack.set_progress("Training")
    answer = page.post("/page/command", json=command).json()
    assert (answer["ok"], answer["error"]) == (False, "starting")
    assert slack.messages() == []
    assert slack.deliveries() == []
    slack.set_progress("Ready.", done=True)
    assert "dispatch_failed" in page.post("/page/command", json=command).json()["error"]


def test_a_window_sees_messages_as_they_come(
    slack: SlackSandbox, page: httpx.Client, client: WebClient
) -> None:
    with connect(f"ws{slack.url[4:]}/page/live?user=U0ANA") as live:
        page.post("/page/message", json={"user": "U0BEN", "channel": CHANNEL, "text": "hello"})
        event = json.loads(live.recv(timeout=5))
        assert (event["type"], event["channel"]) == ("message", CHANNEL)
        assert event["message"]["text"] == "hello"
        ts = client.chat_postMessage(channel=CHANNEL, text="one")["ts"]
        client.chat_update(channel=CHANNEL, ts=ts, text="two")
        client.chat_postEphemeral(channel=CHANNEL, user="U0BEN", text="not for Ana")
        client.chat_delete(channel=CHANNEL, ts=ts)
        kinds = [json.loads(live.recv(timeout=5))["type"] for _ in range(3)]
        assert kinds == ["message", "message_changed", "message_deleted"]


def test_a_window_sees_views_and_the_home_tab(
    slack: SlackSandbox, page: httpx.Client, client: WebClient
) -> None:
    page.post("/page/command", json={"user": "U0ANA", "channel": CHANNEL, "text": "/mlpipe"})
    trigger = slack.deliveries()[0].payload["trigger_id"]
    title = {"type": "plain_text", "text": "T"}
    blocks: list[dict[str, Any]] = [{"type": "divider"}]
    with connect(f"ws{slack.url[4:]}/page/live?user=U0ANA") as live:
        view = {"type": "modal", "title": title, "blocks": blocks}
        made = client.views_open(trigger_id=trigger, view=view)["view"]
        event = json.loads(live.recv(timeout=5))
        assert (event["type"], event["stack"]) == ("view", [made["id"]])
        assert page.post("/page/close", json={"user": "U0ANA", "view_id": made["id"]}).json()["ok"]
        assert json.loads(live.recv(timeout=5)) == {"type": "view_closed", "view_id": made["id"]}
        client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": blocks})
        assert json.loads(live.recv(timeout=5))["view"]["type"] == "home"
    assert page.get("/page/state", params={"user": "U0ANA"}).json()["home"]["type"] == "home"


def test_what_only_one_person_sees_is_dismissed_by_that_person(
    slack: SlackSandbox, page: httpx.Client, client: WebClient
) -> None:
    ts = client.chat_postEphemeral(channel=CHANNEL, user="U0ANA", text="psst")["message_ts"]
    body = {"channel": CHANNEL, "message_ts": ts}
    answer = page.post("/page/dismiss", json={"user": "U0BEN", **body}).json()
    assert answer == {"ok": False, "error": "message_not_found"}
    assert page.post("/page/dismiss", json={"user": "U0ANA", **body}).json() == {"ok": True}
    assert slack.person("U0ANA").messages(CHANNEL) == []


def test_a_file_for_a_form_is_uploaded_and_shown(page: httpx.Client) -> None:
    who = {"user": "U0ANA", "name": "rows.csv"}
    file = page.post("/page/upload", params=who, content=b"a,b\n").json()["file"]
    assert (file["name"], file["filetype"], file["user"]) == ("rows.csv", "csv", "U0ANA")
    assert page.get(file["url_private"]).text == "a,b\n"
    refused = page.post("/page/upload", params=who, content=b"").json()
    assert (refused["ok"], refused["error"]) == (False, "invalid_arguments")


def test_a_window_sees_whether_the_app_is_there(
    slack: SlackSandbox, page: httpx.Client, run_socket_app: RunApp
) -> None:
    def reachable() -> bool:
        return bool(page.get("/page/state").json()["app"]["is_reachable"])

    assert reachable() is False
    with connect(f"ws{slack.url[4:]}/page/live?user=U0ANA") as live:
        run_socket_app(lambda _: None)
        assert json.loads(live.recv(timeout=5)) == {"type": "reachable", "reachable": True}
    assert reachable() is True


def test_what_cannot_be_done_is_said(page: httpx.Client) -> None:
    for path, body, error in [
        ("command", {"user": "U0NOBODY", "channel": CHANNEL, "text": "/x"}, "user_not_found"),
        ("message", {"user": "U0ANA", "channel": "C0X", "text": "x"}, "channel_not_found"),
        ("submit", {"user": "U0ANA"}, "invalid_arguments"),
        ("dance", {"user": "U0ANA"}, "unknown_method"),
    ]:
        answer = page.post(f"/page/{path}", json=body).json()
        assert (answer["ok"], answer["error"]) == (False, error)


def test_the_clock_is_read_and_moved(slack: SlackSandbox, page: httpx.Client) -> None:
    moved = page.post("/clock", json={"now": "2013-06-29T12:00:00+00:00"}).json()["now"]
    assert moved.startswith("2013-06-29T12:00:0")
    moved = page.post("/clock", json={"advance_seconds": 3600}).json()["now"]
    assert moved.startswith("2013-06-29T13:00:0")
    assert page.post("/clock", json={"now": "soon"}).status_code == 400
    slack.person("U0ANA").message(CHANNEL, "in 2013")
    assert float(slack.messages(CHANNEL)[0]["ts"]) == pytest.approx(1372510800, abs=60)


def test_the_page_itself_is_served(page: httpx.Client) -> None:
    assert "text/html" in page.get("/").headers["content-type"]
