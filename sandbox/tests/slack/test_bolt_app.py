"""What people live with a Bolt app in the workspace, over Socket Mode and over signed HTTP."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from mlpipe_sandbox.slack import Participant, SlackSandbox

from .conftest import RunApp

CHANNEL = "C0DAILY"


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def modal(*blocks: dict[str, Any], callback_id: str = "order") -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain("Order"),
        "submit": plain("Go"),
        "blocks": list(blocks),
    }


SIZE = {
    "type": "input",
    "block_id": "size",
    "label": plain("Size"),
    "element": {
        "type": "static_select",
        "action_id": "size",
        "options": [
            {"text": plain("Small"), "value": "s"},
            {"text": plain("Large"), "value": "l"},
        ],
        "initial_option": {"text": plain("Small"), "value": "s"},
    },
}
COUNT = {
    "type": "input",
    "block_id": "count",
    "label": plain("Count"),
    "element": {
        "type": "number_input",
        "action_id": "count",
        "is_decimal_allowed": False,
        "max_value": "9",
    },
}


async def commanded(ack: Any, say: Any, respond: Any, body: Any, client: Any) -> None:
    word = body["text"]
    if word == "ack":
        await ack("Got it")
        return
    if word == "loud":
        await ack(response_type="in_channel", text="For everyone")
        return
    await ack()
    if word == "order":
        await client.views_open(trigger_id=body["trigger_id"], view=modal(SIZE, COUNT))
    elif word == "card":
        button = {"type": "button", "action_id": "pay", "value": "42", "text": plain("Pay")}
        await say(text="A card", blocks=[{"type": "actions", "elements": [button]}])
    elif word == "whisper":
        await client.chat_postEphemeral(
            channel=body["channel_id"], user=body["user_id"], text="Only you"
        )
    else:
        await respond(f"You said {word}")


async def submitted(ack: Any, view: Any, client: Any) -> None:
    values = view["state"]["values"]
    match int(values["count"]["count"]["value"]):
        case 7:
            await ack(response_action="errors", errors={"count": "Seven is sold out"})
        case 5:
            await ack(response_action="update", view=modal(SIZE, callback_id="updated"))
        case 4:
            await ack(response_action="push", view=modal(SIZE, callback_id="pushed"))
        case count:
            await ack()
            size = values["size"]["size"]["selected_option"]["value"]
            await client.chat_postMessage(channel=CHANNEL, text=f"{count} {size}")


async def paid(ack: Any, respond: Any, action: Any, body: Any) -> None:
    await ack()
    await respond(f"{body['user']['username']} paid {action['value']}")


async def mentioned(event: Any, say: Any) -> None:
    await say("You called?", thread_ts=event["ts"])


def shop(app: AsyncApp) -> None:
    app.command("/mlpipe")(commanded)
    app.view("order")(submitted)
    app.action("pay")(paid)
    app.event("app_mention")(mentioned)


def test_a_command_is_answered_to_the_person_alone(
    run_app: RunApp, slack: SlackSandbox, ana: Participant
) -> None:
    run_app(shop)
    assert ana.command(CHANNEL, "/mlpipe hello").ok
    answer = ana.wait_for_message(CHANNEL, "You said hello")
    assert answer["is_ephemeral"]
    assert slack.person("U0BEN").messages(CHANNEL) == []


def test_an_acknowledgement_may_carry_the_answer(
    run_app: RunApp, slack: SlackSandbox, ana: Participant
) -> None:
    run_app(shop)
    ana.command(CHANNEL, "/mlpipe ack")
    ana.command(CHANNEL, "/mlpipe loud")
    assert [each["text"] for each in ana.messages(CHANNEL)] == ["Got it", "For everyone"]
    assert [each["text"] for each in slack.person("U0BEN").messages(CHANNEL)] == ["For everyone"]


def test_a_modal_opens_and_tells_the_app_what_was_filled_in(
    run_app: RunApp, ana: Participant
) -> None:
    run_app(shop)
    ana.command(CHANNEL, "/mlpipe order")
    view = ana.wait_for_view("order")
    assert ana.submit(view, {"size": "l", "count": 3}).ok
    assert ana.views() == []
    assert ana.wait_for_message(CHANNEL, "3 l")["user"] == "U0MLPIPE"


def test_slacks_client_refuses_a_field_left_empty_or_out_of_range(
    run_app: RunApp, slack: SlackSandbox, ana: Participant
) -> None:
    run_app(shop)
    ana.command(CHANNEL, "/mlpipe order")
    view = ana.wait_for_view("order")
    assert ana.submit(view).errors == {"count": "Please complete this required field."}
    assert "less than or equal to 9" in ana.submit(view, {"count": 10}).errors["count"]
    assert "whole number" in ana.submit(view, {"count": "1.5"}).errors["count"]
    assert not slack.deliveries("interactive")


def test_the_app_answers_a_submission_with_errors_an_update_or_another_view(
    run_app: RunApp, ana: Participant
) -> None:
    run_app(shop)
    ana.command(CHANNEL, "/mlpipe order")
    view = ana.wait_for_view("order")
    assert ana.submit(view, {"count": 7}).errors == {"count": "Seven is sold out"}
    assert ana.submit(view, {"count": 4}).ok
    assert [each["callback_id"] for each in ana.views()] == ["order", "pushed"]
    ana.close(ana.views()[-1])
    assert ana.submit(view, {"count": 5}).ok
    assert [each["callback_id"] for each in ana.views()] == ["updated"]
    assert ana.views()[0]["id"] == view["id"]


def test_a_click_replaces_the_card_for_everyone(
    run_app: RunApp, slack: SlackSandbox, ana: Participant
) -> None:
    run_app(shop)
    ana.command(CHANNEL, "/mlpipe card")
    card = ana.wait_for_message(CHANNEL, "A card")
    assert ana.click(card, action_id="pay").ok
    changed = slack.person("U0BEN").wait_for_message(CHANNEL, "ana paid 42")
    assert changed["ts"] == card["ts"]
    assert "blocks" not in changed
    assert ana.click(card, action_id="pay").detail == "no such element in the message"


def test_a_mention_is_answered_in_its_thread(
    run_app: RunApp, slack: SlackSandbox, ana: Participant
) -> None:
    run_app(shop)
    ana.message(CHANNEL, "@mlpipe are you <there> & well?")
    reply = ana.wait_for_message(CHANNEL, "You called?")
    parent = next(each for each in ana.messages(CHANNEL) if each["ts"] == reply["thread_ts"])
    assert parent["text"] == "<@U0MLPIPE> are you &lt;there&gt; &amp; well?"
    assert parent["reply_count"] == 1


def test_an_ephemeral_message_can_be_read_by_one_person(
    run_app: RunApp, slack: SlackSandbox, ana: Participant
) -> None:
    run_app(shop)
    ana.command(CHANNEL, "/mlpipe whisper")
    assert ana.wait_for_message(CHANNEL, "Only you")["is_ephemeral"]
    assert slack.messages(CHANNEL)[0]["visible_to"] == "U0ANA"


def test_a_command_that_no_app_has_is_told_so(slack: SlackSandbox, ana: Participant) -> None:
    assert "is not a valid command" in str(ana.command(CHANNEL, "/nope").error)
    assert ana.messages(CHANNEL)[0]["user"] == "USLACKBOT"
