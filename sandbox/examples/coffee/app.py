"""Orders coffee: a small Bolt app with a command, a modal, a home tab, files and shortcuts.

SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_SIGNING_SECRET connect it. With SLACK_API_URL it talks to
another Slack than Slack's, as the sandbox.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

DRINKS = {"espresso": "Espresso", "latte": "Latte", "filter": "Filter coffee"}
SHOTS_OF_AN_ESPRESSO = 4


def build(environment: Mapping[str, str]) -> AsyncApp:
    """The app, for the Slack that the environment names."""
    client = AsyncWebClient(
        token=environment["SLACK_BOT_TOKEN"],
        base_url=environment.get("SLACK_API_URL", AsyncWebClient.BASE_URL),
    )
    app = AsyncApp(client=client, signing_secret=environment["SLACK_SIGNING_SECRET"])
    orders: defaultdict[str, list[str]] = defaultdict(list)
    """Person → what they ordered, newest last."""

    @app.command("/coffee")
    async def command(ack: Any, body: Any, client: Any) -> None:
        drink = body["text"].strip().lower()
        if drink and drink not in DRINKS:
            await ack(f"No {drink} here; there is {', '.join(DRINKS)}.")
            return
        await ack()
        view = order_form(channel=body["channel_id"], drink=drink or None)
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.shortcut("order")
    async def shortcut(ack: Any, body: Any, client: Any) -> None:
        await ack()
        view = order_form(channel=body["user"]["id"])
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.shortcut("thank")
    async def thank(ack: Any, body: Any, client: Any) -> None:
        await ack()
        view = order_form(channel=body["channel"]["id"], person=body["message"]["user"])
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("order")
    async def ordered(ack: Any, body: Any, view: Any, client: Any) -> None:
        drink, person, shots = filled_in(view)
        if drink == "espresso" and shots > SHOTS_OF_AN_ESPRESSO:
            await ack(response_action="errors", errors={"shots": "No cup is that big."})
            return
        await ack()
        orders[body["user"]["id"]].append(DRINKS[drink])
        channel = json.loads(view["private_metadata"])["channel"]
        await client.chat_postMessage(
            channel=channel,
            text=f"{DRINKS[drink]} for <@{person}>",
            blocks=card(drink, person=person, shots=shots),
        )

    @app.action("receipt")
    async def receipt(ack: Any, body: Any, action: Any, client: Any) -> None:
        await ack()
        await client.files_upload_v2(
            filename="receipt.txt",
            content=f"1 x {DRINKS[action['value']]}\n",
            channel=body["channel"]["id"],
            thread_ts=body["message"]["ts"],
            initial_comment="Your receipt",
        )

    @app.event("app_home_opened")
    async def home_opened(event: Any, client: Any) -> None:
        await client.views_publish(user_id=event["user"], view=home(orders[event["user"]]))

    return app


def order_form(
    *, channel: str, drink: str | None = None, person: str | None = None
) -> dict[str, Any]:
    """The modal in which a coffee is ordered."""
    options = [{"text": plain(name), "value": value} for value, name in DRINKS.items()]
    drinks: dict[str, Any] = {"type": "static_select", "action_id": "drink", "options": options}
    if drink is not None:
        drinks["initial_option"] = {"text": plain(DRINKS[drink]), "value": drink}
    people: dict[str, Any] = {"type": "users_select", "action_id": "person"}
    if person is not None:
        people["initial_user"] = person
    shots = {
        "type": "number_input",
        "action_id": "shots",
        "is_decimal_allowed": False,
        "initial_value": "1",
        "min_value": "1",
    }
    return {
        "type": "modal",
        "callback_id": "order",
        "private_metadata": json.dumps({"channel": channel}),
        "title": plain("Order a coffee"),
        "submit": plain("Order"),
        "blocks": [
            field("drink", "Drink", drinks),
            field("person", "For", people),
            field("shots", "Shots", shots),
        ],
    }


def filled_in(view: dict[str, Any]) -> tuple[str, str, int]:
    """Drink, person and shots of a submitted form."""
    values = view["state"]["values"]
    return (
        values["drink"]["drink"]["selected_option"]["value"],
        values["person"]["person"]["selected_user"],
        int(values["shots"]["shots"]["value"]),
    )


def card(drink: str, *, person: str, shots: int) -> list[dict[str, Any]]:
    """An order, as the channel sees it."""
    text = f"*{DRINKS[drink]}* for <@{person}>, {shots} shots"
    button = {
        "type": "button",
        "action_id": "receipt",
        "text": plain("Receipt"),
        "value": drink,
    }
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {"type": "actions", "elements": [button]},
    ]


def home(orders: list[str]) -> dict[str, Any]:
    """A person's home tab."""
    text = "\n".join(reversed(orders)) or "No coffee yet."
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Your coffees")},
            {"type": "section", "text": plain(text)},
        ],
    }


def field(name: str, label: str, element: dict[str, Any]) -> dict[str, Any]:
    """A field of a form."""
    return {"type": "input", "block_id": name, "label": plain(label), "element": element}


def plain(text: str) -> dict[str, str]:
    """Text without markup."""
    return {"type": "plain_text", "text": text}


if __name__ == "__main__":
    handler = AsyncSocketModeHandler(build(os.environ), os.environ["SLACK_APP_TOKEN"])
    asyncio.run(handler.start_async())  # type: ignore[no-untyped-call] # Bolt leaves it untyped
