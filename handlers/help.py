"""`/mlpipe help`: what this person may do here, in a few lines; the rest a button away.

`/mlpipe help run`, or `/mlpipe run help`, says what one command takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import slackblocks as slack

from bot.access import Action, not_permitted
from bot.asking import Asking
from bot.conversations import Conversations
from bot.routes import Button, Subcommand
from bot.words import ASK_FOR_HELP, HELP
from core.commands import Command
from core.errors import InputError
from core.messages import Markup, Sentence, Translator, in_lines, say
from reports import blocks
from reports.actions import MORE_HELP
from reports.buttons import button_text
from reports.message import Message

MOST_LINES: Final = 6
"""With the heading: what is read at a glance."""


class Help:
    """The conversation."""

    def __init__(self, app: Conversations, translator: Translator) -> None:
        self._app = app
        self._translator = translator

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe help …`, and `/mlpipe` alone."""
        word = command.words[0].lower() if command.words else ""
        if not word or word in ASK_FOR_HELP:
            await self._all(asking)
        else:
            await self._one(asking, word)

    async def _one(self, asking: Asking, word: str) -> None:
        subcommand = self._app.words.get(word)
        if subcommand is None:
            allowed = self._app.access.actions(asking.person)
            raise InputError(self._app.words.no_such(word, allowed))
        if not self._app.access.permits(asking.person, subcommand.action):
            raise not_permitted(subcommand.action)
        await self._app.tell(asking, self._whole(subcommand))

    async def _all(self, asking: Asking) -> None:
        short = [self._short(each) for each in self._allowed(asking)[: MOST_LINES - 1]]
        text = self._translator.mrkdwn(in_lines([say("What you can do here:"), *short]))
        more = slack.Button(
            button_text(say("Examples and everything else"), self._translator), action_id=MORE_HELP
        )
        parts = (blocks.section(*text.split("\n")), slack.ActionsBlock([more]))
        await self._app.show(asking, Message(text, parts))

    async def more(self, asking: Asking, _body: Mapping[str, Any]) -> None:
        """The button: every command with what it takes and examples, in place of the short list."""
        lines = [say("• {command}", command=self._whole(each)) for each in self._allowed(asking)]
        whole = in_lines([say("What you can do here:"), *lines])
        message = Message(self._translator.mrkdwn(whole))
        await self._app.show(asking, message, replace=True)

    def _allowed(self, asking: Asking) -> list[Subcommand]:
        allowed = self._app.access.actions(asking.person)
        return [
            subcommand
            for subcommand in self._app.words
            if subcommand.action in allowed and subcommand.word != HELP
        ]

    def _short(self, subcommand: Subcommand) -> Sentence:
        return say(
            "•  `{line}`  {purpose}",
            line=f"{self._app.command} {subcommand.word}",
            purpose=subcommand.purpose,
        )

    def _whole(self, subcommand: Subcommand) -> Sentence:
        examples = "  ".join(f"`{self._app.command} {example}`" for example in subcommand.examples)
        return say(
            "`{usage}` {purpose}\n    {examples}",
            usage=f"{self._app.command} {subcommand.usage}",
            purpose=subcommand.purpose,
            examples=Markup(examples, examples),
        )


def register(app: Conversations, translator: Translator) -> None:
    """Offer the conversation."""
    conversation = Help(app, translator)
    app.subcommand(
        Subcommand(
            word=HELP,
            action=Action.HELP,
            purpose=say("Show what you can do here."),
            usage="help [command]",
            examples=(HELP, "help run"),
            work=conversation.command,
        )
    )
    app.button(Button(MORE_HELP, Action.HELP, conversation.more))
