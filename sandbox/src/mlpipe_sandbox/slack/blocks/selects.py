"""Select menus, of one and of several choices.

Source: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slackblocks import _limits as limits
from slackblocks import elements as made

from mlpipe_sandbox.slack.blocks import objects
from mlpipe_sandbox.slack.blocks.node import Node


def _common(node: Node, *, several: bool) -> dict[str, Any]:
    """The fields that all select menus have."""
    placeholder = objects.text(most=limits.SELECT_PLACEHOLDER_MAX_LENGTH)
    fields: dict[str, Any] = {
        "action_id": node.string("action_id", most=limits.ACTION_ID_MAX_LENGTH, least=1),
        "confirm": node.child("confirm", objects.confirmation),
        "placeholder": node.child("placeholder", placeholder),
        "focus_on_load": node.flag("focus_on_load"),
    }
    if several:
        fields["max_selected_items"] = node.integer("max_selected_items", least=1)
    return fields


def _static(*, several: bool) -> Callable[[Node], Any]:
    def read(node: Node) -> Any:
        options = node.items(
            "options",
            objects.option(),
            least=limits.SELECT_OPTIONS_MIN_ITEMS,
            most=limits.SELECT_OPTIONS_MAX_ITEMS,
        )
        groups = node.items(
            "option_groups",
            objects.option_group,
            least=limits.SELECT_OPTION_GROUPS_MIN_ITEMS,
            most=limits.SELECT_OPTION_GROUPS_MAX_ITEMS,
        )
        if node.has("options") == node.has("option_groups"):
            node.fault("must provide one of: options, option_groups")
        initial = _initial(node, several=several)
        offered = [
            *(options or []),
            *(each for group in groups or [] if group for each in group.options),
        ]
        for place, option in enumerate(initial):
            if offered and option not in offered:
                keys = ("initial_options", place) if several else ("initial_option",)
                node.fault("must be one of the provided options", *keys)
        common = _common(node, several=several)
        make = made.StaticMultiSelectMenu if several else made.StaticSelectMenu
        # The initial choice was compared above: with groups the library wants a group there,
        # where Slack wants an option of one.
        required: dict[str, Any] = {"action_id": None, "options": options} if several else {}
        return node.build(
            lambda **given: make(**{**required, **given}),
            options=options,
            option_groups=groups,
            **common,
        )

    return read


def _initial(node: Node, *, several: bool) -> list[Any]:
    if several:
        return node.items("initial_options", objects.option(), least=1) or []
    option = node.child("initial_option", objects.option())
    return [] if option is None else [option]


def _external(*, several: bool) -> Callable[[Node], Any]:
    def read(node: Node) -> Any:
        initial = _initial(node, several=several)
        chosen: dict[str, Any] = (
            {"initial_options": initial or None}
            if several
            else {"initial_option": initial[0] if initial else None}
        )
        common = _common(node, several=several)
        if several:
            del common["focus_on_load"]  # Slack takes it, the library does not
        return node.build(
            made.ExternalMultiSelectMenu if several else made.ExternalSelectMenu,
            min_query_length=node.integer("min_query_length", least=0),
            **chosen,
            **common,
        )

    return read


def _listed(make: Callable[..., Any], what: str, *, several: bool) -> Callable[[Node], Any]:
    """Menus that list users, channels or conversations."""

    def read(node: Node) -> Any:
        key = f"initial_{what}s" if several else f"initial_{what}"
        fields: dict[str, Any] = {
            key: node.strings(key, least=1) if several else node.string(key, least=1)
        }
        if what == "conversation":
            fields["filter"] = node.child("filter", objects.conversation_filter)
            default = "default_to_current_conversation"
            fields[default] = node.flag(default)
        if what != "user" and not several:
            fields["response_url_enabled"] = node.flag("response_url_enabled")
        return node.build(make, **fields, **_common(node, several=several))

    return read


SELECTS: dict[str, Callable[[Node], Any]] = {
    "static_select": _static(several=False),
    "multi_static_select": _static(several=True),
    "external_select": _external(several=False),
    "multi_external_select": _external(several=True),
    "users_select": _listed(made.UserSelectMenu, "user", several=False),
    "multi_users_select": _listed(made.UserMultiSelectMenu, "user", several=True),
    "channels_select": _listed(made.ChannelSelectMenu, "channel", several=False),
    "multi_channels_select": _listed(made.ChannelMultiSelectMenu, "channel", several=True),
    "conversations_select": _listed(made.ConversationSelectMenu, "conversation", several=False),
    "multi_conversations_select": _listed(
        made.ConversationMultiSelectMenu, "conversation", several=True
    ),
}
"""Type → its reader."""
