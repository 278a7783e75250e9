"""The form of `/mlpipe run`: every parameter of a pipeline as a field, and back."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import slackblocks as slack
from pydantic import BaseModel, ConfigDict

from bot import forms
from bot.data_days import DataDays
from bot.parameter_book import ParameterBook
from bot.routes import FieldsError
from bot.run_request import Request
from bot.targets import Target, Targets
from core.day_ranges import span_of
from core.domain import ChannelId, EnvironmentName, Kind, PipelineName
from core.errors import InputError
from core.inputs import day_of
from core.marks import MOST_NOTE, MOST_TAG, MOST_TAGS, Marks, said_of_a_start
from core.messages import Sentence, Translator, say
from core.parameters import DAY, Parameter
from core.spans import Span
from reports.blocks import context

CALLBACK: Final = "run.submit"
PIPELINE: Final = "run.pipeline"
ENVIRONMENT: Final = "run.environment"
FIELD: Final = "run.parameter."
TAGS: Final = "run.tags"
NOTE: Final = "run.note"
LAST_DAY: Final = "last_day"
"""Of the field that makes a range of the day; its block id begins as those of the parameters."""
LOADING: Final = say("One moment: asking SageMaker for the parameters …")
TITLE: Final = say("Run a pipeline")
_NOTHING: Final[Mapping[str, str]] = {}


class Origin(BaseModel):
    """The modal's private metadata: what Slack brings back with every choice and submission."""

    model_config = ConfigDict(frozen=True)

    channel: ChannelId
    pipeline: PipelineName
    environment: EnvironmentName


