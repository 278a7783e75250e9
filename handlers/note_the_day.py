"""The shortcut *Note its day* on a card or a report: what is known of its day, in a form."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import slackblocks as slack
from pydantic import BaseModel, ConfigDict

from bot import forms
from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.known_days import KnownDaysBook
from bot.pointed_at import PointedAt
from bot.routes import FieldsError, Shortcut, Submission
from bot.targets import Targets
from core.domain import ChannelId, EnvironmentName, PipelineName
from core.errors import InputError
from core.messages import Sentence, Translator, say
from core.notes import MOST_TEXT, Note, NoteKey, days_of, text_of
from core.spans import Span
from reports.actions import NOTE_THE_DAY
from reports.notes import noted

CALLBACK: Final = "note.submit"
DAYS: Final = "note.days"
TEXT: Final = "note.text"
LEAVE_OUT: Final = "note.leave_out"
_TITLE: Final = say("Note its day")
_LOADING: Final = say("One moment …")


class Origin(BaseModel):
    """The modal's private metadata: what Slack brings back with its submission."""

    model_config = ConfigDict(frozen=True)

    channel: ChannelId
    pipeline: PipelineName
    environment: EnvironmentName


@dataclass(frozen=True)
class Said:
    """What the form says."""

    origin: Origin
    span: Span
    text: str
    leave_out: bool


class NoteTheDay:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        book: KnownDaysBook,
        pointed_at: PointedAt,
        targets: Targets,
        translator: Translator,
    ) -> None:
        self._app = app
        self._book = book
        self._pointed_at = pointed_at
        self._targets = targets
        self._translator = translator

    async def open(self, asking: Asking, _body: Mapping[str, Any]) -> None:
        """The shortcut: the form, with the day in it."""
        fill = functools.partial(self._form, asking)
        await self._app.open(asking, fill, title=_TITLE, loading=_LOADING)

    def read(self, view: Mapping[str, Any]) -> Said:
        """What the form says, from memory alone.

        Raises:
            FieldsError: what is wrong, at its field.
        """
        origin = Origin.model_validate_json(view["private_metadata"])
        values = view["state"]["values"]
        today = self._targets.today(self._targets.pipeline(origin.pipeline))
        wrong: dict[str, Sentence] = {}
        span, text = None, ""
        try:
            span = days_of(forms.text_of(values[DAYS]), today=today)
        except InputError as error:
            wrong[DAYS] = error.sentence
        try:
            text = text_of(forms.text_of(values[TEXT]))
        except InputError as error:
            wrong[TEXT] = error.sentence
        if span is None or wrong:
            raise FieldsError(wrong)
        return Said(origin, span, text, leave_out=bool(forms.choices_of(values[LEAVE_OUT])))

    async def submit(self, asking: Asking, said: Said) -> None:
        """The form was sent: kept, then the channel is told, as `/mlpipe note` does."""
        note = Note(
            key=NoteKey(said.origin.pipeline, said.origin.environment, said.span),
            text=said.text,
            leave_out=said.leave_out,
            by=asking.person,
            at=await self._app.clock.now(),
        )
        before = await self._book.put(note)
        told = noted(note, before, command=self._app.command)
        await self._app.tell_all(asking, said.origin.channel, told)

    async def _form(self, asking: Asking) -> Mapping[str, Any]:
        assert asking.channel is not None
        at = await self._pointed_at.of(asking)
        origin = Origin(
            channel=asking.channel,
            pipeline=at.target.pipeline.name,
            environment=at.target.environment,
        )
        known = {note.span: note for note in await self._book.notes(at.target)}
        before = known.get(Span(at.day, at.day)) if at.day else None
        view = slack.ModalView(
            title=self._plain(_TITLE),
            submit=self._plain(say("Note it")),
            close=self._plain(say("Cancel")),
            callback_id=CALLBACK,
            private_metadata=origin.model_dump_json(),
            blocks=[
                slack.InputBlock(
                    label=self._plain(say("Day, or days")),
                    element=slack.PlainTextInput(
                        action_id=forms.VALUE, initial_value=at.day.isoformat() if at.day else None
                    ),
                    block_id=DAYS,
                    hint=self._plain(say("Several are written 2013-11-27..2013-11-30.")),
                ),
                slack.InputBlock(
                    label=self._plain(say("What is known of it")),
                    element=slack.PlainTextInput(
                        action_id=forms.VALUE,
                        max_length=MOST_TEXT,
                        initial_value=before.text if before else None,
                    ),
                    block_id=TEXT,
                ),
                self._leave_out(chosen=before is not None and before.leave_out),
            ],
        )
        filled: Mapping[str, Any] = view.to_dict()
        return filled

    def _leave_out(self, *, chosen: bool) -> slack.InputBlock:
        words = self._translator.plain(say("Its data are broken: leave it out of every baseline"))
        option = forms.option("leave_out", words)
        return slack.InputBlock(
            label=self._plain(say("Baselines")),
            element=slack.CheckboxGroup(
                action_id=forms.VALUE,
                options=[option],
                initial_options=[option] if chosen else None,
            ),
            block_id=LEAVE_OUT,
            optional=True,
        )

    def _plain(self, sentence: Sentence) -> slack.Text:
        return forms.plain(sentence, self._translator)


def register(
    app: Conversations,
    *,
    book: KnownDaysBook,
    pointed_at: PointedAt,
    targets: Targets,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    conversation = NoteTheDay(
        app=app, book=book, pointed_at=pointed_at, targets=targets, translator=translator
    )
    app.shortcut(Shortcut(NOTE_THE_DAY, Action.NOTE, conversation.open))
    app.submission(
        Submission(
            CALLBACK,
            Action.NOTE,
            read=conversation.read,
            channel=lambda said: said.origin.channel,
            work=conversation.submit,
        )
    )
