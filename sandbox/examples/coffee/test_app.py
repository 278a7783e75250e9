"""How a Slack app is tested with the sandbox: as the people who use it live it."""

from __future__ import annotations

from typing import Any

import pytest

from coffee.app import build
from mlpipe_sandbox.slack import Participant, SlackSandbox
from mlpipe_sandbox.slack.faults import Doubled

CHANNEL = "C0EXP"


@pytest.fixture
def slack_manifest() -> str:
    return "manifest.json"


@pytest.fixture(params=["socket_mode", "http"])
def slack(
    request: pytest.FixtureRequest, slack_sandbox: SlackSandbox, run_slack_app: Any
) -> SlackSandbox:
    run_slack_app(build, over=request.param)
    return slack_sandbox


@pytest.fixture
def ana(slack: SlackSandbox) -> Participant:
    return slack.person("U0ANA")


def order(ana: Participant, **values: object) -> dict[str, Any]:
    ana.command(CHANNEL, "/coffee latte")
    assert ana.submit(ana.wait_for_view("order"), {"person": "U0BEN", **values}).ok
    return ana.wait_for_message(CHANNEL, "for <@U0BEN>")


def test_a_coffee_is_ordered_in_a_form(slack: SlackSandbox, ana: Participant) -> None:
    card = order(ana, shots=2)
    assert card["blocks"][0]["text"]["text"] == "*Latte* for <@U0BEN>, 2 shots"
    assert slack.person("U0BEN").messages(CHANNEL)[-1]["ts"] == card["ts"]


def test_an_unknown_drink_is_told_to_the_person_alone(
    slack: SlackSandbox, ana: Participant
) -> None:
    assert ana.command(CHANNEL, "/coffee tea").ok
    assert ana.messages(CHANNEL)[0]["text"].startswith("No tea here")
    assert slack.person("U0BEN").messages(CHANNEL) == []


def test_a_wrong_number_is_refused_at_its_field(ana: Participant) -> None:
    ana.command(CHANNEL, "/coffee espresso")
    view = ana.wait_for_view("order")
    refused = ana.submit(view, {"person": "U0ANA", "shots": 5})
    assert refused.errors == {"shots": "No cup is that big."}
    assert ana.submit(view, {"person": "U0ANA", "shots": 4}).ok


def test_the_receipt_comes_as_a_file_in_the_thread(slack: SlackSandbox, ana: Participant) -> None:
    card = order(ana)
    assert ana.click(card, action_id="receipt").ok
    receipt = ana.wait_for_message(CHANNEL, "Your receipt")
    assert receipt["thread_ts"] == card["ts"]
    assert slack.file(receipt["files"][0]["id"]) == b"1 x Latte\n"


def test_the_home_tab_shows_what_a_person_ordered(slack: SlackSandbox, ana: Participant) -> None:
    order(ana)
    ana.open_home()
    home = slack.wait_for(ana.home)
    assert home["blocks"][1]["text"]["text"] == "Latte"


def test_a_shortcut_orders_from_anywhere(ana: Participant) -> None:
    ana.shortcut("order")
    assert ana.submit(ana.wait_for_view("order"), {"drink": "filter", "person": "U0ANA"}).ok
    assert ana.wait_for_message(ana.dm(), "Filter coffee")


def test_a_message_is_thanked_for_with_a_coffee(slack: SlackSandbox, ana: Participant) -> None:
    slack.person("U0BEN").message(CHANNEL, "I found the leak")
    ana.shortcut("thank", on=ana.messages(CHANNEL)[0])
    assert ana.submit(ana.wait_for_view("order"), {"drink": "espresso"}).ok
    assert ana.wait_for_message(CHANNEL, "Espresso for <@U0BEN>")


def test_a_click_that_slack_delivers_twice_gives_two_receipts(
    slack: SlackSandbox, ana: Participant
) -> None:
    # As the author of this app knows now, and did not by clicking once.
    card = order(ana)
    slack.faults.add(Doubled(kind="interactive"))
    ana.click(card, action_id="receipt")
    slack.wait_for(lambda: len(ana.messages(CHANNEL)) == 3)
