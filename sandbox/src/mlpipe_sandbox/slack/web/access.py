"""What the app's bot may do in a conversation."""

from __future__ import annotations

from mlpipe_sandbox.slack.conversations import Conversation, Posted
from mlpipe_sandbox.slack.errors import SlackError, missing_scope
from mlpipe_sandbox.slack.scopes import HISTORY_BY_KIND, READ_BY_KIND
from mlpipe_sandbox.slack.state import State


def need_scope(state: State, scope: str) -> None:
    """Refuse with `missing_scope` unless the manifest asked for `scope`."""
    if scope not in state.app.scopes:
        raise missing_scope(scope, state.app.scopes)


def known(state: State, channel: str) -> Conversation:
    """A conversation that the bot may know of.

    Raises:
        SlackError: `channel_not_found`, also for private ones that it is not in.
    """
    conversation = state.conversation(channel)
    if conversation.kind != "channel" and state.app.bot_user_id not in conversation.members:
        raise SlackError("channel_not_found")
    return conversation


def visible(state: State, channel: str) -> Conversation:
    """A conversation that the bot can look at.

    Raises:
        SlackError: `channel_not_found` (private ones it is not in, too), `missing_scope`.
    """
    conversation = known(state, channel)
    need_scope(state, READ_BY_KIND[conversation.kind])
    return conversation


def readable(state: State, channel: str) -> Conversation:
    """A conversation whose messages the bot can read.

    Raises:
        SlackError: `channel_not_found`, `missing_scope`, `not_in_channel`.
    """
    conversation = known(state, channel)
    need_scope(state, HISTORY_BY_KIND[conversation.kind])
    if state.app.bot_user_id not in conversation.members:
        raise SlackError("not_in_channel")
    return conversation


def writable(state: State, channel: str, *, to_public: bool = False) -> Conversation:
    """A conversation that the bot can write to, by id, #name or the id of a person.

    Args:
        state: The workspace.
        channel: Where.
        to_public: Whether chat:write.public opens public channels that the bot is not in.

    Raises:
        SlackError: `channel_not_found`, `not_in_channel`.
    """
    if channel in state.people:
        return state.direct(channel, state.app.bot_user_id)
    conversation = known(state, _id_of(state, channel))
    if state.app.bot_user_id not in conversation.members:
        if to_public and "chat:write.public" in state.app.scopes:
            return conversation
        raise SlackError("not_in_channel")
    return conversation


def message_in(conversation: Conversation, ts: str) -> Posted:
    """A message that everybody in the conversation can see.

    Raises:
        SlackError: `message_not_found`.
    """
    posted = conversation.find(ts)
    if posted is None or posted.only_for is not None:
        raise SlackError("message_not_found")
    return posted


def _id_of(state: State, channel: str) -> str:
    name = channel.removeprefix("#")
    for conversation in state.conversations.values():
        if conversation.name == name and conversation.kind == "channel":
            return conversation.id
    return channel
