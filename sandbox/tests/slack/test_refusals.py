"""What an app must not get away with here, because it would not at Slack; and when Slack stops."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from mlpipe_sandbox.slack import Limits, SlackSandbox

CHANNEL = "C0DAILY"


def code(call: Callable[..., object], **arguments: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_the_app_token_is_taken_from_the_header_alone(slack: SlackSandbox) -> None:
    token, address = slack.app.app_token, f"{slack.api_url}apps.connections.open"
    assert httpx.post(address, data={"token": token}).json()["error"] == "invalid_auth"
    assert httpx.post(address, headers={"authorization": f"Bearer {token}"}).json()["ok"]


def test_what_is_too_large_is_named(slack: SlackSandbox, client: WebClient) -> None:
    arguments = {"filename": "a.png", "length": 5, "alt_txt": "x" * 1001}
    assert code(client.files_getUploadURLExternal, **arguments) == "alt_txt_too_large"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    view = {"type": "home", "blocks": [section] * 100}
    assert code(client.views_publish, user_id="U0ANA", view=view) == "view_too_large"


def test_a_submission_brings_an_address_for_each_channel_that_was_asked_for(
    slack: SlackSandbox, client: WebClient, ana: Any
) -> None:
    element = {"type": "conversations_select", "action_id": "to", "response_url_enabled": True}
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Share"},
        "submit": {"type": "plain_text", "text": "Share"},
        "blocks": [
            {
                "type": "input",
                "block_id": "to",
                "label": {"type": "plain_text", "text": "To"},
                "element": element,
            }
        ],
    }
    ana.command(CHANNEL, "/mlpipe")
    trigger = slack.deliveries("slash_commands")[0].payload["trigger_id"]
    client.views_open(trigger_id=trigger, view=view)
    ana.submit(ana.views()[0], {"to": "C0RANDOM"})
    [place] = slack.deliveries("interactive")[0].payload["response_urls"]
    assert (place["block_id"], place["channel_id"]) == ("to", "C0RANDOM")
    httpx.post(place["response_url"], json={"text": "shared", "response_type": "in_channel"})
    assert ana.messages("C0RANDOM")[-1]["text"] == "shared"


@pytest.mark.parametrize(("header", "times"), [({}, 3), ({"X-Slack-No-Retry": "1"}, 1)])
def test_an_event_refused_for_good_is_not_sent_again(header: dict[str, str], times: int) -> None:
    seen: list[str] = []
    limits = Limits(event_retries=(0.0, 0.0))
    with refusing(header, seen) as url, SlackSandbox(limits=limits) as slack:
        slack.use_request_url(url)
        slack.person("U0ANA").message(CHANNEL, "hello")
        slack.person("U0ANA").message(CHANNEL, "@mlpipe hello")  # two more events, behind it
        slack.wait_for(lambda: len(slack.deliveries("events_api")) == 3 * times)
    assert len(seen) == 3 * times


@contextlib.contextmanager
def refusing(header: dict[str, str], seen: list[str]) -> Iterator[str]:
    """An app that answers 500 to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            seen.append(self.path)
            self.send_response(500)
            for name, value in header.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
