"""One way in for whatever people do, whether in the page or in a test."""

from __future__ import annotations

import dataclasses
from typing import Any

from mlpipe_sandbox.slack.client.actions import Actions
from mlpipe_sandbox.slack.client.answers import Answers
from mlpipe_sandbox.slack.client.commands import Typing
from mlpipe_sandbox.slack.client.outcome import DONE, Outcome
from mlpipe_sandbox.slack.client.submissions import Submissions
from mlpipe_sandbox.slack.delivery.dispatch import Dispatcher
from mlpipe_sandbox.slack.errors import SlackError, invalid_arguments
from mlpipe_sandbox.slack.state import State

STARTING = "starting"
"""Not Slack's: the sandbox is being set up, and the app is not there yet."""
_TO_THE_APP = frozenset({"command", "action", "submit", "shortcut"})


class Client:
    """Slack's client of every person at once: shows the workspace and takes what they do."""

    def __init__(self, state: State, dispatcher: Dispatcher) -> None:
        self._state = state
        self._dispatcher = dispatcher
        self.answers = Answers(state, dispatcher.socket_mode.lines)
        self._typing = Typing(state, dispatcher, self.answers)
        self._actions = Actions(state, dispatcher)
        self._submissions = Submissions(state, dispatcher)

    async def act(self, verb: str, body: dict[str, Any]) -> Outcome:
        """Do what a person does.

        Args:
            verb: "command", "message", "action", "submit", "close", "home", "join", "shortcut" or
                "dismiss".
            body: Who and what, as the page sends it.

        Raises:
            SlackError: there is no such person, channel or verb.
            KeyError: something is missing in `body`.
        """
        user = body["user"]
        self._state.person(user)
        if verb in _TO_THE_APP and self._is_starting:
            return Outcome(ok=False, error=STARTING)
        return await self._do(verb, user, body)

    async def _do(self, verb: str, user: str, body: dict[str, Any]) -> Outcome:
        match verb:
            case "command":
                return await self._typing.command(user, body["channel"], body["text"])
            case "message":
                return await self._typing.message(
                    user, body["channel"], body["text"], body.get("thread_ts")
                )
            case "action":
                return await self._action(user, body)
            case "submit":
                values = body.get("state", {}).get("values", {})
                return await self._submissions.submit(user, body["view_id"], values)
            case "close":
                return await self._submissions.close(user, body["view_id"])
            case "home":
                return await self._actions.open_home(user, body.get("tab", "home"))
            case "join":
                return self._join(user, body["channel"])
            case "shortcut":
                message = (body["channel"], body["message_ts"]) if "message_ts" in body else None
                return await self._actions.shortcut(user, body["callback_id"], message=message)
            case "dismiss":
                return self._dismiss(user, body["channel"], body["message_ts"])
            case _:
                raise SlackError("unknown_method", req_method=verb)

    def upload(self, user: str, name: str, content: bytes) -> dict[str, Any]:
        """Take a file that a person puts into a `file_input`; gives its file object.

        Raises:
            SlackError: `user_not_found`, or `invalid_arguments` without a name or a byte.
        """
        self._state.person(user)
        if not name or not content:
            raise invalid_arguments("must provide a file")
        files = self._state.files
        file = files.reserve(name=name, length=len(content), user=user, alt_text=None)
        files.receive(file.ticket, content)
        files.complete(file.id, title=name, created=self._state.now())
        # The client shows a form's file as sent only once Slack is done with it.
        files.finish(file)
        return files.shown(file)

    async def options(self, query: dict[str, str]) -> dict[str, Any]:
        """What the app offers in an external select."""
        if "view_id" in query:
            container = {"type": "view", "view_id": query["view_id"]}
        else:
            container = {
                "type": "message",
                "channel_id": query["channel"],
                "message_ts": query["message_ts"],
            }
        return await self._actions.options(
            query["user"],
            container=container,
            block_id=query["block_id"],
            action_id=query["action_id"],
            value=query.get("value", ""),
        )

    def overview(self, user: str) -> dict[str, Any]:
        """Everything about the workspace but its messages, as one person sees it.

        Without a user, as the first person.
        """
        state, workspace, app = self._state, self._state.workspace, self._state.app
        me = state.person(user or workspace.people[0].id)
        conversations = list(state.conversations.values())
        view = state.views.home(me.id)
        return {
            "workspace": {"id": workspace.id, "name": workspace.name},
            "app": {
                "id": app.id,
                "name": app.name,
                "bot_user_id": app.bot_user_id,
                "description": app.manifest.description,
                "home_tab_enabled": app.manifest.home_tab,
                "is_reachable": self._dispatcher.socket_mode.app_is_reachable,
            },
            "me": me.id,
            "people": [_shown_person(person) for person in state.people.values()],
            "channels": [
                {
                    "id": each.id,
                    "name": each.name,
                    "topic": each.topic,
                    "is_member": me.id in each.members,
                    "is_private": each.kind == "group",
                }
                for each in conversations
                if each.kind == "channel" or (each.kind == "group" and me.id in each.members)
            ],
            "dms": [
                {"id": each.id, "user": next(u for u in each.members if u != me.id)}
                for each in conversations
                if each.kind == "im" and me.id in each.members
            ],
            "commands": [dataclasses.asdict(command) for command in app.commands],
            "shortcuts": [dataclasses.asdict(each) for each in app.manifest.shortcuts],
            "user_groups": [
                {"id": each.id, "handle": each.handle} for each in workspace.user_groups
            ],
            "home": view,
            "views": state.views.stack(me.id),
            "progress": dataclasses.asdict(state.progress) if state.progress else None,
            "now": state.clock.now().isoformat(),
        }

    def messages(self, user: str, channel: str) -> list[dict[str, Any]]:
        """A conversation's messages as a person sees them, oldest first.

        Raises:
            SlackError: `channel_not_found`, also for a private one the person is not in.
        """
        conversation = self._state.conversation(channel)
        if conversation.kind != "channel" and user not in conversation.members:
            raise SlackError("channel_not_found")
        return [posted.shown() for posted in conversation.messages if posted.is_for(user)]

    @property
    def _is_starting(self) -> bool:
        progress = self._state.progress
        reachable = self._dispatcher.socket_mode.app_is_reachable
        return progress is not None and not progress.done and not reachable

    async def _action(self, user: str, body: dict[str, Any]) -> Outcome:
        values = body.get("state", {}).get("values", {})
        if "view_id" in body:
            return await self._actions.in_view(
                user, view_id=body["view_id"], action=body["action"], values=values
            )
        return await self._actions.in_message(
            user,
            channel=body["channel"],
            message_ts=body["message_ts"],
            action=body["action"],
            values=values,
        )

    def _dismiss(self, user: str, channel: str, message_ts: str) -> Outcome:
        """What only this person sees goes away; the app is not told."""
        posted = self._state.conversation(channel).find(message_ts)
        if posted is None or posted.only_for != user:
            raise SlackError("message_not_found")
        self._state.remove(posted)
        return DONE

    def _join(self, user: str, channel: str) -> Outcome:
        conversation = self._state.conversation(channel)
        if conversation.kind != "channel":
            raise SlackError("channel_not_found")
        if user not in conversation.members:
            self._state.join(conversation, user)
            self._state.feed.publish({"type": "state"})
            self._tell_joined(user, channel)
        return DONE

    def _tell_joined(self, user: str, channel: str) -> None:
        app, members = self._state.app, self._state.conversation(channel).members
        if app.manifest.hears("member_joined_channel") and app.bot_user_id in members:
            self._dispatcher.send_event(
                {
                    "type": "member_joined_channel",
                    "user": user,
                    "channel": channel,
                    "channel_type": "C",
                    "team": self._state.workspace.id,
                    "event_ts": self._state.new_ts(),
                }
            )


def _shown_person(person: Any) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "tz": person.tz,
    }
