"""The seam between Slack and the handlers: what happens to every interaction alike.

Acknowledged first, from memory alone; then claimed in the database, so that a second delivery does
nothing; then permitted or not, in one place; then worked. What a person did wrong is told to that
person in one line; what broke is logged once with an id, and the person gets the id.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.access import Access, Action
from bot.asking import Asking
from bot.clock import Clock
from bot.slack.gateway import Gateway
from bot.store.audit import Audit, Entry
from bot.store.deliveries import Deliveries
from core.commands import Command, parse
from core.domain import ChannelId
from core.errors import InputError, MlpipeError, NotPermittedError, UnavailableError
from core.inputs import closest
from core.messages import Sentence, Translator, say, unescape
from reports.message import Message

logger = logging.getLogger(__name__)

T = TypeVar("T")
HELP = "help"
SILENCE_SECONDS: Final = 0.8
"""After which a person hears that the work goes on: within a second of what they did."""


class FieldsError(Exception):
    """A submission cannot be taken: what is wrong, by the block of the field."""

    def __init__(self, by_block: Mapping[str, Sentence]) -> None:
        super().__init__(", ".join(by_block))
        self.by_block = by_block


@dataclass(frozen=True)
class Subcommand:
    """A word after the slash command."""

    word: str
    action: Action
    purpose: Sentence
    usage: str
    examples: tuple[str, ...]
    work: Callable[[Asking, Command], Awaitable[None]]


@dataclass(frozen=True)
class Button:
    """A button, or a choice in a modal that changes the rest of it."""

    action_id: str
    action: Action
    work: Callable[[Asking, Mapping[str, Any]], Awaitable[None]]
    """Gets Slack's whole body: the action's value, the view."""


@dataclass(frozen=True)
class Submission(Generic[T]):
    """A modal's submit button."""

    callback_id: str
    action: Action
    read: Callable[[Mapping[str, Any]], T]
    """What the view says, from memory alone; raises FieldsError, told at the fields."""
    channel: Callable[[T], ChannelId | None]
    """Where the modal was asked for: answers go there."""
    work: Callable[[Asking, T], Awaitable[None]]


