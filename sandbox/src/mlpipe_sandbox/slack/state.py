"""The workspace while it lives: everything that the Web API, the page and the app change.

All of it belongs to the server's event loop; nothing here is called from another thread.
"""

from __future__ import annotations

import copy
import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mlpipe_sandbox.slack.archive import MEMORY, Archive
from mlpipe_sandbox.slack.conversations import Body, Conversation, Kind, Posted
from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.faults.book import FaultBook
from mlpipe_sandbox.slack.feed import Feed
from mlpipe_sandbox.slack.files import Files
from mlpipe_sandbox.slack.limits import Limits
from mlpipe_sandbox.slack.triggers import ResponseUrls, Triggers
from mlpipe_sandbox.slack.views import Views
from mlpipe_sandbox.slack.workspace import Person, Workspace

SLACKBOT = "USLACKBOT"
"""Slack's own bot, which tells people what went wrong."""


class TellsTime(Protocol):
    """The sandbox's clock: what the server asks of `mlpipe_sandbox.clock.Clock`."""

    def now(self) -> dt.datetime:
        """The time that the workspace shows."""

    def move_to(self, moment: dt.datetime, /) -> Any:
        """Set it."""

    def advance(self, delta: dt.timedelta, /) -> Any:
        """Move it forward."""


@dataclass(frozen=True)
class ApiCall:
    """One call of the Web API, as Slack was told it and as it answered."""

    method: str
    arguments: dict[str, Any]
    response: dict[str, Any]

    @property
    def ok(self) -> bool:
        """Whether it was accepted."""
        return bool(self.response.get("ok"))


@dataclass
class Progress:
    """How far the bringing-up of the sandbox is, as the page shows it."""

    text: str
    done: bool


class State:
    """The workspace's people, conversations, views, files and open promises."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        clock: TellsTime,
        limits: Limits,
        base_url: Callable[[], str],
        elapsed: Callable[[], float] = time.monotonic,
        archive: Path = MEMORY,
    ) -> None:
        self.workspace = workspace
        self.app = workspace.app
        self.request_url = workspace.app.request_url
        self.clock = clock
        self.limits = limits
        self.faults = FaultBook(enforce_rates=limits.enforce_rates)
        self.elapsed = elapsed
        self.base_url = base_url
        self.feed = Feed()
        self.people: dict[str, Person] = {person.id: person for person in workspace.people}
        self.conversations: dict[str, Conversation] = {}
        self.views = Views(workspace)
        self.archive = Archive(archive, base_url=base_url())
        self.files = Files(base_url, self.archive.keep_file)
        self.triggers = Triggers(limits, elapsed)
        self.response_urls = ResponseUrls(limits, elapsed, base_url)
        self.calls: list[ApiCall] = []
        self.tickets: set[str] = set()
        """Addresses of Socket Mode that were handed out and not yet connected to."""
        self.progress: Progress | None = None
        self._last_micros = 0
        for channel in workspace.channels:
            kind: Kind = "group" if channel.is_private else "channel"
            self._add(channel.id, kind, channel.name, channel.topic, list(channel.members))
        self._restore()
        for person in workspace.people:
            self.direct(person.id, self.app.bot_user_id)

    def new_ts(self) -> str:
        """A timestamp of the workspace's time that no other message has."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_micros = max(now, self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def now(self) -> int:
        """The workspace's time in whole seconds since 1970."""
        return int(self.clock.now().timestamp())

    def person(self, user: str) -> Person:
        """A person by id.

        Raises:
            SlackError: `user_not_found`.
        """
        if user not in self.people:
            raise SlackError("user_not_found")
        return self.people[user]

    def conversation(self, channel: str) -> Conversation:
        """A channel or direct conversation by id.

        Raises:
            SlackError: `channel_not_found`.
        """
        if channel not in self.conversations:
            raise SlackError("channel_not_found")
        return self.conversations[channel]

    def direct(self, *users: str) -> Conversation:
        """The direct conversation between two users, opened if need be."""
        for conversation in self.conversations.values():
            if conversation.kind == "im" and set(conversation.members) == set(users):
                return conversation
        count = sum(each.kind == "im" for each in self.conversations.values())
        conversation = self._add(f"D{count + 1:09d}", "im", "", "", list(users))
        self.archive.keep_conversation(conversation)
        return conversation

    def join(self, conversation: Conversation, user: str) -> None:
        """Make somebody a member."""
        conversation.members.append(user)
        self.archive.keep_conversation(conversation)

    def post(self, channel: str, body: Body, *, only_for: str | None = None) -> Posted:
        """Add a message to a conversation and tell the pages."""
        conversation = self.conversation(channel)
        ts = self.new_ts()
        posted = Posted(channel, {"type": "message", **body, "ts": ts}, only_for)
        conversation.add(posted)
        self.announce("message", posted)
        parent = conversation.find(str(posted.thread_ts)) if posted.is_reply else None
        if parent is not None and only_for is None:
            self.announce("message_changed", parent)
        return posted

    def remove(self, posted: Posted) -> None:
        """Take a message away and tell the pages."""
        conversation = self.conversation(posted.channel)
        conversation.remove(posted)
        self.announce("message_deleted", posted)
        parent = conversation.find(str(posted.thread_ts)) if posted.is_reply else None
        if parent is not None and posted.only_for is None:
            self.announce("message_changed", parent)

    def announce(self, kind: str, posted: Posted) -> None:
        """Keep what happened to a message, and tell the pages of those who can see it."""
        if kind == "message_deleted":
            self.archive.drop_message(posted)
        else:
            self.archive.keep_message(posted)
        members = set(self.conversations[posted.channel].members)
        audience = members if posted.only_for is None else {posted.only_for}
        event = {"type": kind, "channel": posted.channel, "message": posted.shown()}
        self.feed.publish(event, audience=audience)

    def announce_view(self, user: str, view: dict[str, Any]) -> None:
        """Tell a person's pages about a view that opened or changed."""
        if view["type"] == "home":
            self.archive.keep_home(user, view)
            self.feed.publish({"type": "home", "view": copy.deepcopy(view)}, audience={user})
            return
        stack = [each["id"] for each in self.views.stack(user)]
        event = {"type": "view", "view": copy.deepcopy(view), "stack": stack}
        self.feed.publish(event, audience={user})

    def tell(self, user: str, channel: str, text: str) -> Posted:
        """What Slackbot says to one person in a channel."""
        body = {"user": SLACKBOT, "username": "Slackbot", "text": text, "team": self.workspace.id}
        return self.post(channel, body, only_for=user)

    def record(self, call: ApiCall) -> None:
        """Keep what the app told Slack."""
        self.calls.append(call)
        self.feed.touch()

    def _restore(self) -> None:
        """Go on from what the archive has of an earlier run."""
        for conversation in self.archive.conversations():
            self.conversations[conversation.id] = conversation
        for posted in self.archive.messages():
            self.conversation(posted.channel).messages.append(posted)
            self._last_micros = int(posted.ts.replace(".", ""))
        for file in self.archive.files():
            self.files.restore(file)
        for user, view in self.archive.homes():
            self.views.restore_home(user, view)

    def _add(
        self, channel: str, kind: Kind, name: str, topic: str, members: list[str]
    ) -> Conversation:
        conversation = Conversation(channel, kind, name, topic, self.now(), members)
        self.conversations[channel] = conversation
        return conversation
