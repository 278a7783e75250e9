"""A person at work in the workspace, for tests: what they do, and what they see."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol, TypeVar

from mlpipe_sandbox.slack.client import fields
from mlpipe_sandbox.slack.client.client import Client
from mlpipe_sandbox.slack.client.outcome import Outcome
from mlpipe_sandbox.slack.feed import PATIENCE_SECONDS
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.workspace import Person

T = TypeVar("T")
Message = dict[str, Any]
View = dict[str, Any]


class Running(Protocol):
    """What a participant needs of the sandbox."""

    def call(self, work: Coroutine[Any, Any, T], /) -> T:
        """Run on the server's loop."""

    def ask(self, question: Callable[[], T], /) -> T:
        """Read the workspace on the server's loop."""

    def wait_for(self, holds: Callable[[], T | None], timeout: float = PATIENCE_SECONDS) -> T:
        """Wait until `holds` gives something true."""


class Participant:
    """Does what the page does, through the same code. Every method waits for Slack's answer."""

    def __init__(self, person: Person, *, sandbox: Running, state: State, client: Client) -> None:
        self.id = person.id
        self.person = person
        self._sandbox = sandbox
        self._state = state
        self._client = client
        self._kept: dict[tuple[str, str], fields.Values] = {}
        """Message (channel, ts) → what this person has chosen in it."""

    def command(self, channel: str, text: str) -> Outcome:
        """Type a slash command in a conversation; returns once it is acknowledged, or is not."""
        return self._act("command", channel=channel, text=text)

    def message(self, channel: str, text: str, *, thread_ts: str | None = None) -> Outcome:
        """Write a message, or a reply in a thread."""
        return self._act("message", channel=channel, text=text, thread_ts=thread_ts)

    def click(
        self,
        place: Message | View,
        *,
        action_id: str,
        value: str | None = None,
        block_id: str | None = None,
    ) -> Outcome:
        """Press a button of a message or a view; `value` and `block_id` tell equal ones apart.

        Raises:
            LookupError: there is no such button.
        """
        found = _find(place, action_id=action_id, block_id=block_id, value=value)
        return self._acted(place, found[0], found[1], {})

    def select(
        self, place: Message | View, *, action_id: str, value: object, block_id: str | None = None
    ) -> Outcome:
        """Choose in a select, checkboxes, picker or input of a message or a view.

        Args:
            place: The message or view, as the sandbox shows it.
            action_id: The element.
            value: An option's value (a list of them where several can be chosen), an id, a date.
            block_id: The element's block, where several have that action_id.

        Raises:
            LookupError: there is no such element or option.
        """
        block, element = _find(place, action_id=action_id, block_id=block_id)
        return self._acted(place, block, element, _chosen(element, value))

    def submit(self, view: View, values: Mapping[str, object] | None = None) -> Outcome:
        """Submit a view.

        Args:
            view: The view, as the sandbox shows it.
            values: What to fill in: block id or action id → text, number, option's value (or a
                list of them), id, date. Fields not named keep what they have.

        Raises:
            LookupError: the view has no such field or option.
        """
        filled: fields.Values = {}
        for name, value in (values or {}).items():
            block, element = _field(view, name)
            filled.setdefault(block, {})[element["action_id"]] = {
                "type": element["type"],
                **_chosen(element, value),
            }
        return self._act("submit", view_id=view["id"], state={"values": filled})

    def close(self, view: View) -> Outcome:
        """Close a view by its cross or its close button."""
        return self._act("close", view_id=view["id"])

    def join(self, channel: str) -> Outcome:
        """Join a public channel."""
        return self._act("join", channel=channel)

    def open_home(self) -> Outcome:
        """Look at the app's home tab."""
        return self._act("home")

    def shortcut(self, callback_id: str, *, on: Message | None = None) -> Outcome:
        """Use a global shortcut, or a message shortcut on a message."""
        message = {} if on is None else {"channel": on["channel"], "message_ts": on["ts"]}
        return self._act("shortcut", callback_id=callback_id, **message)

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """A file for a `file_input`: what comes back is one of the field's values."""
        return self._sandbox.ask(lambda: self._client.upload(self.id, name, content))

    def dismiss(self, message: Message) -> Outcome:
        """Take away a message that only this person sees."""
        return self._act("dismiss", channel=message["channel"], message_ts=message["ts"])

    def messages(self, channel: str) -> list[Message]:
        """What the person sees in a conversation, oldest first, with the `channel` in each."""
        return self._sandbox.ask(
            lambda: [
                {**message, "channel": channel}
                for message in self._client.messages(self.id, channel)
            ]
        )

    def views(self) -> list[View]:
        """The modals the person has open, the one on top last."""
        return self._sandbox.ask(lambda: copy.deepcopy(self._state.views.stack(self.id)))

    def home(self) -> View | None:
        """What the app's home tab shows to the person."""
        return self._sandbox.ask(lambda: copy.deepcopy(self._state.views.home(self.id)))

    def dm(self) -> str:
        """The id of the person's direct conversation with the app."""
        bot = self._state.app.bot_user_id
        return self._sandbox.ask(lambda: self._state.direct(self.id, bot).id)

    def wait_for_message(
        self, channel: str, text: str = "", timeout: float = PATIENCE_SECONDS
    ) -> Message:
        """The newest message that holds `text` anywhere, once there is one."""
        # As JSON escapes: a text with quotes or Japanese is looked for as the message holds it.
        wanted = json.dumps(text)[1:-1]

        def newest() -> Message | None:
            found = [each for each in self.messages(channel) if wanted in json.dumps(each)]
            return found[-1] if found else None

        return self._sandbox.wait_for(newest, timeout)

    def wait_for_view(
        self, callback_id: str | None = None, timeout: float = PATIENCE_SECONDS
    ) -> View:
        """The modal on top, once one (with that callback_id) is there."""

        def top() -> View | None:
            stack = self.views()
            if stack and callback_id in (None, stack[-1]["callback_id"]):
                return stack[-1]
            return None

        return self._sandbox.wait_for(top, timeout)

    def _act(self, verb: str, **body: object) -> Outcome:
        given = {key: value for key, value in body.items() if value is not None}
        return self._sandbox.call(self._client.act(verb, {"user": self.id, **given}))

    def _acted(
        self, place: Message | View, block: str, element: dict[str, Any], chosen: dict[str, Any]
    ) -> Outcome:
        action = {"block_id": block, "action_id": element["action_id"], **chosen}
        # What was chosen in a message is kept by who looks at it, in a view by Slack.
        kept = self._kept.setdefault((place["channel"], place["ts"]), {}) if "ts" in place else {}
        if chosen and element["type"] in fields.KEY_OF_TYPE:
            kept.setdefault(block, {})[element["action_id"]] = {"type": element["type"], **chosen}
        body: dict[str, Any] = {"action": action, "state": {"values": kept}}
        if "ts" in place:
            return self._act("action", channel=place["channel"], message_ts=place["ts"], **body)
        return self._act("action", view_id=place["id"], **body)


