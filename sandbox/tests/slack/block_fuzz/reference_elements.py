"""Slack's reference of elements and of the objects in them, field by field."""

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
    word,
)
from sandbox.tests.slack.block_fuzz.hosts import element, in_context_actions, in_input
from sandbox.tests.slack.block_fuzz.reference_inputs import ID, INPUTS, PLACEHOLDER
from sandbox.tests.slack.block_fuzz.values import (
    CONFIRM,
    FILE,
    OPTION,
    PLAIN,
    WORKFLOW,
)

SELECT: Final[dict[str, Field]] = {
    "action_id": ID,
    "confirm": thing(CONFIRM),
    "placeholder": PLACEHOLDER,
    "focus_on_load": flag(),
}
SEVERAL: Final[dict[str, Field]] = {**SELECT, "max_selected_items": whole(1)}
OTHER: Final[Payload] = {**OPTION, "value": "none of these"}
GROUP: Final[Payload] = {"label": PLAIN, "options": [OPTION]}


CLICKED: Final = [
    element(
        "button",
        page="button-element",
        given={"agent_prompt": "Say it"},
        spare=("agent_prompt",),
        text=label(75).needed,
        action_id=ID,
        url=text(3000, like="https://example.com/"),
        value=text(2000),
        style=word("primary", "danger"),
        confirm=thing(CONFIRM),
        accessibility_label=text(75),
        agent_prompt=text(4000),
        agent_prompt_display=text(),
    ),
    element(
        "workflow_button",
        page="workflow-button-element",
        text=label(75).needed,
        workflow=thing(WORKFLOW).needed,
        action_id=ID.needed,
        style=word("primary", "danger"),
        confirm=thing(CONFIRM),
        accessibility_label=text(75),
    ),
    element(
        "overflow",
        page="overflow-menu-element",
        action_id=ID,
        options=many(OPTION, 5, least=1).needed,
        confirm=thing(CONFIRM),
    ),
    element(
        "feedback_buttons",
        page="feedback-buttons-element",
        within=in_context_actions,
        action_id=ID,
        positive_button=thing(OPTION).needed,
        negative_button=thing(OPTION).needed,
    ),
    element(
        "icon_button",
        page="icon-button-element",
        within=in_context_actions,
        icon=word("trash").needed,
        text=label(3000).needed,
        action_id=ID,
        value=text(2000),
        confirm=thing(CONFIRM),
        accessibility_label=text(75),
        visible_to_user_ids=many("U0ANA", 10),
    ),
    element(
        "image",
        page="image-element",
        within=lambda payload: {"type": "context", "elements": [payload]},
        given={"image_url": "https://example.com/a.png"},
        image_url=text(3000, like="https://example.com/a.png"),
        slack_file=thing(FILE),
        alt_text=text(2000, least=1).needed,
        instead={"slack_file": "image_url"},
    ),
]

CHOSEN: Final = [
    element(
        "checkboxes",
        page="checkboxes-element",
        clashes=({"initial_options": [OTHER]},),
        action_id=ID,
        options=many(OPTION, 10, least=1).needed,
        initial_options=many(OPTION, 1, least=1),
        confirm=thing(CONFIRM),
        focus_on_load=flag(),
    ),
    element(
        "radio_buttons",
        page="radio-button-group-element",
        clashes=({"initial_option": OTHER},),
        action_id=ID,
        options=many(OPTION, 10, least=1).needed,
        initial_option=thing({**OPTION, "value": "v0"}),
        confirm=thing(CONFIRM),
        focus_on_load=flag(),
    ),
    element(
        "static_select",
        page="select-menu-element",
        given={"options": [OPTION]},
        clashes=({"initial_option": OTHER}, {"option_groups": [GROUP], "options": [OPTION]}),
        together=({"initial_option": OPTION, "option_groups": [GROUP]},),
        options=many(OPTION, 100, least=1).needed,
        option_groups=many(GROUP, 100, least=1),
        initial_option=thing(OPTION),
        instead={"option_groups": "options"},
        **SELECT,
    ),
    element(
        "multi_static_select",
        page="multi-select-menu-element",
        within=in_input,
        given={"options": [{**OPTION, "value": "v0"}]},
        clashes=({"initial_options": [OTHER]}, {"option_groups": [GROUP], "options": [OPTION]}),
        together=({"initial_options": [OPTION], "option_groups": [GROUP]},),
        options=many(OPTION, 100, least=1).needed,
        option_groups=many(GROUP, 100, least=1),
        initial_options=many(OPTION, least=1),
        instead={"option_groups": "options"},
        **SEVERAL,
    ),
    element(
        "external_select",
        page="select-menu-element",
        initial_option=thing(OPTION),
        min_query_length=whole(0),
        **SELECT,
    ),
    element(
        "multi_external_select",
        page="multi-select-menu-element",
        within=in_input,
        initial_options=many(OPTION, least=1),
        min_query_length=whole(0),
        **SEVERAL,
    ),
    element("users_select", page="select-menu-element", initial_user=text(least=1), **SELECT),
    element(
        "multi_users_select",
        page="multi-select-menu-element",
        within=in_input,
        initial_users=many("U0ANA", least=1),
        **SEVERAL,
    ),
    element(
        "channels_select",
        page="select-menu-element",
        initial_channel=text(least=1),
        response_url_enabled=flag(),
        **SELECT,
    ),
    element(
        "multi_channels_select",
        page="multi-select-menu-element",
        within=in_input,
        initial_channels=many("C0DAILY", least=1),
        **SEVERAL,
    ),
    element(
        "conversations_select",
        page="select-menu-element",
        initial_conversation=text(least=1),
        default_to_current_conversation=flag(),
        response_url_enabled=flag(),
        filter=thing({"exclude_bot_users": True}),
        **SELECT,
    ),
    element(
        "multi_conversations_select",
        page="multi-select-menu-element",
        within=in_input,
        initial_conversations=many("C0DAILY", least=1),
        default_to_current_conversation=flag(),
        filter=thing({"exclude_bot_users": True}),
        **SEVERAL,
    ),
]

ELEMENTS: Final = [*CLICKED, *CHOSEN, *INPUTS]