class RunForm:
    """Composes the modal, and reads what it says."""

    def __init__(
        self, *, book: ParameterBook, data: DataDays, targets: Targets, translator: Translator
    ) -> None:
        self._book = book
        self._data = data
        self._targets = targets
        self._translator = translator

    async def view(
        self,
        target: Target,
        channel: ChannelId,
        given: Mapping[str, str] = _NOTHING,
        *,
        source: Sentence | None = None,
    ) -> Mapping[str, Any]:
        """The modal about a pipeline in an environment.

        Args:
            target: Which.
            channel: Where it was asked for.
            given: Values that stand in the fields instead of the defaults.
            source: Whose values these are, where who asked did not say so.
        """
        parameters, _ = await asyncio.gather(
            self._book.parameters(target.pipeline.name, target.environment, Kind.TRAIN),
            self._data.look(target),
        )
        today = await self._targets.today_now(target.pipeline)
        origin = Origin(
            channel=channel, pipeline=target.pipeline.name, environment=target.environment
        )
        blocks = [
            *forms.place(
                self._targets,
                target,
                pipeline=PIPELINE,
                environment=ENVIRONMENT,
                translator=self._translator,
            ),
            *([context(self._translator.mrkdwn(source))] if source else ()),
            *self._fields(target, parameters, given, yesterday=today - dt.timedelta(days=1)),
            *self._marks(),
        ]
        view = slack.ModalView(
            title=self._plain(TITLE),
            submit=self._plain(say("Start")),
            close=self._plain(say("Cancel")),
            callback_id=CALLBACK,
            private_metadata=origin.model_dump_json(),
            blocks=blocks,
        )
        filled: Mapping[str, Any] = view.to_dict()
        return filled

    def chosen(self, view: Mapping[str, Any]) -> tuple[Target, ChannelId]:
        """The pipeline and environment that are chosen in the modal, and where it was asked for."""
        origin = Origin.model_validate_json(view["private_metadata"])
        return self._chosen(origin, view["state"]["values"]), origin.channel

    def read(self, view: Mapping[str, Any]) -> Request:
        """What a submitted modal says, from memory alone.

        Raises:
            FieldsError: what is wrong, at its field.
        """
        origin = Origin.model_validate_json(view["private_metadata"])
        values = view["state"]["values"]
        target = self._chosen(origin, values)
        parameters = self._book.known(target.pipeline.name, target.environment, Kind.TRAIN)
        typed = forms.read(
            values,
            parameters,
            prefix=_prefix(target),
            today=self._targets.today(target.pipeline),
        )
        days = self._days(target, typed, values)
        return Request(target, Kind.TRAIN, typed, origin.channel, _marks_in(values), days)

    def _days(
        self, target: Target, typed: Mapping[str, str], values: Mapping[str, Any]
    ) -> Span | None:
        """The range of days, where a last one is given.

        Raises:
            FieldsError: it is none, or there are no data of its days.
        """
        if DAY not in typed:
            return None
        first = dt.date.fromisoformat(typed[DAY])
        days, field = Span(first, first), f"{_prefix(target)}{DAY}"
        if text := forms.text_of(values.get(f"{_prefix(target)}{LAST_DAY}") or {}):
            field = f"{_prefix(target)}{LAST_DAY}"
            try:
                last = day_of(text, today=self._targets.today(target.pipeline))
                most = self._targets.environments[target.environment].most_days
                days = span_of(first, last, most=most)
            except InputError as error:
                raise FieldsError({field: error.sentence}) from error
        if missing := self._data.missing_of(target, days):
            raise FieldsError({field: missing})
        return days if len(days) > 1 else None

    def _fields(
        self,
        target: Target,
        parameters: Sequence[Parameter],
        given: Mapping[str, str],
        *,
        yesterday: dt.date,
    ) -> list[slack.Block]:
        """One for each parameter, and below that of the day one for the last of several."""
        prefix = _prefix(target)
        found: list[slack.Block] = []
        for field in forms.fields(
            parameters,
            prefix=prefix,
            given=given,
            yesterday=yesterday,
            translator=self._translator,
        ):
            found.append(field)
            if field.block_id == f"{prefix}{DAY}":
                found.append(self._last_day(target))
        return found

    def _last_day(self, target: Target) -> slack.Block:
        most = self._targets.environments[target.environment].most_days
        hint = say(
            "For several days, one after the other on one card: the last of them, {most} at most",
            most=most,
        )
        return slack.InputBlock(
            label=self._plain(say("Until")),
            element=slack.DatePicker(action_id=forms.VALUE),
            block_id=f"{_prefix(target)}{LAST_DAY}",
            hint=self._plain(hint),
            optional=True,
        )

    def _marks(self) -> list[slack.Block]:
        """What is kept with the trial; what was typed stays when another pipeline is chosen."""
        tags = slack.InputBlock(
            label=self._plain(say("Tags")),
            element=slack.PlainTextInput(
                action_id=forms.VALUE,
                placeholder=self._plain(say("weather, night")),
                max_length=(MOST_TAG + 2) * MOST_TAGS,
            ),
            block_id=TAGS,
            hint=self._plain(
                say("Kept with the trial: `trials tag=…` finds it. A comma between two")
            ),
            optional=True,
        )
        note = slack.InputBlock(
            label=self._plain(say("Note")),
            element=slack.PlainTextInput(
                action_id=forms.VALUE, multiline=True, max_length=MOST_NOTE
            ),
            block_id=NOTE,
            hint=self._plain(say("What is tried, and why: kept with the trial too")),
            optional=True,
        )
        return [tags, note]

    def _chosen(self, origin: Origin, values: Mapping[str, Any]) -> Target:
        return Target(
            self._targets.pipeline(forms.selected(values, PIPELINE) or origin.pipeline),
            self._targets.environment(
                forms.selected(values, ENVIRONMENT), default=origin.environment
            ),
        )

    def _plain(self, sentence: Sentence) -> slack.Text:
        return forms.plain(sentence, self._translator)


def _prefix(target: Target) -> str:
    return f"{FIELD}{target.pipeline.name}."


def _marks_in(values: Mapping[str, Any]) -> Marks:
    tags, note = (forms.text_of(values.get(block) or {}) for block in (TAGS, NOTE))
    try:
        return said_of_a_start(re.split(r"[,、\s]+", tags.strip(" ,、")) if tags else (), note)
    except InputError as error:
        raise FieldsError({TAGS if error.field == "tag" else NOTE: error.sentence}) from error
