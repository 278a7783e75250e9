"""Channels and direct conversations with their messages, threads and ephemeral messages."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["channel", "group", "im"]
Body = dict[str, Any]
"""A message in Slack's own shape, as conversations.history returns it."""


@dataclass
class Posted:
    """One message where it was posted; `only_for` is the reader of an ephemeral one."""

    channel: str
    body: Body
    only_for: str | None = None

    @property
    def ts(self) -> str:
        """The message's id within its conversation."""
        return str(self.body["ts"])

    @property
    def thread_ts(self) -> str | None:
        """The ts of the thread's first message, where this is in a thread."""
        thread_ts: str | None = self.body.get("thread_ts")
        return thread_ts

    @property
    def is_reply(self) -> bool:
        """Whether this is in a thread and does not start it."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def is_for(self, user: str) -> bool:
        """Whether a member of the conversation can see it."""
        return self.only_for is None or self.only_for == user

    def shown(self) -> Body:
        """The body as a client gets it: a copy, with `is_ephemeral` where it is."""
        body = copy.deepcopy(self.body)
        if self.only_for is not None:
            body["is_ephemeral"] = True
        return body


@dataclass
class Conversation:
    """A public channel ("channel"), a private one ("group") or a direct conversation ("im")."""

    id: str
    kind: Kind
    name: str
    topic: str
    created: int
    members: list[str]
    messages: list[Posted] = field(default_factory=list)

    def find(self, ts: str) -> Posted | None:
        """The message with that ts, ephemeral ones included."""
        return next((posted for posted in reversed(self.messages) if posted.ts == ts), None)

    def add(self, posted: Posted) -> None:
        """Append a message and count it in its thread."""
        self.messages.append(posted)
        if posted.is_reply and posted.only_for is None:
            self._count_replies(str(posted.thread_ts))

    def remove(self, posted: Posted) -> None:
        """Take a message away."""
        self.messages.remove(posted)
        if posted.is_reply:
            self._count_replies(str(posted.thread_ts))

    def history(self) -> Iterator[Posted]:
        """What conversations.history shows, newest first: no replies unless broadcast."""
        for posted in reversed(self.messages):
            if posted.only_for is None and (
                not posted.is_reply or posted.body.get("subtype") == "thread_broadcast"
            ):
                yield posted

    def thread(self, ts: str) -> list[Posted]:
        """A message and the replies to it, oldest first."""
        return [
            posted
            for posted in self.messages
            if posted.only_for is None and ts in (posted.ts, posted.thread_ts)
        ]

    def _count_replies(self, thread_ts: str) -> None:
        parent = self.find(thread_ts)
        if parent is None:
            return
        replies = [
            posted
            for posted in self.messages
            if posted.is_reply and posted.thread_ts == thread_ts and posted.only_for is None
        ]
        if not replies:
            for key in ("thread_ts", "reply_count", "reply_users", "reply_users_count"):
                parent.body.pop(key, None)
            parent.body.pop("latest_reply", None)
            return
        users = list(dict.fromkeys(posted.body.get("user", "") for posted in replies))
        parent.body |= {
            "thread_ts": thread_ts,
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
        }
