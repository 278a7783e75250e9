"""The seam between Slack and the handlers: what happens to every interaction alike.

Acknowledged first, from memory alone; then claimed in the database, so that a second delivery does
nothing; then refused if it is too old; then permitted or not, in one place; then worked. What a
person did wrong is told to that person in one line; what broke is logged once with an id, and the
person gets the id.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.access import Access, Action
from bot.answers import Answers
from bot.asking import Asking
from bot.clock import Clock
from bot.interactions import Interaction, arrived
from bot.lateness import age_of_click, age_of_request
from bot.metrics import Metrics
from bot.outcomes import Outcome
from bot.precedence import Precedence
from bot.routes import (
    Button,
    Choice,
    Event,
    FieldsError,
    Shortcut,
    Subcommand,
    Submission,
    T,
)
from bot.slack.bolt import Acknowledged, acknowledged_already
from bot.slack.clock import SlackClock
from bot.store.audit import Audit
from bot.store.deliveries import Deliveries
from bot.words import Words, asks_for_help, help_for
from bot.working_off import WorkingOff
from core.commands import Command, parse
from core.domain import ChannelId
from core.errors import InputError
from core.messages import Sentence, Translator, unescape
from reports.actions import REPORT_MENU
from reports.message import Message

logger = logging.getLogger(__name__)


class Conversations:
    """Registers what handlers offer with Bolt, and runs each interaction."""

    def __init__(
        self,
        app: AsyncApp,
        *,
        command: str,
        access: Access,
        answers: Answers,
        audit: Audit,
        clock: Clock,
        deliveries: Deliveries,
        metrics: Metrics,
        precedence: Precedence,
        slack_clock: SlackClock,
        translator: Translator,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self.command = command
        self.access = access
        self._answers = answers
        self.clock = clock
        self._precedence = precedence
        self._slack_clock = slack_clock
        self._translator = translator
        self.words = Words(command)
        self._menus: dict[str, dict[str, Choice]] = {}
        self._working_off = WorkingOff(
            access=access,
            answers=answers,
            audit=audit,
            clock=clock,
            deliveries=deliveries,
            metrics=metrics,
            precedence=precedence,
        )
        acknowledged = Acknowledged(self._on_command, precedence)
        app.command(command, middleware=[acknowledged])(acknowledged_already)

    @property
    def under_way(self) -> int:
        """How many interactions are acknowledged and not worked off yet."""
        return self._precedence.waiting + len(self._working_off.under_way)

    def subcommand(self, subcommand: Subcommand) -> None:
        """Offer a word."""
        self.words.add(subcommand)

    def button(self, button: Button) -> None:
        """Listen to a button."""

        async def on_click(request: AsyncBoltRequest) -> None:
            body, asking = request.body, self._clicked(request)
            await self._working_off.converse(
                asking, button.action_id, button.action, lambda: button.work(asking, body)
            )

        self._at_click(button.action_id, on_click)

    def choice(self, choice: Choice) -> None:
        """Listen to an entry of a menu, each with a right of its own."""
        entries = self._menus.setdefault(choice.menu, {})
        entries[choice.word] = choice
        if len(entries) > 1:
            return

        async def on_choice(request: AsyncBoltRequest) -> None:
            option = request.body["actions"][0]["selected_option"]
            word, _, value = str(option["value"]).partition("/")
            chosen = entries[word]
            asking = self._clicked(request)
            what = f"{chosen.menu}.{word}"
            await self._working_off.converse(
                asking, what, chosen.action, lambda: chosen.work(asking, value)
            )

        self._at_click(choice.menu, on_choice)

    def shortcut(self, shortcut: Shortcut) -> None:
        """Listen to a shortcut."""

        async def on_shortcut(request: AsyncBoltRequest) -> None:
            body, asking = request.body, self._shortcut(request)
            await self._working_off.converse(
                asking, shortcut.callback_id, shortcut.action, lambda: shortcut.work(asking, body)
            )

        acknowledged = Acknowledged(on_shortcut, self._precedence)
        self._app.shortcut(shortcut.callback_id, middleware=[acknowledged])(acknowledged_already)

    def event(self, event: Event) -> None:
        """Listen to what Slack tells by itself."""

        async def on_event(request: AsyncBoltRequest) -> None:
            body, asking = request.body, Asking.of_event(request.body)
            await self._working_off.attend(
                asking, event.kind, lambda: event.work(asking, body["event"])
            )

        acknowledged = Acknowledged(on_event, self._precedence)
        self._app.event(event.kind, middleware=[acknowledged])(acknowledged_already)

    def submission(self, submission: Submission[T]) -> None:
        """Listen to a modal's submit button."""

        async def on_submit(ack: AsyncAck, body: dict[str, Any], req: AsyncBoltRequest) -> None:
            age = self._age(req)
            try:
                value = submission.read(body["view"])
            except FieldsError as error:
                await ack(response_action="errors", errors=self._plain(error.by_block))
                asking = Asking.of_submission(body, channel=None, age=age)
                seen = Interaction(submission.callback_id, asking, metrics=self._metrics)
                seen.ended(Outcome.REFUSED, error)
                return
            except Exception as error:  # noqa: BLE001 - told like whatever breaks later
                await ack()
                asking = Asking.of_submission(body, channel=None, age=age)
                broken = _raising(error)
                await self._working_off.converse(
                    asking, submission.callback_id, submission.action, broken
                )
                return
            await ack()
            asking = Asking.of_submission(body, channel=submission.channel(value), age=age)
            await self._working_off.converse(
                asking,
                submission.callback_id,
                submission.action,
                lambda: submission.work(asking, value),
            )

        self._app.view(submission.callback_id)(on_submit)

    async def tell(self, asking: Asking, sentence: Sentence) -> None:
        """Say something to who asked, for their eyes only."""
        await self._answers.tell(asking, sentence)

    async def show(self, asking: Asking, message: Message, *, replace: bool = False) -> None:
        """Show a message to who asked, or put it in place of the one whose button they clicked."""
        await self._answers.show(asking, message, replace=replace)

    async def tell_all(
        self,
        asking: Asking,
        channel: ChannelId,
        sentence: Sentence,
        translator: Translator | None = None,
    ) -> None:
        """Tell a channel what somebody did; where the bot may not, at least who did it."""
        await self._answers.tell_all(asking, channel, sentence, translator or self._translator)

    async def open(
        self,
        asking: Asking,
        fill: Callable[[], Awaitable[Mapping[str, Any]]],
        *,
        title: Sentence,
        loading: Sentence,
    ) -> None:
        """Open a modal for who asked: a notice at once, and what `fill` gives once it is there."""
        await self._answers.open(asking, fill, title=title, loading=loading)

    async def update(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Change a modal that stands open."""
        await self._answers.update(view_id, view)

    async def drain(self, seconds: float, *, hurry: asyncio.Event | None = None) -> None:
        """Wait for what was acknowledged to be worked off; leave what takes longer.

        Args:
            seconds: How long at most.
            hurry: Set when nobody has so much time.
        """
        self._precedence.begin_all()
        await asyncio.sleep(0)  # for them to be under way
        if self.under_way:
            logger.info("working off %d acknowledged before the end", self.under_way)
        if left := await self._working_off.under_way.end(seconds, hurry=hurry):
            logger.warning("%d left without an answer: told after the next start", left)

    def _at_click(
        self, action_id: str, work: Callable[[AsyncBoltRequest], Coroutine[Any, Any, None]]
    ) -> None:
        acknowledged = Acknowledged(work, self._precedence)
        self._app.action(action_id, middleware=[acknowledged])(acknowledged_already)

    def _clicked(self, request: AsyncBoltRequest) -> Asking:
        body = request.body
        now = self._slack_clock.of(self.clock.latest().timestamp(), when=arrived.get())
        return Asking.of_action(body, age=max(age_of_click(body, now=now), self._age(request)))

    def _shortcut(self, request: AsyncBoltRequest) -> Asking:
        now = self._slack_clock.of(self.clock.latest().timestamp(), when=arrived.get())
        used = now - float(request.body["action_ts"])
        return Asking.of_shortcut(request.body, age=max(used, self._age(request)))

    async def _on_command(self, request: AsyncBoltRequest) -> None:
        body = request.body
        asking = Asking.of_command(body, age=self._age(request))
        command = parse(unescape(body.get("text") or ""))
        if asks_for_help(command):
            command = help_for(command.name)
        route = self.words.get(command.name)
        if route is None:
            await self._working_off.converse(
                asking, "?", Action.HELP, lambda: self._unknown(asking, command)
            )
            return
        await self._working_off.converse(
            asking, route.word, route.action, lambda: route.work(asking, command)
        )

    def _age(self, request: AsyncBoltRequest) -> float:
        """Seconds that a request had been on its way when it arrived here."""
        return age_of_request(request.headers, now=self._slack_clock.at(arrived.get()))

    async def _unknown(self, asking: Asking, command: Command) -> None:
        if command.name in self._menus.get(REPORT_MENU, ()):
            raise InputError(self.words.below_reports(command.name))
        raise InputError(self.words.not_known(command, self.access.actions(asking.person)))

    def _plain(self, by_block: Mapping[str, Sentence]) -> dict[str, str]:
        return {block: self._translator.plain(sentence) for block, sentence in by_block.items()}


def _raising(error: Exception) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        raise error

    return work
