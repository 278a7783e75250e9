"""`/mlpipe run`: start an execution by one line or by a modal; its card is the tracker's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, Protocol

import slackblocks as slack
from pydantic import BaseModel, ConfigDict

from bot import forms
from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.parameter_book import ParameterBook
from bot.routes import Button, Choice, Subcommand, Submission
from bot.run_request import Lake, Request, require_data, to_start
from bot.slack.gateway import Gateway
from bot.targets import ENVIRONMENT_WORDS, EXPERIMENT, MOST_WORD, Target, Targets, taken_out
from bot.tracker import Tracker
from core.commands import Command
from core.day_result import DayResult
from core.domain import ChannelId, EnvironmentName, Kind, PipelineName
from core.errors import InputError, MlpipeError, UnavailableError
from core.inputs import arguments, reads_as_day
from core.messages import Sentence, Translator, say
from core.mornings import Morning
from core.parameters import DAY, Parameter
from reports.actions import REPORT_MENU, RETRAIN

CALLBACK: Final = "run.submit"
PIPELINE: Final = "run.pipeline"
ENVIRONMENT: Final = "run.environment"
FIELD: Final = "run.parameter."
_NOTHING: Final[Mapping[str, str]] = {}


class Results(Protocol):
    """The evaluated days."""

    async def result(self, target: Target, day: dt.date) -> DayResult | None:
        """One day's results; None where it was not evaluated."""


class Origin(BaseModel):
    """The modal's private metadata: what Slack brings back with every choice and submission."""

    model_config = ConfigDict(frozen=True)

    channel: ChannelId
    pipeline: PipelineName
    environment: EnvironmentName


