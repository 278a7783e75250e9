"""conversations.*: channels and direct conversations."""

from __future__ import annotations

from typing import Any

from mlpipe_sandbox.slack.conversations import Conversation
from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.scopes import READ_BY_KIND
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.web.access import known, need_scope, visible
from mlpipe_sandbox.slack.web.call import Call
from mlpipe_sandbox.slack.web.messages import cursor_start, next_cursor

PAGE, LONGEST_PAGE = 100, 1000
KIND_OF_TYPE = {"public_channel": "channel", "private_channel": "group", "im": "im"}


def info(state: State, call: Call) -> dict[str, Any]:
    """conversations.info."""
    conversation = visible(state, call.required("channel"))
    shown = shown_conversation(state, conversation)
    if call.flag("include_num_members"):
        shown["num_members"] = len(conversation.members)
    return {"channel": shown}


def list_(state: State, call: Call) -> dict[str, Any]:
    """conversations.list."""
    types = (call.text("types") or "public_channel").split(",")
    kinds = []
    for name in types:
        if name.strip() not in (*KIND_OF_TYPE, "mpim"):
            raise SlackError("invalid_types")
        kind = KIND_OF_TYPE.get(name.strip())
        if kind is not None:
            need_scope(state, READ_BY_KIND[kind])
            kinds.append(kind)
    bot = state.app.bot_user_id
    found = [
        conversation
        for conversation in state.conversations.values()
        if conversation.kind in kinds
        and (conversation.kind == "channel" or bot in conversation.members)
    ]
    size = call.number("limit", default=PAGE, least=1, most=LONGEST_PAGE)
    page, cursor = next_cursor(found, cursor_start(call), size)
    return {
        "channels": [shown_conversation(state, each) for each in page],
        "response_metadata": {"next_cursor": cursor},
    }


def members(state: State, call: Call) -> dict[str, Any]:
    """conversations.members."""
    conversation = visible(state, call.required("channel"))
    size = call.number("limit", default=PAGE, least=1, most=LONGEST_PAGE)
    page, cursor = next_cursor(conversation.members, cursor_start(call), size)
    return {"members": list(page), "response_metadata": {"next_cursor": cursor}}


def open_(state: State, call: Call) -> dict[str, Any]:
    """conversations.open, of a direct conversation with one person."""
    channel = call.text("channel")
    if channel is not None:
        return {"channel": {"id": visible(state, channel).id}}
    users = call.text("users")
    if users is None:
        raise SlackError("users_list_not_supplied")
    if "," in users:
        raise SlackError("mpim_not_supported_by_the_sandbox")
    if users == state.app.bot_user_id:
        raise SlackError("cannot_dm_bot")
    state.person(users)
    conversation = state.direct(users, state.app.bot_user_id)
    if call.flag("return_im"):
        return {"channel": shown_conversation(state, conversation)}
    return {"channel": {"id": conversation.id}}


def join(state: State, call: Call) -> dict[str, Any]:
    """conversations.join, of a public channel by the bot."""
    conversation = known(state, call.required("channel"))
    if conversation.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    bot = state.app.bot_user_id
    answer: dict[str, Any] = {"channel": shown_conversation(state, conversation)}
    if bot in conversation.members:
        answer |= {"warning": "already_in_channel"}
    else:
        state.join(conversation, bot)
        answer["channel"]["is_member"] = True
        state.feed.publish({"type": "state"})
    return answer


def shown_conversation(state: State, conversation: Conversation) -> dict[str, Any]:
    """The channel object of the Web API, as the bot sees it."""
    bot = state.app.bot_user_id
    base: dict[str, Any] = {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": False,
        "is_im": conversation.kind == "im",
        "context_team_id": state.workspace.id,
    }
    if conversation.kind == "im":
        other = next((each for each in conversation.members if each != bot), bot)
        return {**base, "user": other, "is_user_deleted": False, "is_open": True}
    return {
        **base,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": conversation.kind == "channel",
        "is_group": conversation.kind == "group",
        "is_mpim": False,
        "is_private": conversation.kind == "group",
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_member": bot in conversation.members,
        "creator": conversation.members[0] if conversation.members else "",
        "topic": {"value": conversation.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(conversation.members),
    }
