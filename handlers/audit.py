"""`/mlpipe audit`: who did what, when, where and why; and whether the log is as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.access import Action
from bot.asking import Asking
from bot.audit_book import VERIFY, AuditBook
from bot.conversations import Conversations
from bot.routes import Button, Subcommand
from bot.slack.gateway import Gateway
from core.commands import Command
from core.errors import InputError
from core.messages import Translator, say, say_count
from reports.actions import AUDIT_BEFORE, AUDIT_FILE, AUDIT_MORE
from reports.audit import verified
from reports.message import File, Message

MOST_TEXT: Final = 500
"""Characters of the conditions: a button has to carry them."""


class AuditLog:
    """The conversation."""

    def __init__(
        self, *, app: Conversations, book: AuditBook, gateway: Gateway, translator: Translator
    ) -> None:
        self._app = app
        self._book = book
        self._gateway = gateway
        self._translator = translator

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe audit …`, for the eyes of who asks."""
        words = command.rewritten
        if words and words[0].casefold() == VERIFY:
            await self._verify(asking, words[1:])
            return
        text = " ".join(words)
        if len(text) > MOST_TEXT:
            raise InputError(say("That is too long: write fewer conditions."))
        await self._show(asking, text, first=0)

    async def turn(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on More or Before: another page takes the page's place."""
        first, _, text = body["actions"][0]["value"].partition("/")
        await self._show(asking, text, first=int(first), replace=True)

    async def file(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on As a file: it comes to that person alone."""
        text = body["actions"][0]["value"].partition("/")[2]
        asked = await self._book.question(text, me=asking.person)
        content, count = await self._book.file(asked)
        said = say_count(
            "The line of the audit log that you asked for.",
            "The {count} lines of the audit log that you asked for.",
            count=count,
        )
        message = Message(self._translator.mrkdwn(said))
        await self._gateway.hand(asking.person, message, File("audit.csv", content))
        await self._app.tell(asking, say("The file is among your messages with me."))

    async def _show(self, asking: Asking, text: str, *, first: int, replace: bool = False) -> None:
        asked = await self._book.question(text, me=asking.person)
        message = await self._book.page(asked, text, first=first)
        await self._app.show(asking, message, replace=replace)

    async def _verify(self, asking: Asking, words: tuple[str, ...]) -> None:
        if len(words) > 1:
            raise InputError(
                say(
                    "verify takes one digest that was told earlier, or nothing: `{command} audit "
                    "verify`.",
                    command=self._app.command,
                )
            )
        await self._app.tell(asking, verified(await self._book.verify(*words)))


def register(
    app: Conversations, *, book: AuditBook, gateway: Gateway, translator: Translator
) -> None:
    """Offer the conversation."""
    log = AuditLog(app=app, book=book, gateway=gateway, translator=translator)
    app.subcommand(
        Subcommand(
            word="audit",
            action=Action.AUDIT,
            purpose=say("Show who did what, when and why; `verify` proves that it is whole."),
            usage="audit [by=… action=… outcome=… about=… since=7d] or audit verify",
            examples=("audit action=approve since=30d", "audit verify"),
            work=log.command,
        )
    )
    app.button(Button(AUDIT_MORE, Action.AUDIT, log.turn))
    app.button(Button(AUDIT_BEFORE, Action.AUDIT, log.turn))
    app.button(Button(AUDIT_FILE, Action.AUDIT, log.file))
