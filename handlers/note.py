"""What is known of days: `/mlpipe note`, and `/mlpipe notes`, which shows and deletes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.known_days import KnownDaysBook
from bot.routes import Button, Subcommand
from bot.subscriptions import SubscriptionBook
from bot.targets import ENVIRONMENT_WORDS, MOST_WORD, Target, Targets, taken_out
from core.commands import Command, Token, as_read, same_name
from core.domain import PRODUCTION, ChannelId
from core.errors import InputError, NotFoundError
from core.messages import Sentence, Translator, say
from core.notes import BETWEEN, Note, NoteKey, days_of, looks_like_days, reads_as_days, text_of
from reports.actions import DELETE_NOTE
from reports.message import Message
from reports.notes import deleted, listed, noted

LEAVE_OUT: Final = "--leave-out"
TO: Final = frozenset({"-", "--", "to", "until", "bis", "から"})
"""What people write between the first day and the last."""
EXAMPLE: Final = '11-27..11-30 "Black Friday"'


class Notes:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        book: KnownDaysBook,
        subscriptions: SubscriptionBook,
        targets: Targets,
        translator: Translator,
    ) -> None:
        self._app = app
        self._book = book
        self._subscriptions = subscriptions
        self._targets = targets
        self._translator = translator

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe note …`: kept, then the channel is told, also of what it replaces."""
        assert asking.channel is not None
        environment, command = taken_out(command, ENVIRONMENT_WORDS)
        leave_out, tokens = _options(command.tokens)
        if not tokens or tokens[0].quoted:
            raise InputError(self._usage())
        pipeline, tokens = _pipeline(tokens)
        target = await self._target(asking.channel, pipeline, environment)
        days, tokens = _days(tokens)
        _refuse_more_days(days, tokens)
        today = await self._targets.today_now(target.pipeline)
        span = days_of(days, today=today)
        note = Note(
            key=NoteKey(target.pipeline.name, target.environment, span),
            text=text_of(as_read(" ".join(each.said for each in tokens))),
            leave_out=leave_out,
            by=asking.person,
            at=await self._app.clock.now(),
        )
        before = await self._book.put(note)
        told = noted(note, before, command=self._app.command)
        await self._app.tell_all(asking, asking.channel, told)

    async def show(self, asking: Asking, command: Command) -> None:
        """`/mlpipe notes …`: the list, for the eyes of who asks."""
        places, rest = self._targets.places(command)
        self._targets.refuse_rest(rest, usage=f"{self._app.command} notes flights")
        found = await self._found(places)
        if not found:
            raise NotFoundError(self._none())
        await self._app.show(asking, self._listed(found, places, asking))

    async def delete(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Delete: the list without it takes the list's place; the channel is told."""
        assert asking.channel is not None
        key = NoteKey.parse(body["actions"][0].get("value") or "")
        await self._book.remove(key, by=asking.person, at=await self._app.clock.now())
        places, _ = self._targets.places(Command("notes"))
        left = await self._found(places)
        empty = Message(self._translator.mrkdwn(self._none()))
        message = self._listed(left, places, asking) if left else empty
        await self._app.show(asking, message, replace=True)
        await self._app.tell_all(asking, asking.channel, deleted(key, asking.person))

    async def _target(
        self, channel: ChannelId, pipeline: str | None, environment: str | None
    ) -> Target:
        """What was named, else what the channel hears of, where that is one."""
        heard = [each.key for each in await self._subscriptions.of_channel(channel)]
        pipelines = {key.pipeline for key in heard}
        if pipeline is None and len(pipelines) == 1:
            (pipeline,) = pipelines
        found = self._targets.pipeline(pipeline)
        environments = {key.environment for key in heard if key.pipeline == found.name}
        default = environments.pop() if len(environments) == 1 else PRODUCTION
        return Target(found, self._targets.environment(environment, default=default))

    async def _found(self, places: Sequence[Target]) -> list[Note]:
        notes = [note for place in places for note in await self._book.notes(place)]
        return sorted(notes, key=lambda note: note.span.first, reverse=True)

    def _listed(self, found: Sequence[Note], places: Sequence[Target], asking: Asking) -> Message:
        calendars = [each.pipeline.calendar for each in places if each.pipeline.calendar]
        may_delete = self._app.access.permits(asking.person, Action.NOTE)
        return listed(found, calendars, self._translator, may_delete=may_delete)

    def _usage(self) -> Sentence:
        return say(
            "Say which days and what is known of them: `{command} note {example}`.",
            command=self._app.command,
            example=EXAMPLE,
        )

    def _none(self) -> Sentence:
        return say(
            "Nobody has noted anything. `{command} note {example}` does.",
            command=self._app.command,
            example=EXAMPLE,
        )


def _options(tokens: Sequence[Token]) -> tuple[bool, Sequence[Token]]:
    """Whether the days are to be left out, and the words without what says so."""
    options = [each for each in tokens if not each.quoted and _is_option(each.text)]
    for each in options:
        if not same_name(each.text, LEAVE_OUT):
            raise InputError(
                say(
                    "I do not understand {word}. {option} is the one option there is.",
                    word=each.text[:MOST_WORD],
                    option=LEAVE_OUT,
                )
            )
    return bool(options), [each for each in tokens if each not in options]


def _is_option(word: str) -> bool:
    return same_name(word, LEAVE_OUT) or (word.startswith("--") and word.strip("-") != "")


def _pipeline(tokens: Sequence[Token]) -> tuple[str | None, Sequence[Token]]:
    """The pipeline, where days follow the first word, and the rest."""
    first, *rest = tokens
    if not looks_like_days(first.text) and rest and reads_as_days(rest[0].text):
        return first.text, rest
    return None, tokens


def _days(tokens: Sequence[Token]) -> tuple[str, Sequence[Token]]:
    """The days, also with spaces around what stands between first and last, and the rest."""
    days, place = tokens[0].text, 1
    while place < len(tokens) and (
        days.endswith(BETWEEN) or tokens[place].text.startswith(BETWEEN)
    ):
        days += tokens[place].text
        place += 1
    return days, tokens[place:]


def _refuse_more_days(days: str, tokens: Sequence[Token]) -> None:
    """Ask where the note begins as days would go on: `07-04 - 07-06`, `07-04 to 07-06`."""
    rest = tokens[1:] if tokens and tokens[0].text.lower() in TO else tokens
    if rest and not rest[0].quoted and reads_as_days(rest[0].text):
        raise InputError(
            say(
                "Do these days last until {last}? Write `{days}..{last}`, or the note in quotes.",
                days=days[:MOST_WORD],
                last=rest[0].text[:MOST_WORD],
            )
        )


def register(
    app: Conversations,
    *,
    book: KnownDaysBook,
    subscriptions: SubscriptionBook,
    targets: Targets,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    notes = Notes(
        app=app,
        book=book,
        subscriptions=subscriptions,
        targets=targets,
        translator=translator,
    )
    app.subcommand(
        Subcommand(
            word="note",
            action=Action.NOTE,
            purpose=say("Say what is known of days, or leave them out of every baseline."),
            usage='note days "what" [--leave-out] [env=…]',
            examples=(
                f"note {EXAMPLE}",
                'note yesterday "the feed was down" --leave-out',
            ),
            work=notes.command,
        )
    )
    app.subcommand(
        Subcommand(
            word="notes",
            action=Action.STATUS,
            purpose=say("Show what is known of days, and delete it."),
            usage="notes [pipeline] [env=…]",
            examples=("notes",),
            work=notes.show,
        )
    )
    app.button(Button(DELETE_NOTE, Action.NOTE, notes.delete))