class Run:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        book: ParameterBook,
        gateway: Gateway,
        lake: Lake,
        results: Results,
        targets: Targets,
        tracker: Tracker,
        translator: Translator,
    ) -> None:
        self._app = app
        self._results = results
        self._lake = lake
        self._book = book
        self._gateway = gateway
        self._targets = targets
        self._tracker = tracker
        self._translator = translator

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe run …`: the modal without arguments, else start at once."""
        assert asking.channel is not None
        if not command.tokens:
            await self._open(asking, asking.channel)
            return
        await self._gateway.require(asking.channel)
        await self._start(asking, await self._read(command, asking.channel))

    async def again(self, asking: Asking, value: str) -> None:
        """`Retrain …` below a report: the form, filled with what its run was started with."""
        assert asking.channel is not None
        await self._open(asking, asking.channel, Morning.parse(value))

    async def _read(self, command: Command, channel: ChannelId) -> Request:
        environment, command = taken_out(command, ENVIRONMENT_WORDS)
        kind, command = taken_out(command, ("kind",))
        if len(command.words) > 1:
            raise InputError(
                say(
                    "I do not understand {word}. Write parameters as name=value, such as "
                    "day=yesterday.",
                    word=command.words[1][:MOST_WORD],
                )
            )
        word = command.words[0] if command.words else None
        if word is not None and not self._targets.has_pipeline(word) and reads_as_day(word):
            raise InputError(
                say("There is no pipeline {word}. For that day write day={word}.", word=word)
            )
        target = Target(
            self._targets.pipeline(word),
            self._targets.environment(environment, default=EXPERIMENT),
        )
        read = _kind(kind)
        parameters = await self._parameters(target, read)
        today = await self._targets.today_now(target.pipeline)
        typed = arguments(command.pairs, parameters, today=today)
        return Request(target, read, typed, channel)

    async def _start(self, asking: Asking, request: Request) -> None:
        pipeline = request.target.pipeline
        followed = to_start(
            request,
            await self._parameters(request.target, request.kind),
            asking=asking,
            today=await self._targets.today_now(pipeline),
            at=await self._app.clock.now(),
        )
        if day := followed.parameters.get(DAY):
            await require_data(self._lake, request.target, dt.date.fromisoformat(day))
        begun = await self._tracker.begin(followed)
        if begun is not None and begun.arn is None:
            raise UnavailableError(
                say(
                    "SageMaker does not answer at the moment. I keep trying for ten minutes: the "
                    "card comes when it has started."
                )
            )

    # The modal

    async def _open(
        self, asking: Asking, channel: ChannelId, morning: Morning | None = None
    ) -> None:
        """A skeleton first: the trigger lives three seconds, SageMaker may take longer."""
        assert asking.trigger_id is not None
        view_id = await self._gateway.open_view(asking.trigger_id, self._notice(_LOADING))
        self._app.opened(asking)
        try:
            await self._gateway.require(channel)
            view = await self._filled(channel, morning)
        except MlpipeError as error:
            view = self._notice(error.sentence)
        await self._gateway.update_view(view_id, view)

    async def _filled(self, channel: ChannelId, morning: Morning | None) -> Mapping[str, Any]:
        if morning is None:
            target = Target(
                next(iter(self._targets.pipelines.values())),
                self._targets.environment(None, default=EXPERIMENT),
            )
            return await self._modal(target, channel)
        target = self._targets.of(morning)
        result = await self._results.result(target, morning.day)
        given = dict(result.run.parameters) if result else {}
        return await self._modal(target, channel, {**given, DAY: morning.day.isoformat()})

    async def choose(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """Another pipeline or environment was chosen: its parameters take the place."""
        assert asking.view_id is not None
        view = body["view"]
        origin = Origin.model_validate_json(view["private_metadata"])
        target = self._chosen(origin, view["state"]["values"])
        modal = await self._modal(target, origin.channel)
        await self._gateway.update_view(asking.view_id, modal)

    def read_modal(self, view: Mapping[str, Any]) -> Request:
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
        return Request(target, Kind.TRAIN, typed, origin.channel)

    async def submit(self, asking: Asking, request: Request) -> None:
        """The modal was submitted."""
        await self._gateway.require(request.channel)
        await self._start(asking, request)

    def _chosen(self, origin: Origin, values: Mapping[str, Any]) -> Target:
        return Target(
            self._targets.pipeline(forms.selected(values, PIPELINE) or origin.pipeline),
            self._targets.environment(
                forms.selected(values, ENVIRONMENT), default=origin.environment
            ),
        )

    async def _modal(
        self, target: Target, channel: ChannelId, given: Mapping[str, str] = _NOTHING
    ) -> Mapping[str, Any]:
        parameters = await self._parameters(target, Kind.TRAIN)
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
            *forms.fields(
                parameters,
                prefix=_prefix(target),
                given=given,
                yesterday=today - dt.timedelta(days=1),
                translator=self._translator,
            ),
        ]
        view = slack.ModalView(
            title=self._plain(_TITLE),
            submit=self._plain(say("Start")),
            close=self._plain(say("Cancel")),
            callback_id=CALLBACK,
            private_metadata=origin.model_dump_json(),
            blocks=blocks,
        )
        return view.to_dict()

    def _notice(self, sentence: Sentence) -> Mapping[str, Any]:
        return forms.notice(_TITLE, sentence, self._translator)

    def _plain(self, sentence: Sentence) -> slack.Text:
        return forms.plain(sentence, self._translator)

    async def _parameters(self, target: Target, kind: Kind) -> tuple[Parameter, ...]:
        return await self._book.parameters(target.pipeline.name, target.environment, kind)


_TITLE: Final = say("Run a pipeline")
_LOADING: Final = say("One moment: asking SageMaker for the parameters …")


def _prefix(target: Target) -> str:
    return f"{FIELD}{target.pipeline.name}."


def _kind(word: str | None) -> Kind:
    if word is None:
        return Kind.TRAIN
    try:
        return Kind(word.lower())
    except ValueError:
        raise InputError(
            say(
                "kind has to be one of {kinds}, not {word}.",
                kinds=", ".join(Kind),
                word=word[:MOST_WORD],
            )
        ) from None


def register(
    app: Conversations,
    *,
    book: ParameterBook,
    gateway: Gateway,
    lake: Lake,
    results: Results,
    targets: Targets,
    tracker: Tracker,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    run = Run(
        app=app,
        book=book,
        gateway=gateway,
        lake=lake,
        results=results,
        targets=targets,
        tracker=tracker,
        translator=translator,
    )
    app.subcommand(
        Subcommand(
            word="run",
            action=Action.RUN,
            purpose=say("Start a pipeline and follow it here. Alone it opens a form."),
            usage="run [pipeline] [env=…] [name=value …]",
            examples=("run", "run day=yesterday NumLeaves=63"),
            work=run.command,
        )
    )
    for action_id in (PIPELINE, ENVIRONMENT):
        app.button(Button(action_id, Action.RUN, run.choose))
    app.choice(Choice(REPORT_MENU, RETRAIN, Action.RUN, run.again))
    app.submission(
        Submission(
            CALLBACK,
            Action.RUN,
            read=run.read_modal,
            channel=lambda request: request.channel,
            work=run.submit,
        )
    )
