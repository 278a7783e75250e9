"""What the app reads of conversations, and its reactions."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import Any

from mlpipe_sandbox.slack.conversations import Body, Posted
from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.web.access import known, message_in, readable, writable
from mlpipe_sandbox.slack.web.call import Call

PAGE, LONGEST_PAGE = 100, 999


def history(state: State, call: Call) -> dict[str, Any]:
    """conversations.history: newest first."""
    conversation = readable(state, call.required("channel"))
    return _page(list(_within(conversation.history(), call)), call)


def replies(state: State, call: Call) -> dict[str, Any]:
    """conversations.replies: the thread's first message and its replies, oldest first."""
    conversation = readable(state, call.required("channel"))
    thread = conversation.thread(call.required("ts"))
    if not thread:
        raise SlackError("thread_not_found")
    return _page([thread[0], *_within(thread[1:], call)], call)


def get_permalink(state: State, call: Call) -> dict[str, Any]:
    """chat.getPermalink."""
    conversation = known(state, call.required("channel"))
    posted = message_in(conversation, call.required("message_ts"))
    link = f"{state.base_url()}/archives/{conversation.id}/p{posted.ts.replace('.', '')}"
    if posted.is_reply:
        link += f"?thread_ts={posted.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


def add_reaction(state: State, call: Call) -> dict[str, Any]:
    """reactions.add."""
    name = call.required("name").strip(":")
    conversation = writable(state, call.required("channel"))
    posted = message_in(conversation, call.required("timestamp"))
    reactions: list[dict[str, Any]] = posted.body.setdefault("reactions", [])
    reaction = next((each for each in reactions if each["name"] == name), None)
    if reaction is None:
        reaction = {"name": name, "users": [], "count": 0}
        reactions.append(reaction)
    if state.app.bot_user_id in reaction["users"]:
        raise SlackError("already_reacted")
    reaction["users"].append(state.app.bot_user_id)
    reaction["count"] += 1
    state.announce("message_changed", posted)
    return {}


def next_cursor(items: Sequence[Any], start: int, size: int) -> tuple[Sequence[Any], str]:
    """One page of a list, and the cursor of the next ("" after the last)."""
    end = start + size
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], cursor


def cursor_start(call: Call) -> int:
    """Where the page that a cursor names starts.

    Raises:
        SlackError: `invalid_cursor`.
    """
    cursor = call.text("cursor")
    if cursor is None:
        return 0
    try:
        word, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(start)
    except ValueError:
        pass
    raise SlackError("invalid_cursor")


def _within(messages: Iterable[Posted], call: Call) -> Iterable[Posted]:
    oldest, latest = _moment(call, "oldest"), _moment(call, "latest")
    inclusive = call.flag("inclusive")
    for posted in messages:
        ts = float(posted.ts)
        if oldest is not None and (ts < oldest or (ts == oldest and not inclusive)):
            continue
        if latest is not None and (ts > latest or (ts == latest and not inclusive)):
            continue
        yield posted


def _moment(call: Call, name: str) -> float | None:
    value = call.text(name)
    if value is None:
        return None
    try:
        return float(value)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _page(messages: list[Posted], call: Call) -> dict[str, Any]:
    size = call.number("limit", default=PAGE, least=1, most=LONGEST_PAGE)
    page, cursor = next_cursor(messages, cursor_start(call), size)
    with_metadata = call.flag("include_all_metadata")
    answer: dict[str, Any] = {
        "messages": [_shown(posted, with_metadata=with_metadata) for posted in page],
        "has_more": bool(cursor),
    }
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


def _shown(posted: Posted, *, with_metadata: bool) -> Body:
    body = posted.shown()
    if not with_metadata:
        body.pop("metadata", None)
    return body
