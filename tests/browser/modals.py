"""An app of forms: three on top of each other, one with errors at its fields, one behind a card."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Forms"},
    "features": {
        "slash_commands": [
            {"command": "/stack", "description": "Forms on top of each other"},
            {"command": "/order", "description": "A form that is checked"},
            {"command": "/slow", "description": "A form that is filled in a moment later"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
    "settings": {"interactivity": {"is_enabled": True}},
}
NAMES = ("First", "Second", "Third")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def text_field(name: str, *, optional: bool = False) -> Json:
    element = {"type": "plain_text_input", "action_id": "in"}
    label = plain(name)
    return {
        "type": "input",
        "block_id": name,
        "label": label,
        "element": element,
        "optional": optional,
    }


def button(text: str, action_id: str) -> Json:
    element = {"type": "button", "action_id": action_id, "text": plain(text)}
    return {"type": "actions", "block_id": action_id, "elements": [element]}


def stacked(level: int) -> Json:
    blocks = [text_field("Note", optional=True), button("Deeper", "deeper")]
    return {
        "type": "modal",
        "callback_id": "stacked",
        "private_metadata": str(level),
        "title": plain(NAMES[level]),
        "submit": plain("Done"),
        "blocks": blocks,
    }


def order(*blocks: Json) -> Json:
    view = {"type": "modal", "callback_id": "order", "title": plain("Order")}
    return {**view, "submit": plain("Send"), "blocks": list(blocks)}


CHECKED = order(
    text_field("Name"),
    {
        "type": "input",
        "block_id": "Size",
        "label": plain("Size"),
        "element": {
            "type": "static_select",
            "action_id": "in",
            "options": [{"text": plain(size), "value": size} for size in ("Small", "Large")],
        },
    },
    text_field("Count"),
)
WAITING = order({"type": "section", "text": plain("One moment …")})


def build(environment: Mapping[str, str]) -> AsyncApp:
    token, url = environment["SLACK_BOT_TOKEN"], environment["SLACK_API_URL"]
    app = AsyncApp(
        client=AsyncWebClient(token=token, base_url=url),
        signing_secret=environment["SLACK_SIGNING_SECRET"],
    )

    @app.command("/stack")
    async def stack(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=stacked(0))

    @app.action("deeper")
    async def deeper(ack: Any, body: Json, client: Any) -> None:
        await ack()
        level = int(body["view"]["private_metadata"]) + 1
        view = stacked(level) if level < len(NAMES) else stacked(0)
        with contextlib.suppress(SlackApiError):  # of a fourth
            await client.views_push(trigger_id=body["trigger_id"], view=view)

    @app.view("stacked")
    async def done(ack: Any) -> None:
        await ack()

    @app.command("/order")
    async def ask(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=CHECKED)

    @app.action("reorder")
    async def reorder(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=CHECKED)

    @app.command("/slow")
    async def slow(ack: Any, body: Json, client: Any) -> None:
        await ack()
        opened = await client.views_open(trigger_id=body["trigger_id"], view=WAITING)
        await client.views_update(view_id=opened["view"]["id"], view=CHECKED)

    @app.view("order")
    async def check(ack: Any, body: Json, view: Json, client: Any) -> None:
        values = view["state"]["values"]
        count = values["Count"]["in"]["value"]
        if not count.isdigit():
            await ack(response_action="errors", errors={"Count": "How many? A whole number."})
            return
        await ack()
        size = values["Size"]["in"]["selected_option"]["value"]
        text = f"{count} {size} for {values['Name']['in']['value']}"
        await client.chat_postMessage(
            channel="C0DAILY", text=text, blocks=[button("Again", "reorder")]
        )

    return app
