"""Views that the app has open: each person's stack of modals, and each person's home tab."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.limits import ViewLimits
from mlpipe_sandbox.slack.workspace import Workspace

View = dict[str, Any]
"""A view in Slack's own shape, as views.open returns it."""


class Views:
    """Opens, pushes, updates and closes views as Slack's client does."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        self._count = 0

    def stack(self, user: str) -> list[View]:
        """The modals that a person has open, the one on top last."""
        return self._stacks.setdefault(user, [])

    def home(self, user: str) -> View | None:
        """What the app published for a person's home tab."""
        return self._homes.get(user)

    def restore_home(self, user: str, view: View) -> None:
        """A home tab that was published in an earlier run."""
        self._homes[user] = view

    def find(self, view_id: str) -> tuple[str, View] | None:
        """The person who has a view open, and the view."""
        return next((found for found in self._open() if found[1]["id"] == view_id), None)

    def find_external(self, external_id: str) -> tuple[str, View] | None:
        """As `find`, by the id that the app gave the view."""
        return next(
            (found for found in self._open() if found[1]["external_id"] == external_id), None
        )

    def open(self, user: str, view: View) -> View:
        """Show a modal in place of whatever the person had open."""
        self._refuse_external_twice(view, except_id=None)
        made = self._new(view)
        made |= {"root_view_id": made["id"], "previous_view_id": None}
        self._stacks[user] = [made]
        return made

    def push(self, user: str, view: View) -> View:
        """Lay a modal on top of those that the person has open.

        Raises:
            SlackError: `not_found` if there is none, `push_limit_reached` above three.
        """
        stack = self.stack(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= ViewLimits.STACK:
            raise SlackError("push_limit_reached")
        self._refuse_external_twice(view, except_id=None)
        made = self._new(view)
        made |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        stack.append(made)
        return made

    def update(self, view_id: str, view: View, *, expected_hash: str | None = None) -> View:
        """Change an open view.

        Raises:
            SlackError: `not_found` if it is closed, `hash_conflict` if it changed meanwhile.
        """
        found = self.find(view_id)
        if found is None:
            raise SlackError("not_found")
        old = found[1]
        if expected_hash is not None and expected_hash != old["hash"]:
            raise SlackError("hash_conflict")
        self._refuse_external_twice(view, except_id=view_id)
        # What was filled in stays where the fields stay.
        kept = ("id", "root_view_id", "previous_view_id", "state")
        made = {**self._new(view), **{key: old[key] for key in kept}}
        old.clear()
        old.update(made)
        return old

    def publish(self, user: str, view: View, *, expected_hash: str | None = None) -> View:
        """Show a view in a person's home tab.

        Raises:
            SlackError: `hash_conflict` if the tab changed since the app read its hash.
        """
        old = self._homes.get(user)
        if expected_hash is not None and old is not None and expected_hash != old["hash"]:
            raise SlackError("hash_conflict")
        made = self._new(view)
        if old is not None:
            made["id"] = old["id"]
        made |= {"root_view_id": made["id"], "previous_view_id": None}
        self._homes[user] = made
        return made

    def close(self, user: str, view_id: str) -> View | None:
        """Take a view off a person's stack; the views on top of it go too."""
        stack = self.stack(user)
        for place, view in enumerate(stack):
            if view["id"] == view_id:
                del stack[place:]
                return view
        return None

    def clear(self, user: str) -> list[View]:
        """Close every modal of a person."""
        return self._stacks.pop(user, [])

    def _open(self) -> list[tuple[str, View]]:
        modals = [(user, view) for user, stack in self._stacks.items() for view in stack]
        return [*modals, *self._homes.items()]

    def _refuse_external_twice(self, view: View, *, except_id: str | None) -> None:
        external_id = view.get("external_id")
        found = self.find_external(external_id) if external_id else None
        if found is not None and found[1]["id"] != except_id:
            raise SlackError("duplicate_external_id")

    def _new(self, view: View) -> View:
        self._count += 1
        app, team = self._workspace.app, self._workspace.id
        return {
            # Not counted: an app may remember the views of an earlier run by their ids.
            "id": f"V{secrets.token_hex(5).upper()}",
            "team_id": team,
            "type": view["type"],
            "blocks": copy.deepcopy(view["blocks"]),
            "private_metadata": view.get("private_metadata", ""),
            "callback_id": view.get("callback_id", ""),
            "state": {"values": {}},
            "hash": f"{self._count}.{secrets.token_hex(4)}",
            "title": view.get("title"),
            "clear_on_close": view.get("clear_on_close", False),
            "notify_on_close": view.get("notify_on_close", False),
            "close": view.get("close"),
            "submit": view.get("submit"),
            "external_id": view.get("external_id", ""),
            "app_id": app.id,
            "app_installed_team_id": team,
            "bot_id": app.bot_id,
        }