def _blocks(place: Message | View) -> list[dict[str, Any]]:
    blocks = list(place.get("blocks", []))
    for attachment in place.get("attachments", []):
        blocks += attachment.get("blocks", [])
    return blocks


def _find(
    place: Message | View, *, action_id: str, block_id: str | None, value: str | None = None
) -> tuple[str, dict[str, Any]]:
    shown = list(fields.elements(_blocks(place)))
    for block, element in shown:
        if (
            element["action_id"] == action_id
            and block_id in (None, block)
            and value in (None, element.get("value"))
        ):
            return block, element
    there = ", ".join(f"{block}/{element['action_id']}" for block, element in shown)
    raise LookupError(f"No element {action_id!r} here; there is: {there or 'none'}.")


def _field(view: View, name: str) -> tuple[str, dict[str, Any]]:
    shown = list(fields.elements(view["blocks"]))
    for block, element in shown:
        if name in (block, element["action_id"]) and element["type"] in fields.KEY_OF_TYPE:
            return block, element
    there = ", ".join(block for block, _ in shown)
    raise LookupError(f"No field {name!r} in the view; there is: {there or 'none'}.")


def _chosen(element: dict[str, Any], value: object) -> dict[str, Any]:
    key = fields.KEY_OF_TYPE.get(element["type"])
    if element["type"] == "overflow":
        key = "selected_option"
    if key is None:
        raise LookupError(f"Nothing can be chosen in a {element['type']}.")
    if key == "value":
        return {key: None if value is None else str(value)}
    if key == "selected_option" and isinstance(value, str):
        return {key: _option(element, value)}
    if key == "selected_options" and isinstance(value, list):
        return {key: [_option(element, each) for each in value]}
    return {key: value}


def _option(element: dict[str, Any], value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    groups = element.get("option_groups", [])
    options = [*element.get("options", []), *(o for group in groups for o in group["options"])]
    for option in options:
        if option["value"] == value:
            chosen: dict[str, Any] = option
            return chosen
    raise LookupError(f"No option {value!r}; there is: {[each['value'] for each in options]}.")
