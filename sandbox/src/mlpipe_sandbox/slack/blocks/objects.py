"""Composition objects: text, options, confirmations and their like.

Source: https://docs.slack.dev/reference/block-kit/composition-objects
"""

from __future__ import annotations

from collections.abc import Callable

from slackblocks import _limits as limits
from slackblocks.objects import (
    ConfirmationDialogue,
    ConversationFilter,
    DispatchActionConfiguration,
    InputParameter,
    Option,
    OptionGroup,
    SlackFile,
    SlackIcon,
    Text,
    TextType,
    Trigger,
    Workflow,
)

from mlpipe_sandbox.slack.blocks.node import Node

PLAIN = ("plain_text",)
EITHER = ("plain_text", "mrkdwn")
FLAGS = {"plain_text": ("emoji",), "mrkdwn": ("verbatim",)}


def text(
    *, most: int = limits.TEXT_MAX_LENGTH, plain: bool = True
) -> Callable[[Node], Text | None]:
    """A reader of a text object of 1 to `most` characters; with `plain`, of plain_text only."""

    def read(node: Node) -> Text | None:
        kind = node.choice("type", PLAIN if plain else EITHER, required=True)
        content = node.string("text", most=most, least=limits.TEXT_MIN_LENGTH, required=True)
        # emoji is of plain text only, verbatim of mrkdwn only.
        flags = {key: node.flag(key) for key in FLAGS.get(kind or "", ("emoji", "verbatim"))}
        if kind is None:
            return None
        return node.build(Text, text=content, type_=TextType(kind), **flags)

    return read


def option(*, plain: bool = True) -> Callable[[Node], Option | None]:
    """A reader of an option; those of checkboxes and radio buttons may hold mrkdwn."""

    def read(node: Node) -> Option | None:
        shown = node.child(
            "text", text(most=limits.OPTION_TEXT_MAX_LENGTH, plain=plain), required=True
        )
        return node.build(
            Option,
            text=shown,
            value=node.string("value", most=limits.OPTION_VALUE_MAX_LENGTH, required=True),
            description=node.child(
                "description", text(most=limits.OPTION_DESCRIPTION_MAX_LENGTH, plain=plain)
            ),
            url=node.string("url", most=limits.OPTION_URL_MAX_LENGTH),
        )

    return read


def option_group(node: Node) -> OptionGroup | None:
    """A labelled group of options."""
    return node.build(
        OptionGroup,
        label=node.child("label", text(most=limits.OPTION_GROUP_LABEL_MAX_LENGTH), required=True),
        options=node.items(
            "options",
            option(),
            least=limits.OPTION_GROUP_OPTIONS_MIN_ITEMS,
            most=limits.OPTION_GROUP_OPTIONS_MAX_ITEMS,
            required=True,
        ),
    )


def confirmation(node: Node) -> ConfirmationDialogue | None:
    """The dialog that asks before an action is sent."""
    return node.build(
        ConfirmationDialogue,
        title=node.child("title", text(most=limits.CONFIRMATION_TITLE_MAX_LENGTH), required=True),
        text=node.child(
            "text", text(most=limits.CONFIRMATION_TEXT_MAX_LENGTH, plain=False), required=True
        ),
        confirm=node.child(
            "confirm", text(most=limits.CONFIRMATION_CONFIRM_MAX_LENGTH), required=True
        ),
        deny=node.child("deny", text(most=limits.CONFIRMATION_DENY_MAX_LENGTH), required=True),
        style=node.choice("style", ("primary", "danger")),
    )


def dispatch_configuration(node: Node) -> DispatchActionConfiguration | None:
    """When an input sends block_actions while one types."""
    triggers = node.strings("trigger_actions_on", least=1, most=2, required=True)
    return node.build(DispatchActionConfiguration, trigger_actions_on=triggers)


def conversation_filter(node: Node) -> ConversationFilter | None:
    """Which conversations a select offers."""
    return node.build(
        ConversationFilter,
        include=node.strings("include", least=1),
        exclude_external_shared_channels=node.flag("exclude_external_shared_channels"),
        exclude_bot_users=node.flag("exclude_bot_users"),
    )


def slack_file(node: Node) -> SlackFile | None:
    """A file of the workspace, by id or by address."""
    file_id, url = node.string("id"), node.string("url")
    if (file_id is None) == (url is None):
        node.fault("must provide one of: id, url")
        return None
    return node.build(
        lambda **given: SlackFile(given.get("url"), given.get("id")), id=file_id, url=url
    )


def slack_icon(node: Node) -> SlackIcon | None:
    """One of Slack's own icons."""
    node.choice("type", ("icon",), required=True)
    return node.build(SlackIcon, name=node.string("name", required=True))


def workflow(node: Node) -> Workflow | None:
    """The workflow that a workflow button starts."""
    return node.build(Workflow, trigger=node.child("trigger", _trigger, required=True))


def _trigger(node: Node) -> Trigger | None:
    url = node.string("url", required=True)
    parameters = node.items("customizable_input_parameters", _parameter)
    return node.build(
        lambda **given: Trigger(given["url"], given.get("parameters")),
        url=url,
        parameters=parameters,
    )


def _parameter(node: Node) -> InputParameter | None:
    return node.build(
        InputParameter,
        name=node.string("name", required=True),
        value=node.string("value", required=True),
    )
