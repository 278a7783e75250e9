"""Views, home tabs, shortcuts: what the app is told, and what it may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from mlpipe_sandbox.slack import Participant, SlackSandbox, default_workspace

CHANNEL = "C0DAILY"
OpenView = Callable[..., dict[str, Any]]
"""Opens a modal for Ana, with its own fields instead of the usual ones."""


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def modal(**fields: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": plain("Title"),
        "submit": plain("Go"),
        "blocks": [
            {
                "type": "input",
                "block_id": "name",
                "optional": True,
                "dispatch_action": True,
                "label": plain("Name"),
                "element": {"type": "plain_text_input", "action_id": "name"},
            },
            {
                "type": "section",
                "block_id": "pick",
                "text": plain("Pick"),
                "accessory": {
                    "type": "multi_static_select",
                    "action_id": "pick",
                    "options": [{"text": plain(each), "value": each} for each in "abc"],
                },
            },
        ],
        **fields,
    }


@pytest.fixture
def opened(slack: SlackSandbox, client: WebClient, ana: Participant) -> OpenView:
    def open_view(**fields: Any) -> dict[str, Any]:
        ana.command(CHANNEL, "/mlpipe")
        trigger = slack.deliveries("slash_commands")[-1].payload["trigger_id"]
        view: dict[str, Any] = client.views_open(trigger_id=trigger, view=modal(**fields))["view"]
        return view

    return open_view


def last(slack: SlackSandbox) -> dict[str, Any]:
    return slack.deliveries("interactive")[-1].payload


def code(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_a_choice_in_a_view_is_told_with_the_state_of_all_its_fields(
    slack: SlackSandbox, ana: Participant, opened: OpenView
) -> None:
    view = opened(private_metadata="m", callback_id="c")
    ana.select(view, action_id="pick", value=["a", "c"])
    payload = last(slack)
    assert payload["type"] == "block_actions"
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    [action] = payload["actions"]
    assert [each["value"] for each in action["selected_options"]] == ["a", "c"]
    assert payload["view"]["private_metadata"] == "m"
    values = payload["view"]["state"]["values"]
    assert values["name"]["name"] == {"type": "plain_text_input", "value": None}
    assert len(values["pick"]["pick"]["selected_options"]) == 2


def test_what_was_filled_in_survives_an_update(
    slack: SlackSandbox, client: WebClient, ana: Participant, opened: OpenView
) -> None:
    view = opened()
    ana.select(view, action_id="name", value="Ruiz")
    client.views_update(view_id=view["id"], view=modal(title=plain("Changed")))
    ana.submit(ana.views()[0])
    state = last(slack)["view"]["state"]["values"]
    assert state["name"]["name"]["value"] == "Ruiz"


def test_a_changed_view_is_not_overwritten_by_who_saw_the_old_one(
    client: WebClient, opened: OpenView
) -> None:
    view = opened()
    client.views_update(view_id=view["id"], view=modal(), hash=view["hash"])
    assert code(client.views_update, view_id=view["id"], view=modal(), hash=view["hash"]) == (
        "hash_conflict"
    )
    assert code(client.views_update, view_id="V0NONE", view=modal()) == "not_found"


def test_a_view_is_found_by_its_external_id(
    client: WebClient, ana: Participant, opened: OpenView
) -> None:
    opened(external_id="mine")
    client.views_update(external_id="mine", view=modal(title=plain("New"), external_id="mine"))
    assert ana.views()[0]["title"]["text"] == "New"


def test_closing_is_told_where_the_view_asks_for_it(
    slack: SlackSandbox, ana: Participant, opened: OpenView
) -> None:
    ana.close(opened())
    assert not slack.deliveries("interactive")
    view = opened(notify_on_close=True, clear_on_close=True)
    ana.close(view)
    payload = last(slack)
    assert (payload["type"], payload["is_cleared"]) == ("view_closed", True)
    assert payload["view"]["id"] == view["id"]
    assert "trigger_id" not in payload


def test_a_closed_view_cannot_be_submitted(ana: Participant, opened: OpenView) -> None:
    view = opened()
    ana.close(view)
    assert ana.submit(view).detail == "view_not_found"


def test_the_home_tab_is_each_persons_own(
    slack: SlackSandbox, client: WebClient, ana: Participant
) -> None:
    blocks = [{"type": "section", "text": plain("Hello Ana")}]
    client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": blocks})
    home = ana.home()
    assert home is not None
    assert home["blocks"][0]["text"]["text"] == "Hello Ana"
    assert slack.person("U0BEN").home() is None
    ana.open_home()
    event = slack.wait_for(lambda: slack.deliveries("events_api"))[0].payload["event"]
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "home", "U0ANA")


def test_shortcuts_are_those_of_the_manifest() -> None:
    manifest = {
        "display_information": {"name": "cut"},
        "features": {
            "shortcuts": [
                {"name": "Make", "type": "global", "callback_id": "make", "description": "d"},
                {"name": "Note", "type": "message", "callback_id": "note", "description": "d"},
            ]
        },
        "settings": {"interactivity": {"is_enabled": True}},
    }
    with SlackSandbox(default_workspace(manifest)) as slack:
        ana = slack.person("U0ANA")
        ana.message(CHANNEL, "remember this")
        ana.shortcut("make")
        assert (last(slack)["type"], last(slack)["callback_id"]) == ("shortcut", "make")
        ana.shortcut("note", on=ana.messages(CHANNEL)[0])
        assert last(slack)["type"] == "message_action"
        assert last(slack)["message"]["text"] == "remember this"
        assert not ana.shortcut("other").ok


def test_a_click_in_a_message_says_where_it_was(
    slack: SlackSandbox, client: WebClient, ana: Participant
) -> None:
    button = {"type": "button", "action_id": "go", "value": "1", "text": plain("Go")}
    blocks = [{"type": "actions", "block_id": "row", "elements": [button]}]
    client.chat_postEphemeral(channel=CHANNEL, user="U0ANA", text="t", blocks=blocks)
    message = ana.messages(CHANNEL)[0]
    ana.click(message, action_id="go", value="1")
    payload = last(slack)
    assert payload["container"] == {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": CHANNEL,
        "is_ephemeral": True,
    }
    assert "message" not in payload
    assert payload["actions"][0].items() >= {**button, "block_id": "row"}.items()
    with pytest.raises(LookupError, match="row/go"):
        ana.click(message, action_id="stop")
