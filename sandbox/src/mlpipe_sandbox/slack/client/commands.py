"""What people type: slash commands and messages."""

from __future__ import annotations

import re
import uuid
from typing import Any

from mlpipe_sandbox.slack.client import composer, payloads
from mlpipe_sandbox.slack.client.answers import Answers
from mlpipe_sandbox.slack.client.outcome import DONE, Outcome
from mlpipe_sandbox.slack.conversations import Conversation
from mlpipe_sandbox.slack.delivery.dispatch import Dispatcher
from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.manifest import SlashCommand
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.triggers import ResponsePlace

CHANNEL_TYPE = {"channel": "channel", "group": "group", "im": "im"}
EVENT_OF_KIND = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}

INVITE = "/invite"


class Typing:
    """Takes what a person types to where it belongs."""

    def __init__(self, state: State, dispatcher: Dispatcher, answers: Answers) -> None:
        self._state = state
        self._dispatcher = dispatcher
        self._answers = answers

    async def command(self, user: str, channel: str, text: str) -> Outcome:
        """A slash command, from its slash on."""
        self._state.person(user)
        conversation = self._state.conversation(channel)
        name, _, rest = text.strip().partition(" ")
        known = self._known(name)
        if name == INVITE and known is None:
            return self._invite(user, conversation, rest)
        if known is None:
            return self._tell(user, channel, _not_a_command(name))
        if "commands" not in self._state.app.scopes:
            return self._tell(user, channel, _failed(name, "missing_scope"))
        return await self._send(user, conversation, known, rest.strip())

    async def message(
        self, user: str, channel: str, text: str, thread_ts: str | None = None
    ) -> Outcome:
        """A message, in a channel, a direct conversation or a thread."""
        self._state.person(user)
        conversation = self._state.conversation(channel)
        if user not in conversation.members:
            return Outcome(ok=False, error="not_in_channel")
        if not text.strip():
            return Outcome(ok=False, error="no_text")
        body: dict[str, Any] = {
            "user": user,
            "client_msg_id": str(uuid.uuid4()),
            "team": self._state.workspace.id,
            "text": composer.mentions(self._state, composer.escape(text)),
        }
        if thread_ts is not None:
            if conversation.find(thread_ts) is None:
                return Outcome(ok=False, error="thread_not_found")
            body["thread_ts"] = thread_ts
        posted = self._state.post(channel, body)
        self._tell_app(conversation, posted.shown())
        return DONE

    async def _send(
        self, user: str, conversation: Conversation, command: SlashCommand, text: str
    ) -> Outcome:
        if command.should_escape:
            text = composer.mentions(self._state, composer.escape(text), labelled=True)
        place = ResponsePlace(user=user, channel=conversation.id)
        payload = payloads.command(
            self._state,
            user=user,
            conversation=conversation,
            name=command.command,
            text=text,
            response_url=self._state.response_urls.issue(place, "commands"),
        )
        reply = await self._dispatcher.deliver("slash_commands", payload, accepts_response=True)
        if reply.error is not None:
            return self._tell(user, conversation.id, _failed(command.command, reply.error))
        if reply.body:
            try:
                self._answers.put(place, reply.body)
            except SlackError as error:
                failed = _failed(command.command, "invalid_command_response")
                return self._tell(user, conversation.id, failed, detail=str(error.body()))
        return DONE

    def _invite(self, user: str, conversation: Conversation, whom: str) -> Outcome:
        """Slack's own `/invite @app`: brings the app into the channel."""
        app = self._state.app
        if whom.strip().lstrip("@").casefold() != app.name.casefold():
            return self._tell(user, conversation.id, f"Type /invite @{app.name} to add the app.")
        if app.bot_user_id not in conversation.members:
            self._state.join(conversation, app.bot_user_id)
        self._state.tell(user, conversation.id, f"{app.name} is in this channel now.")
        return DONE

    def _known(self, name: str) -> SlashCommand | None:
        commands = self._state.app.commands
        return next((each for each in commands if each.command == name), None)

    def _tell(self, user: str, channel: str, text: str, *, detail: str | None = None) -> Outcome:
        self._state.tell(user, channel, text)
        return Outcome(ok=False, error=text, detail=detail)

    def _tell_app(self, conversation: Conversation, message: dict[str, Any]) -> None:
        app = self._state.app
        if app.bot_user_id not in conversation.members:
            return
        event = {
            **message,
            "channel": conversation.id,
            "event_ts": message["ts"],
            "channel_type": CHANNEL_TYPE[conversation.kind],
        }
        if app.manifest.hears(EVENT_OF_KIND[conversation.kind]):
            self._dispatcher.send_event(event)
        mentioned = re.search(rf"<@{re.escape(app.bot_user_id)}[|>]", message["text"])
        if mentioned and app.manifest.hears("app_mention"):
            without = {key: value for key, value in event.items() if key != "channel_type"}
            self._dispatcher.send_event({**without, "type": "app_mention"})


def _failed(command: str, error: str) -> str:
    return f'{command} failed with the error "{error}"'


def _not_a_command(name: str) -> str:
    return (
        f"{name} is not a valid command. In Slack, all messages that start with the "
        '"/" character are interpreted as slash commands.\n'
        'If you are trying to send a message and not run a command, try preceding the "/" with an '
        "empty space."
    )
