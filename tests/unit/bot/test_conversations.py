from __future__ import annotations

import pytest

from bot.asking import Asking
from bot.targets import taken_out
from core.commands import parse

CLICK = {
    "user": {"id": "U0ANA", "team_id": "T0"},
    "team": {"id": "T0"},
    "channel": {"id": "C0DAILY"},
    "container": {"message_ts": "1.2"},
    "trigger_id": "t.1",
    "response_url": "http://answer",
    "actions": [{"action_ts": "9.9", "action_id": "a"}],
}


def test_the_same_click_delivered_twice_has_the_same_key() -> None:
    assert Asking.of_action(CLICK).delivery == Asking.of_action(dict(CLICK)).delivery


def test_another_click_on_the_same_button_has_another_key() -> None:
    again = {**CLICK, "trigger_id": "t.2", "actions": [{"action_ts": "9.91", "action_id": "a"}]}
    assert Asking.of_action(CLICK).delivery != Asking.of_action(again).delivery


def test_who_clicks_from_another_workspace_is_of_that_workspace() -> None:
    partner = {**CLICK, "user": {"id": "U0EVE", "team_id": "T0PARTNER"}}
    assert str(Asking.of_action(partner).person) == "T0PARTNER/U0EVE"


def test_a_choice_in_a_modal_has_no_channel() -> None:
    modal = {key: value for key, value in CLICK.items() if key not in {"channel", "container"}}
    assert Asking.of_action({**modal, "view": {"id": "V1"}}).channel is None


@pytest.mark.parametrize("text", ["run env=production day=x", "run day=x ENV = production"])
def test_a_pair_is_taken_out_wherever_it_stands(text: str) -> None:
    found, rest = taken_out(parse(text), ("env",))
    assert found == "production"
    assert rest.pairs == (("day", "x"),)
