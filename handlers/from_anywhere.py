"""What is asked for from no channel: by the home tab's buttons, and by Slack's shortcuts.

A small form asks for what a command in a channel would say by itself, and the command's own
conversation goes on with it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import slackblocks as slack

from bot import forms
from bot.asking import Asking
from bot.conversations import Conversations
from bot.routes import Button, FieldsError, Shortcut, Submission
from bot.slack.languages import Languages
from bot.store.executions import Executions
from core.commands import parse
from core.domain import ChannelId, Person
from core.messages import Sentence, Translator, say
from reports.actions import (
    GLOBAL_RUN,
    GLOBAL_TRIALS,
    HOME_REPORT,
    HOME_RUN,
    HOME_SUBSCRIBE,
    HOME_TRIALS,
)

WHERE: Final = "anywhere.channel"
WORDS: Final = "anywhere.words"
MOST_WORDS: Final = 500
_LOADING: Final = say("One moment …")


@dataclass(frozen=True)
class Door:
    """One command that can be come to from anywhere."""

    word: str
    """The subcommand."""
    action_id: str
    """Of the home tab's button; its form's callback id begins with it."""
    title: Sentence
    go_on: Sentence
    where: Sentence | None = None
    """What the channel is for; None: it is answered in the asker's own conversation."""
    words: Sentence | None = None
    """What can be written after the subcommand."""
    hint: Sentence | None = None
    shortcut: str | None = None
    """Callback id of the global shortcut in deploy/slack/manifest.json."""

    @property
    def callback_id(self) -> str:
        """Of its form."""
        return f"{self.action_id}.submit"


DOORS: Final = (
    Door(
        word="run",
        action_id=HOME_RUN,
        title=say("Run a pipeline"),
        go_on=say("Go on"),
        where=say("Channel for its card"),
        shortcut=GLOBAL_RUN,
    ),
    Door(
        word="trials",
        action_id=HOME_TRIALS,
        title=say("Find trials"),
        go_on=say("Find"),
        words=say("Which?"),
        hint=say(
            "Such as: auc>0.7 NumLeaves<64 since=7d by=me sort=auc. Empty: the newest. The answer "
            "comes among our messages."
        ),
        shortcut=GLOBAL_TRIALS,
    ),
    Door(
        word="report",
        action_id=HOME_REPORT,
        title=say("Bring a report"),
        go_on=say("Bring it"),
        where=say("Channel for the report"),
        words=say("Which day?"),
        hint=say("Such as: yesterday, or 2013-06-28. Empty: yesterday."),
    ),
    Door(
        word="subscribe",
        action_id=HOME_SUBSCRIBE,
        title=say("Subscribe a channel"),
        go_on=say("Go on"),
        where=say("Channel"),
    ),
)


@dataclass(frozen=True)
class Asked:
    """What a form says."""

    channel: ChannelId | None
    text: str


class FromAnywhere:
    """The conversation of one door."""

    def __init__(
        self, door: Door, *, app: Conversations, executions: Executions, languages: Languages
    ) -> None:
        self._door = door
        self._app = app
        self._executions = executions
        self._languages = languages

    async def open(self, asking: Asking, _body: Mapping[str, Any]) -> None:
        """A click in the home tab, or a shortcut: the form."""
        fill = functools.partial(self._form, asking.person)
        await self._app.open(asking, fill, title=self._door.title, loading=_LOADING)

    def read(self, view: Mapping[str, Any]) -> Asked:
        """What the form says, from memory alone."""
        values = view["state"]["values"]
        chosen = (values.get(WHERE) or {}).get(forms.VALUE) or {}
        channel = chosen.get("selected_conversation")
        if self._door.where is not None and not channel:
            raise FieldsError({WHERE: say("Choose a channel.")})
        text = forms.text_of(values.get(WORDS) or {})
        return Asked(ChannelId(channel) if channel else None, text)

    async def submit(self, asking: Asking, asked: Asked) -> None:
        """The form was sent: the command's own conversation goes on."""
        subcommand = self._app.words.get(self._door.word)
        assert subcommand is not None
        await subcommand.work(asking, parse(f"{self._door.word} {asked.text}"))

    async def _form(self, person: Person) -> Mapping[str, Any]:
        t = await self._languages.of(person)
        view = slack.ModalView(
            title=forms.plain(self._door.title, t),
            submit=forms.plain(self._door.go_on, t),
            close=forms.plain(say("Cancel"), t),
            callback_id=self._door.callback_id,
            blocks=[*self._where(await self._usual(person), t), *self._words(t)],
        )
        filled: Mapping[str, Any] = view.to_dict()
        return filled

    def _where(self, usual: ChannelId | None, t: Translator) -> list[slack.Block]:
        if self._door.where is None:
            return []
        menu = slack.ConversationSelectMenu(
            action_id=forms.VALUE,
            initial_conversation=usual,
            filter=slack.ConversationFilter(
                include=["public", "private"],
                exclude_external_shared_channels=True,
                exclude_bot_users=True,
            ),
        )
        label = forms.plain(self._door.where, t)
        return [slack.InputBlock(label=label, element=menu, block_id=WHERE)]

    def _words(self, t: Translator) -> list[slack.Block]:
        if self._door.words is None:
            return []
        return [
            slack.InputBlock(
                label=forms.plain(self._door.words, t),
                element=slack.PlainTextInput(action_id=forms.VALUE, max_length=MOST_WORDS),
                block_id=WORDS,
                hint=forms.plain(self._door.hint, t) if self._door.hint else None,
                optional=True,
            )
        ]

    async def _usual(self, person: Person) -> ChannelId | None:
        """Where the card of what they started last stands."""
        last = await self._executions.of_person(person, most_running=1, most_ended=1)
        return next((each.channel for each in last if each.channel is not None), None)


def register(app: Conversations, *, executions: Executions, languages: Languages) -> None:
    """Offer every door; its right is that of its subcommand."""
    for door in DOORS:
        subcommand = app.words.get(door.word)
        assert subcommand is not None, "registered before"
        conversation = FromAnywhere(door, app=app, executions=executions, languages=languages)
        app.button(Button(door.action_id, subcommand.action, conversation.open))
        if door.shortcut is not None:
            app.shortcut(Shortcut(door.shortcut, subcommand.action, conversation.open))
        app.submission(
            Submission(
                door.callback_id,
                subcommand.action,
                read=conversation.read,
                channel=lambda asked: asked.channel,
                work=conversation.submit,
            )
        )
