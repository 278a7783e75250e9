"""The synchronous Bolt `App` with slack_sdk's own websocket client: all that a person can meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from mlpipe_sandbox.slack import Limits, Participant, SlackSandbox, default_workspace
from mlpipe_sandbox.slack.bolt import Way, running

CHANNEL = "C0EXP"
MANIFEST = {
    "display_information": {"name": "tea"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/tea", "description": "Orders tea"}],
        "shortcuts": [
            {"name": "Order tea", "type": "global", "callback_id": "anywhere"},
            {"name": "Thank with tea", "type": "message", "callback_id": "thank"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "files:read", "files:write"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
    },
}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def field(name: str, **element: object) -> dict[str, Any]:
    made = {"action_id": name, **element}
    return {"type": "input", "block_id": name, "label": plain(name), "element": made}


def form(guest: str) -> dict[str, Any]:
    teas = [{"text": plain(each.title()), "value": each} for each in ("assam", "sencha")]
    return {
        "type": "modal",
        "callback_id": "order",
        "title": plain("Tea"),
        "submit": plain("Order"),
        "blocks": [
            field("tea", type="static_select", options=teas),
            field("guest", type="users_select", initial_user=guest),
        ],
    }


def build(environment: Mapping[str, str]) -> App:
    client = WebClient(token=environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
    app = App(client=client, signing_secret=environment["SLACK_SIGNING_SECRET"])

    @app.command("/tea")
    def command(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form(body["user_id"]))

    @app.shortcut("anywhere")
    def anywhere(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form(body["user"]["id"]))

    @app.shortcut("thank")
    def thank(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form(body["message"]["user"]))

    @app.view("order")
    def ordered(ack: Any, view: Any, client: WebClient) -> None:
        ack()
        values = view["state"]["values"]
        tea = values["tea"]["tea"]["selected_option"]["value"]
        text = f"{tea} for <@{values['guest']['guest']['selected_user']}>"
        button = {"type": "button", "action_id": "receipt", "text": plain("Receipt")}
        client.chat_postMessage(
            channel=CHANNEL,
            text=text,
            blocks=[
                {"type": "section", "text": {"type": "mrkdwn", "text": text}},
                {"type": "actions", "elements": [button]},
            ],
        )

    @app.action("receipt")
    def receipt(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        client.files_upload_v2(
            channel=body["channel"]["id"],
            thread_ts=body["message"]["ts"],
            filename="receipt.txt",
            content=body["message"]["text"],
            initial_comment="Your receipt",
        )

    @app.event("app_home_opened")
    def home(event: Any, client: WebClient) -> None:
        blocks = [{"type": "header", "text": plain("Assam and sencha")}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    return app


@pytest.fixture
def slack() -> Iterator[SlackSandbox]:
    with SlackSandbox(default_workspace(MANIFEST), limits=Limits(upload=0.05)) as sandbox:
        yield sandbox


def order(ana: Participant, tea: str) -> None:
    assert ana.submit(ana.wait_for_view("order"), {"tea": tea}).ok


@pytest.mark.parametrize("way", ["socket_mode", "http"])
def test_every_surface_works_from_a_command_to_the_home_tab(
    slack: SlackSandbox, ana: Participant, way: Way
) -> None:
    with running(slack, build, over=way):
        assert ana.command(CHANNEL, "/tea").ok
        order(ana, "assam")
        card = ana.wait_for_message(CHANNEL, "assam for <@U0ANA>")

        assert ana.click(card, action_id="receipt").ok
        shared = ana.wait_for_message(CHANNEL, "Your receipt")
        assert shared["thread_ts"] == card["ts"]
        assert slack.file(shared["files"][0]["id"]) == b"assam for <@U0ANA>"

        assert ana.shortcut("anywhere").ok
        order(ana, "sencha")
        assert ana.wait_for_message(CHANNEL, "sencha for <@U0ANA>")

        slack.person("U0BEN").message(CHANNEL, "I mended the build")
        assert ana.shortcut("thank", on=ana.wait_for_message(CHANNEL, "mended")).ok
        order(ana, "sencha")
        assert ana.wait_for_message(CHANNEL, "sencha for <@U0BEN>")

        ana.open_home()
        shown = slack.wait_for(ana.home)
        assert shown["blocks"][0]["text"]["text"] == "Assam and sencha"