class Conversations:
    """Registers what handlers offer with Bolt, and runs each interaction."""

    def __init__(
        self,
        app: AsyncApp,
        *,
        command: str,
        access: Access,
        audit: Audit,
        clock: Clock,
        deliveries: Deliveries,
        gateway: Gateway,
        translator: Translator,
    ) -> None:
        self._app = app
        self.command = command
        self.access = access
        self._audit = audit
        self.clock = clock
        self._deliveries = deliveries
        self._gateway = gateway
        self._translator = translator
        self._subcommands: dict[str, Subcommand] = {}
        self._working: set[asyncio.Task[Any]] = set()
        self._answered: set[str] = set()
        app.command(command)(self._on_command)

    @property
    def subcommands(self) -> tuple[Subcommand, ...]:
        """Every word there is, in the order of registration."""
        return tuple(self._subcommands.values())

    def subcommand(self, subcommand: Subcommand) -> None:
        """Offer a word."""
        self._subcommands[subcommand.word] = subcommand

    def button(self, button: Button) -> None:
        """Listen to a button."""

        async def on_click(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            asking = Asking.of_action(body)
            await self._converse(
                asking, button.action_id, button.action, lambda: button.work(asking, body)
            )

        self._app.action(button.action_id)(on_click)

    def submission(self, submission: Submission[T]) -> None:
        """Listen to a modal's submit button."""

        async def on_submit(ack: AsyncAck, body: dict[str, Any]) -> None:
            try:
                value = submission.read(body["view"])
            except FieldsError as error:
                await ack(response_action="errors", errors=self._plain(error.by_block))
                return
            except Exception as error:  # noqa: BLE001 - told like whatever breaks later
                await ack()
                asking = Asking.of_submission(body, channel=None)
                broken = _raising(error)
                await self._converse(asking, submission.callback_id, submission.action, broken)
                return
            await ack()
            asking = Asking.of_submission(body, channel=submission.channel(value))
            await self._converse(
                asking,
                submission.callback_id,
                submission.action,
                lambda: submission.work(asking, value),
            )

        self._app.view(submission.callback_id)(on_submit)

    async def tell(self, asking: Asking, sentence: Sentence) -> None:
        """Say something to who asked, for their eyes only."""
        await self.show(asking, Message(self._translator.mrkdwn(sentence)))

    async def show(self, asking: Asking, message: Message, *, replace: bool = False) -> None:
        """Show a message to who asked, for their eyes only.

        Args:
            asking: Who, and where.
            message: What.
            replace: Whether it takes the place of the message whose button was clicked.
        """
        self._answered.add(asking.delivery)
        if asking.response_url is not None:
            try:
                await self._gateway.respond(asking.response_url, message, replace=replace)
            except UnavailableError:
                logger.info("response_url of %s is used up", asking.delivery)
            else:
                return
        await self._gateway.whisper(asking.channel, asking.person, message)

    def opened(self, asking: Asking) -> None:
        """A modal stands open for who asked: no other sign of life is needed."""
        self._answered.add(asking.delivery)

    async def drain(self, seconds: float) -> None:
        """Wait for what was acknowledged to be worked off, so long at most."""
        if self._working:
            await asyncio.wait(self._working, timeout=seconds)

    async def _on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asking = Asking.of_command(body)
        command = parse(unescape(body.get("text") or ""))
        route = self._subcommands.get(command.name if command.name or command.tokens else HELP)
        if route is None:
            await self._converse(asking, "?", Action.HELP, lambda: self._unknown(asking, command))
            return
        await self._converse(asking, route.word, route.action, lambda: route.work(asking, command))

    async def _unknown(self, asking: Asking, command: Command) -> None:
        if not command.name:
            raise InputError(
                say(
                    "A command begins with a word. `{command} help` shows which there are.",
                    command=self.command,
                )
            )
        allowed = self.access.actions(asking.person)
        words = [each.word for each in self.subcommands if each.action in allowed]
        if close := closest(command.name, words):
            raise InputError(
                say(
                    "There is no {word} here. Did you mean `{command} {close}`?",
                    word=command.name[:80],
                    command=self.command,
                    close=close,
                )
            )
        raise InputError(
            say(
                "There is no {word} here. `{command} help` shows what there is.",
                word=command.name[:80],
                command=self.command,
            )
        )

    async def _converse(
        self, asking: Asking, what: str, action: Action, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Claim, permit, work; one line in the log, which the person can name by its id."""
        task = asyncio.current_task()
        assert task is not None
        self._working.add(task)
        line = f"{uuid.uuid4().hex[:8]} {what} by {asking.person} in {asking.channel}"
        try:
            if not await self._deliveries.claim(asking.delivery, at=self.clock.latest()):
                logger.info("%s: delivered again, nothing done", line)
                return
            await self._permit(asking, action)
            async with self._sign_of_life(asking):
                await work()
            logger.info("%s: done", line)
        except MlpipeError as error:
            logger.info("%s: %s", line, error)
            await self._tell_if_possible(asking, error.sentence)
        except Exception:
            logger.exception("%s: broke", line)
            sentence = say(
                "Something broke on our side, not yours. Who runs mlpipe finds it in the log "
                "by {id}.",
                id=line.split(maxsplit=1)[0],
            )
            await self._tell_if_possible(asking, sentence)
        finally:
            self._working.discard(task)
            self._answered.discard(asking.delivery)

    @asynccontextmanager
    async def _sign_of_life(self, asking: Asking) -> AsyncIterator[None]:
        """Say that the work goes on, if it lasts and the person has not heard of it yet."""

        async def say_so() -> None:
            await asyncio.sleep(SILENCE_SECONDS)
            # A choice in a modal has no channel: the modal itself shows what comes of it.
            if asking.channel is not None and asking.delivery not in self._answered:
                await self._tell_if_possible(asking, say("One moment: I am on it …"))

        task = asyncio.create_task(say_so())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _permit(self, asking: Asking, action: Action) -> None:
        if self.access.permits(asking.person, action):
            return
        entry = Entry(
            at=self.clock.latest(),
            who=str(asking.person),
            action=action,
            subject=asking.delivery,
            outcome="not_permitted",
        )
        await self._audit.add(entry)
        raise NotPermittedError(
            say(
                "You do not have the right “{action}” here. Who runs mlpipe grants it in "
                "mlpipe.toml under [roles].",
                action=action.value,
            )
        )

    async def _tell_if_possible(self, asking: Asking, sentence: Sentence) -> None:
        try:
            await self.tell(asking, sentence)
        except MlpipeError as error:
            logger.warning("%s: could not be told: %s", asking.delivery, error)

    def _plain(self, by_block: Mapping[str, Sentence]) -> dict[str, str]:
        return {block: self._translator.plain(sentence) for block, sentence in by_block.items()}


def _raising(error: Exception) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        raise error

    return work
