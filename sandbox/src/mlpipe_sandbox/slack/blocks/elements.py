"""Elements: what people click, choose and fill in, and images.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slackblocks import _limits as limits
from slackblocks import elements as made

from mlpipe_sandbox.slack.blocks import objects
from mlpipe_sandbox.slack.blocks.inputs import INPUTS
from mlpipe_sandbox.slack.blocks.node import Node
from mlpipe_sandbox.slack.blocks.selects import SELECTS

Reader = Callable[[Node], Any]


def action_id(node: Node) -> str | None:
    """The id by which a listener knows the element; Slack makes one up where it is absent."""
    return node.string("action_id", most=limits.ACTION_ID_MAX_LENGTH, least=1)


def button(node: Node) -> made.Button | None:
    """A button, or a link that looks like one."""
    return node.build(
        made.Button,
        text=node.child("text", objects.text(most=limits.BUTTON_TEXT_MAX_LENGTH), required=True),
        action_id=action_id(node),
        url=node.string("url", most=limits.BUTTON_URL_MAX_LENGTH),
        value=node.string("value", most=limits.BUTTON_VALUE_MAX_LENGTH),
        style=node.choice("style", ("primary", "danger")),
        confirm=node.child("confirm", objects.confirmation),
        accessibility_label=node.string(
            "accessibility_label", most=limits.BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH
        ),
        agent_prompt=node.string("agent_prompt", most=limits.BUTTON_AGENT_PROMPT_MAX_LENGTH),
        agent_prompt_display=node.string("agent_prompt_display"),
    )


def image(node: Node) -> made.Image | None:
    """A small picture beside text."""
    if node.kind(("image",)) is None:
        return None
    image_url = node.string("image_url", most=limits.IMAGE_ELEMENT_IMAGE_URL_MAX_LENGTH)
    file = node.child("slack_file", objects.slack_file)
    if node.has("image_url") == node.has("slack_file"):
        node.fault("must provide one of: image_url, slack_file")
    return node.build(
        made.Image,
        alt_text=node.string(
            "alt_text", most=limits.IMAGE_ELEMENT_ALT_TEXT_MAX_LENGTH, least=1, required=True
        ),
        image_url=image_url,
        slack_file=file,
    )


def url_source(node: Node) -> made.URLSource | None:
    """A link below a task card."""
    return node.build(
        made.URLSource,
        url=node.string("url", least=1, required=True),
        text=node.string("text", least=1, required=True),
    )


def _workflow_button(node: Node) -> made.WorkflowButton | None:
    return node.build(
        made.WorkflowButton,
        text=node.child(
            "text", objects.text(most=limits.WORKFLOW_BUTTON_TEXT_MAX_LENGTH), required=True
        ),
        action_id=action_id(node),
        workflow=node.child("workflow", objects.workflow, required=True),
        style=node.choice("style", ("primary", "danger")),
        confirm=node.child("confirm", objects.confirmation),
        accessibility_label=node.string(
            "accessibility_label", most=limits.WORKFLOW_BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH
        ),
    )


def _overflow(node: Node) -> Any:
    options = node.items(
        "options",
        objects.option(),
        least=limits.OVERFLOW_OPTIONS_MIN_ITEMS,
        most=limits.OVERFLOW_OPTIONS_MAX_ITEMS,
        required=True,
    )
    return _with_action_id(
        node,
        made.OverflowMenu,
        options=options,
        confirm=node.child("confirm", objects.confirmation),
    )


def _checkboxes(node: Node) -> Any:
    options = node.items(
        "options",
        objects.option(plain=False),
        least=limits.CHECKBOXES_OPTIONS_MIN_ITEMS,
        most=limits.CHECKBOXES_OPTIONS_MAX_ITEMS,
        required=True,
    )
    initial = node.items("initial_options", objects.option(plain=False), least=1)
    for place, option in enumerate(initial or []):
        if options is not None and option not in options:
            node.fault("must be one of the provided options", "initial_options", place)
    return _with_action_id(
        node,
        made.CheckboxGroup,
        options=options,
        initial_options=initial,
        confirm=node.child("confirm", objects.confirmation),
        focus_on_load=node.flag("focus_on_load"),
    )


def _radio_buttons(node: Node) -> Any:
    return _with_action_id(
        node,
        made.RadioButtonGroup,
        options=node.items(
            "options",
            objects.option(plain=False),
            least=limits.RADIO_BUTTONS_OPTIONS_MIN_ITEMS,
            most=limits.RADIO_BUTTONS_OPTIONS_MAX_ITEMS,
            required=True,
        ),
        initial_option=node.child("initial_option", objects.option(plain=False)),
        confirm=node.child("confirm", objects.confirmation),
        focus_on_load=node.flag("focus_on_load"),
    )


def _feedback_buttons(node: Node) -> made.FeedbackButtons | None:
    return node.build(
        made.FeedbackButtons,
        positive_button=node.child("positive_button", _feedback_button, required=True),
        negative_button=node.child("negative_button", _feedback_button, required=True),
        action_id=action_id(node),
    )


def _feedback_button(node: Node) -> made.FeedbackButton | None:
    text = objects.text(most=limits.FEEDBACK_BUTTON_TEXT_MAX_LENGTH)
    return node.build(
        made.FeedbackButton,
        text=node.child("text", text, required=True),
        value=node.string("value", most=limits.FEEDBACK_BUTTON_VALUE_MAX_LENGTH, required=True),
        accessibility_label=node.string(
            "accessibility_label", most=limits.FEEDBACK_BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH
        ),
    )


def _icon_button(node: Node) -> made.IconButton | None:
    return node.build(
        made.IconButton,
        text=node.child("text", objects.text(), required=True),
        icon=node.choice("icon", ("trash",), required=True),
        action_id=action_id(node),
        value=node.string("value", most=limits.ICON_BUTTON_VALUE_MAX_LENGTH),
        confirm=node.child("confirm", objects.confirmation),
        accessibility_label=node.string(
            "accessibility_label", most=limits.ICON_BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH
        ),
        visible_to_user_ids=node.strings(
            "visible_to_user_ids", most=limits.ICON_BUTTON_VISIBLE_TO_USER_IDS_MAX_ITEMS
        ),
    )


def _with_action_id(node: Node, make: Callable[..., Any], **arguments: object) -> Any:
    # These constructors ask for an action_id even where it is None, which `build` leaves out.
    given = action_id(node)
    return node.build(lambda **rest: make(given, **rest), **arguments)


ELEMENTS: dict[str, Reader] = {
    "button": button,
    "checkboxes": _checkboxes,
    "feedback_buttons": _feedback_buttons,
    "icon_button": _icon_button,
    "image": image,
    "overflow": _overflow,
    "radio_buttons": _radio_buttons,
    "workflow_button": _workflow_button,
    **SELECTS,
    **INPUTS,
}
"""Type → its reader."""


def element(*types: str) -> Reader:
    """A reader of an element that must be of one of `types`."""

    def read(node: Node) -> Any:
        kind = node.kind(types)
        return None if kind is None else ELEMENTS[kind](node)

    return read
