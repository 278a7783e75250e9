"""chat.*: what the app writes."""

from __future__ import annotations

from typing import Any

from mlpipe_sandbox.slack.blocks import check_message_blocks, check_metadata
from mlpipe_sandbox.slack.conversations import Body, Conversation
from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.limits import MessageLimits
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.web.access import known, message_in, need_scope, writable
from mlpipe_sandbox.slack.web.call import Call


def post_message(state: State, call: Call) -> dict[str, Any]:
    """chat.postMessage."""
    conversation = writable(state, call.required("channel"), to_public=True)
    body = authored(state) | read_content(state, call, most=MessageLimits.TEXT)
    body |= _appearance(state, call)
    thread_ts = call.text("thread_ts")
    if thread_ts is not None:
        body |= thread_of(conversation, thread_ts)
        if call.flag("reply_broadcast"):
            body["subtype"] = "thread_broadcast"
    posted = state.post(conversation.id, body)
    return {"channel": conversation.id, "ts": posted.ts, "message": posted.shown()}


def post_ephemeral(state: State, call: Call) -> dict[str, Any]:
    """chat.postEphemeral."""
    conversation = writable(state, call.required("channel"))
    user = call.required("user")
    state.person(user)
    if user not in conversation.members:
        raise SlackError("user_not_in_channel")
    body = authored(state) | read_content(state, call, most=MessageLimits.TEXT)
    thread_ts = call.text("thread_ts")
    if thread_ts is not None:
        body |= thread_of(conversation, thread_ts)
    posted = state.post(conversation.id, body, only_for=user)
    return {"message_ts": posted.ts}


def update(state: State, call: Call) -> dict[str, Any]:
    """chat.update."""
    conversation = known(state, call.required("channel"))
    posted = message_in(conversation, call.required("ts"))
    if posted.body.get("bot_id") != state.app.bot_id:
        raise SlackError("cant_update_message")
    revise(state, posted.body, read_content(state, call, most=MessageLimits.UPDATED_TEXT))
    state.announce("message_changed", posted)
    return {
        "channel": conversation.id,
        "ts": posted.ts,
        "text": posted.body.get("text", ""),
        "message": posted.shown(),
    }


def delete(state: State, call: Call) -> dict[str, Any]:
    """chat.delete."""
    conversation = known(state, call.required("channel"))
    posted = message_in(conversation, call.required("ts"))
    if posted.body.get("bot_id") != state.app.bot_id:
        raise SlackError("cant_delete_message")
    state.remove(posted)
    return {"channel": conversation.id, "ts": posted.ts}


def authored(state: State) -> Body:
    """The fields that say that the app's bot wrote a message."""
    app = state.app
    return {
        "user": app.bot_user_id,
        "bot_id": app.bot_id,
        "app_id": app.id,
        "team": state.workspace.id,
        "bot_profile": {
            "id": app.bot_id,
            "app_id": app.id,
            "name": app.name,
            "deleted": False,
            "updated": 0,
            "team_id": state.workspace.id,
        },
    }


def read_content(state: State, call: Call, *, most: int) -> Body:
    """Text, blocks, attachments and metadata of a message, checked.

    Raises:
        SlackError: `no_text`, `msg_too_long`, `invalid_blocks` and their like.
    """
    text = call.text("text")
    if text is not None and len(text) > most:
        raise SlackError("msg_too_long")
    body: Body = {} if text is None else {"text": text}
    blocks = call.decoded("blocks", wrong=SlackError("invalid_blocks_format"))
    if blocks is not None:
        body["blocks"] = check_message_blocks(blocks, is_image=state.files.is_image)
    attachments = call.decoded("attachments", wrong=SlackError("invalid_attachments"))
    if attachments is not None:
        body["attachments"] = _check_attachments(state, attachments)
    if not text and not body.get("blocks") and not body.get("attachments"):
        raise SlackError("no_text")
    metadata = call.decoded("metadata", wrong=SlackError("invalid_metadata_format"))
    if metadata is not None:
        body["metadata"] = check_metadata(metadata) if metadata else {}
    return body


def revise(state: State, body: Body, content: Body) -> None:
    """Change a message as chat.update does.

    Blocks stay only where no text came; a message that is shown by its text is marked edited.
    Source: https://docs.slack.dev/reference/methods/chat.update (`blocks`)
    """
    if "text" in content and "blocks" not in content:
        body.pop("blocks", None)
    body.update(content)
    if not body.get("blocks"):
        body.pop("blocks", None)
        body["edited"] = {"user": state.app.bot_user_id, "ts": state.new_ts()}
    for key in ("attachments", "metadata"):
        if key in content and not content[key]:
            body.pop(key)


def thread_of(conversation: Conversation, ts: str) -> Body:
    """The fields of a reply to a message, or to the thread that it is in.

    Raises:
        SlackError: `invalid_thread_ts` if there is no such message.
    """
    parent = conversation.find(ts)
    if parent is None:
        raise SlackError("invalid_thread_ts")
    if parent.is_reply:
        parent = conversation.find(str(parent.thread_ts)) or parent
    return {"thread_ts": parent.ts, "parent_user_id": parent.body.get("user", "")}


def _appearance(state: State, call: Call) -> Body:
    username = call.text("username")
    emoji, url = call.text("icon_emoji"), call.text("icon_url")
    if username is None and emoji is None and url is None:
        return {}
    need_scope(state, "chat:write.customize")
    icons = {key: value for key, value in (("emoji", emoji), ("image_48", url)) if value}
    return {"username": username or state.app.name, "icons": icons, "subtype": "bot_message"}


def _check_attachments(state: State, attachments: object) -> list[dict[str, Any]]:
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > MessageLimits.ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        if attachment.get("blocks"):
            attachment["blocks"] = check_message_blocks(
                attachment["blocks"], is_image=state.files.is_image
            )
    return attachments
