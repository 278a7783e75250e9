"""Modals that people submit and close, and what the app answers."""

from __future__ import annotations

import copy
from typing import Any

from mlpipe_sandbox.slack.blocks import check_view
from mlpipe_sandbox.slack.client import fields, payloads
from mlpipe_sandbox.slack.client.outcome import DONE, TROUBLE, Outcome
from mlpipe_sandbox.slack.delivery.dispatch import Dispatcher
from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.triggers import ResponsePlace

GONE = "That view is no longer open."


class Submissions:
    """Takes submissions to the app, and its answers back to the person's modals."""

    def __init__(self, state: State, dispatcher: Dispatcher) -> None:
        self._state = state
        self._dispatcher = dispatcher

    async def submit(self, user: str, view_id: str, values: fields.Values) -> Outcome:
        """A person submits the view on top."""
        stack = self._state.views.stack(user)
        if not stack or stack[-1]["id"] != view_id:
            return Outcome(ok=False, error=GONE, detail="view_not_found")
        view = stack[-1]
        if view["submit"] is None:
            return Outcome(ok=False, error=GONE, detail="the view has no submit button")
        state = fields.complete(view["blocks"], view["state"]["values"], values)
        wrong = fields.faults(view["blocks"], state)
        if wrong:
            return Outcome(ok=False, errors=wrong)
        view["state"] = {"values": state}
        payload = payloads.interaction(self._state, "view_submission", user=user, view=view_id)
        payload |= {"view": copy.deepcopy(view), "response_urls": self._response_urls(user, view)}
        reply = await self._dispatcher.deliver("interactive", payload, accepts_response=True)
        if reply.error is not None:
            return Outcome(ok=False, error=TROUBLE, detail=reply.error)
        return self._answered(user, view_id, reply.body)

    async def close(self, user: str, view_id: str) -> Outcome:
        """A person closes a view, or all of them where it says so."""
        views = self._state.views
        view = next((each for each in views.stack(user) if each["id"] == view_id), None)
        if view is None:
            return Outcome(ok=False, error=GONE, detail="view_not_found")
        cleared = bool(view["clear_on_close"])
        closed = views.clear(user) if cleared else [view]
        if not cleared:
            views.close(user, view_id)
        for each in closed:
            self._announce_closed(user, each["id"])
        for each in closed:
            if each["notify_on_close"]:
                payload = payloads.view_closed(
                    self._state, user=user, view=copy.deepcopy(each), cleared=cleared
                )
                await self._dispatcher.deliver("interactive", payload)
        return DONE

    def _response_urls(self, user: str, view: dict[str, Any]) -> list[dict[str, str]]:
        """An address for each channel chosen in a menu that asked for one.

        Source: https://docs.slack.dev/surfaces/modals#response_url_enabled
        """
        made = []
        for block_id, element in fields.elements(view["blocks"]):
            state = view["state"]["values"].get(block_id, {}).get(element["action_id"], {})
            key = fields.KEY_OF_TYPE.get(element["type"], "")
            channel = state.get(key)
            if element.get("response_url_enabled") and channel in self._state.conversations:
                place = ResponsePlace(user=user, channel=channel)
                address = self._state.response_urls.issue(place, "actions")
                where = {"block_id": block_id, "action_id": element["action_id"]}
                made.append({**where, "channel_id": channel, "response_url": address})
        return made

    def _answered(self, user: str, view_id: str, body: dict[str, Any]) -> Outcome:
        action = body.get("response_action")
        try:
            match action:
                case None if not body:
                    self._closed_by_submission(user, view_id)
                case "clear":
                    for view in self._state.views.clear(user):
                        self._announce_closed(user, view["id"])
                case "errors":
                    return self._errors(view_id, body.get("errors"))
                case "update":
                    made = self._state.views.update(view_id, self._checked(body))
                    self._state.announce_view(user, made)
                case "push":
                    made = self._state.views.push(user, self._checked(body))
                    self._state.announce_view(user, made)
                case _:
                    return _trouble(f"no such response_action: {action}")
        except SlackError as error:
            return _trouble(str(error.body()))
        return DONE

    def _errors(self, view_id: str, errors: object) -> Outcome:
        found = self._state.views.find(view_id)
        blocks = found[1]["blocks"] if found else []
        inputs = {each["block_id"] for each in blocks if each["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
            return _trouble(f"errors name no input block of the view: {errors}")
        return Outcome(ok=False, errors={key: str(text) for key, text in errors.items()})

    def _checked(self, body: dict[str, Any]) -> dict[str, Any]:
        return check_view(body.get("view"), kind="modal", is_image=self._state.files.is_image)

    def _closed_by_submission(self, user: str, view_id: str) -> None:
        self._state.views.close(user, view_id)
        self._announce_closed(user, view_id)

    def _announce_closed(self, user: str, view_id: str) -> None:
        self._state.feed.publish({"type": "view_closed", "view_id": view_id}, audience={user})


def _trouble(detail: str) -> Outcome:
    return Outcome(ok=False, error=TROUBLE, detail=detail)
