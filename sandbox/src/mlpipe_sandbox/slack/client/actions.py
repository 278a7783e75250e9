"""What people click and choose, in messages and in views; shortcuts and the home tab."""

from __future__ import annotations

import copy
from typing import Any

from mlpipe_sandbox.slack.client import fields, payloads
from mlpipe_sandbox.slack.client.outcome import DONE, TROUBLE, Outcome
from mlpipe_sandbox.slack.conversations import Posted
from mlpipe_sandbox.slack.delivery.dispatch import Dispatcher
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.triggers import ResponsePlace

_OF_ELEMENT = ("text", "value", "style", "url", "placeholder", "confirm")
"""Fields of an element that come back with a click on it."""

GONE = "That is no longer there."


class Actions:
    """Takes clicks and choices to the app."""

    def __init__(self, state: State, dispatcher: Dispatcher) -> None:
        self._state = state
        self._dispatcher = dispatcher

    async def in_message(
        self,
        user: str,
        *,
        channel: str,
        message_ts: str,
        action: dict[str, Any],
        values: fields.Values,
    ) -> Outcome:
        """A click or choice in a message."""
        posted = self._state.conversation(channel).find(message_ts)
        if posted is None or not posted.is_for(user):
            return Outcome(ok=False, error=GONE, detail="message_not_found")
        blocks = _blocks_of(posted)
        made = self._action(blocks, action)
        if made is None:
            return Outcome(ok=False, error=GONE, detail="no such element in the message")
        payload = payloads.interaction(self._state, "block_actions", user=user)
        payload |= self._of_message(user, posted)
        payload["state"] = {"values": fields.complete(blocks, values)}
        payload["actions"] = [made]
        return await self._send(payload)

    async def in_view(
        self, user: str, *, view_id: str, action: dict[str, Any], values: fields.Values
    ) -> Outcome:
        """A click or choice in a modal or in the home tab."""
        found = self._state.views.find(view_id)
        if found is None or found[0] != user:
            return Outcome(ok=False, error=GONE, detail="view_not_found")
        view = found[1]
        made = self._action(view["blocks"], action)
        if made is None:
            return Outcome(ok=False, error=GONE, detail="no such element in the view")
        state = fields.complete(view["blocks"], view["state"]["values"], values)
        view["state"] = {"values": state}
        payload = payloads.interaction(self._state, "block_actions", user=user, view=view_id)
        payload |= {
            "container": {"type": "view", "view_id": view_id},
            "view": copy.deepcopy(view),
            "actions": [made],
        }
        return await self._send(payload)

    async def shortcut(
        self, user: str, callback_id: str, *, message: tuple[str, str] | None = None
    ) -> Outcome:
        """A global shortcut, or with a message's channel and ts a message shortcut."""
        wanted = "global" if message is None else "message"
        known = {(each.callback_id, each.type) for each in self._state.app.manifest.shortcuts}
        if (callback_id, wanted) not in known:
            return Outcome(ok=False, error=GONE, detail="the manifest has no such shortcut")
        kind = "shortcut" if message is None else "message_action"
        payload = payloads.interaction(self._state, kind, user=user)
        payload |= {"callback_id": callback_id, "action_ts": self._state.new_ts()}
        if message is not None:
            posted = self._state.conversation(message[0]).find(message[1])
            if posted is None or posted.only_for is not None:
                return Outcome(ok=False, error=GONE, detail="message_not_found")
            of_message = self._of_message(user, posted)
            of_message.pop("container")
            payload |= {**of_message, "message_ts": posted.ts}
        return await self._send(payload)

    async def open_home(self, user: str, tab: str = "home") -> Outcome:
        """A person looks at the app's home or messages tab."""
        self._state.person(user)
        app = self._state.app
        if app.manifest.hears("app_home_opened"):
            event: dict[str, Any] = {
                "type": "app_home_opened",
                "user": user,
                "channel": self._state.direct(user, app.bot_user_id).id,
                "event_ts": self._state.new_ts(),
                "tab": tab,
            }
            view = self._state.views.home(user)
            if tab == "home" and view is not None:
                event["view"] = copy.deepcopy(view)
            self._dispatcher.send_event(event)
        return DONE

    async def options(
        self, user: str, *, container: dict[str, Any], block_id: str, action_id: str, value: str
    ) -> dict[str, Any]:
        """The options that the app offers in an external select while a person types."""
        payload = payloads.interaction(self._state, "block_suggestion", user=user)
        payload.pop("trigger_id")
        payload |= {"container": container, "block_id": block_id}
        payload |= {"action_id": action_id, "value": value}
        if container["type"] == "view":
            found = self._state.views.find(container["view_id"])
            payload["view"] = copy.deepcopy(found[1]) if found else None
        reply = await self._dispatcher.deliver("interactive", payload, accepts_response=True)
        return {key: reply.body[key] for key in ("options", "option_groups") if key in reply.body}

    async def _send(self, payload: dict[str, Any]) -> Outcome:
        if not self._state.app.manifest.interactive:
            return Outcome(ok=False, error=TROUBLE, detail="interactivity is off in the manifest")
        reply = await self._dispatcher.deliver("interactive", payload)
        return DONE if reply.acknowledged else Outcome(ok=False, error=TROUBLE, detail=reply.error)

    def _of_message(self, user: str, posted: Posted) -> dict[str, Any]:
        conversation = self._state.conversation(posted.channel)
        place = ResponsePlace(
            user=user,
            channel=posted.channel,
            thread_ts=posted.thread_ts,
            message_ts=posted.ts,
            is_ephemeral=posted.only_for is not None,
        )
        made: dict[str, Any] = {
            "container": payloads.message_container(posted),
            "channel": {"id": conversation.id, "name": payloads.channel_name(conversation)},
            "response_url": self._state.response_urls.issue(place, "actions"),
        }
        if posted.only_for is None:
            made["message"] = posted.shown()
        return made

    def _action(
        self, blocks: list[dict[str, Any]], action: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The action as Slack sends it; None if the blocks have no such element."""
        for block_id, element in fields.elements(blocks):
            if element["action_id"] != action.get("action_id"):
                continue
            if action.get("block_id") not in (None, block_id):
                continue
            chosen = {key: value for key, value in action.items() if value is not None}
            own = {key: element[key] for key in _OF_ELEMENT if key in element}
            if element["type"] in ("button", "icon_button"):
                # What a button carries is the app's, whatever the page says.
                chosen.pop("value", None)
            return {
                **chosen,
                **own,
                "type": element["type"],
                "action_id": element["action_id"],
                "block_id": block_id,
                "action_ts": self._state.new_ts(),
            }
        return None


def _blocks_of(posted: Posted) -> list[dict[str, Any]]:
    blocks = list(posted.body.get("blocks", []))
    for attachment in posted.body.get("attachments", []):
        blocks += attachment.get("blocks", [])
    return blocks
