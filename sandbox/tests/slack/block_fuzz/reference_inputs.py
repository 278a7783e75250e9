"""Slack's reference of the fields that people fill in, field by field."""

from __future__ import annotations

from typing import Final

from sandbox.tests.slack.block_fuzz.fields import (
    Field,
    Payload,
    flag,
    label,
    many,
    text,
    thing,
    whole,
)
from sandbox.tests.slack.block_fuzz.hosts import element, in_input
from sandbox.tests.slack.block_fuzz.values import CONFIRM, RICH_TEXT

ID: Final = text(255, least=1)
PLACEHOLDER: Final = label(150)
DISPATCH: Final[Payload] = {"trigger_actions_on": ["on_enter_pressed"]}
TYPED: Final[dict[str, Field]] = {
    "action_id": ID,
    "placeholder": PLACEHOLDER,
    "focus_on_load": flag(),
    "dispatch_action_config": thing(DISPATCH),
}
INPUTS: Final = [
    element(
        "datepicker",
        page="date-picker-element",
        initial_date=text(like="2013-06-28"),
        confirm=thing(CONFIRM),
        action_id=ID,
        placeholder=PLACEHOLDER,
        focus_on_load=flag(),
    ),
    element(
        "timepicker",
        page="time-picker-element",
        initial_time=text(like="07:30"),
        confirm=thing(CONFIRM),
        timezone=text(like="Europe/Berlin"),
        action_id=ID,
        placeholder=PLACEHOLDER,
        focus_on_load=flag(),
    ),
    element(
        "datetimepicker",
        page="datetime-picker-element",
        initial_date_time=whole(10**9, 10**10 - 1, usual=1_372_400_000),
        confirm=thing(CONFIRM),
        action_id=ID,
        focus_on_load=flag(),
    ),
    element(
        "email_text_input",
        page="email-input-element",
        within=in_input,
        initial_value=text(like="a@example.com"),
        **TYPED,
    ),
    element(
        "url_text_input",
        page="url-input-element",
        within=in_input,
        initial_value=text(like="https://example.com/"),
        **TYPED,
    ),
    element(
        "number_input",
        page="number-input-element",
        clashes=(
            {"initial_value": "10", "max_value": "9"},
            {"initial_value": "0", "min_value": "1"},
        ),
        within=in_input,
        is_decimal_allowed=flag().needed,
        initial_value=text(like="5", others=("five",)),
        min_value=text(like="1", others=("five",)),
        max_value=text(like="9", others=("five",)),
        **TYPED,
    ),
    element(
        "plain_text_input",
        page="plain-text-input-element",
        clashes=({"initial_value": "xx", "max_length": 1},),
        within=in_input,
        initial_value=text(),
        multiline=flag(),
        min_length=whole(0, 3000),
        max_length=whole(1, 3000),
        **TYPED,
    ),
    element(
        "rich_text_input",
        page="rich-text-input-element",
        within=in_input,
        initial_value=thing(RICH_TEXT),
        min_lines=whole(1, 100),
        max_lines=whole(1, 100),
        **TYPED,
    ),
    element(
        "file_input",
        page="file-input-element",
        within=in_input,
        action_id=ID,
        filetypes=many("csv", least=1),
        max_files=whole(1, 10),
    ),
]
