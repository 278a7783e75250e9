"""The form of `/mlpipe sweep`: a range for each hyperparameter, and how many trials."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import slackblocks as slack
from pydantic import BaseModel, ConfigDict

from bot import forms
from bot.data_days import DataDays
from bot.parameter_book import ParameterBook
from bot.routes import FieldsError
from bot.targets import Target, Targets
from core.domain import ChannelId, EnvironmentName, Kind, PipelineName
from core.errors import InputError
from core.inputs import range_of
from core.messages import Sentence, Translator, say
from core.parameters import DAY, Parameter
from core.range_examples import example_range
from core.sweep_request import Limits, read_sweep, settings, sweepable
from core.sweeps import Sweep

CALLBACK: Final = "sweep.submit"
PIPELINE: Final = "sweep.pipeline"
ENVIRONMENT: Final = "sweep.environment"
FIELD: Final = "sweep.parameter."
LOADING: Final = say("One moment: asking SageMaker for the parameters …")
TITLE: Final = say("Sweep hyperparameters")
MOST_FIELD: Final = 300
"""Characters of a range that is typed."""


class Origin(BaseModel):
    """The modal's private metadata: what Slack brings back with every choice and submission."""

    model_config = ConfigDict(frozen=True)

    channel: ChannelId
    pipeline: PipelineName
    environment: EnvironmentName


@dataclass(frozen=True)
class SweepRequest:
    """What is to be started."""

    target: Target
    sweep: Sweep
    parameters: Mapping[str, str]
    """Of the pipeline, the swept ones apart."""
    channel: ChannelId


class SweepForm:
    """Composes the modal, and reads what it says."""

    def __init__(
        self, *, book: ParameterBook, data: DataDays, targets: Targets, translator: Translator
    ) -> None:
        self._book = book
        self._data = data
        self._targets = targets
        self._translator = translator

    async def view(self, target: Target, channel: ChannelId) -> Mapping[str, Any]:
        """The modal about a pipeline in an environment, asked for in a channel."""
        parameters, _ = await asyncio.gather(
            self._book.parameters(target.pipeline.name, target.environment, Kind.SWEEP),
            self._data.look(target),
        )
        today = await self._targets.today_now(target.pipeline)
        origin = Origin(
            channel=channel, pipeline=target.pipeline.name, environment=target.environment
        )
        swept = sweepable(parameters)
        once = [each for each in parameters if each not in swept]
        view = slack.ModalView(
            title=forms.plain(TITLE, self._translator),
            submit=forms.plain(say("Start"), self._translator),
            close=forms.plain(say("Cancel"), self._translator),
            callback_id=CALLBACK,
            private_metadata=origin.model_dump_json(),
            blocks=[
                *forms.place(
                    self._targets,
                    target,
                    pipeline=PIPELINE,
                    environment=ENVIRONMENT,
                    translator=self._translator,
                ),
                *self._ranges(target, swept),
                *forms.fields(
                    [*settings(self._limits(target)), *once],
                    prefix=_prefix(target),
                    given={},
                    yesterday=today - dt.timedelta(days=1),
                    translator=self._translator,
                ),
            ],
        )
        filled: Mapping[str, Any] = view.to_dict()
        return filled

    async def view_of_another(self, view: Mapping[str, Any]) -> Mapping[str, Any]:
        """The modal once another pipeline or environment was chosen in it."""
        origin = Origin.model_validate_json(view["private_metadata"])
        return await self.view(self._chosen(origin, view["state"]["values"]), origin.channel)

    def read(self, view: Mapping[str, Any]) -> SweepRequest:
        """What a submitted modal says, from memory alone.

        Raises:
            FieldsError: what is wrong, at its field.
        """
        origin = Origin.model_validate_json(view["private_metadata"])
        values = view["state"]["values"]
        target = self._chosen(origin, values)
        prefix = _prefix(target)
        parameters = self._book.known(target.pipeline.name, target.environment, Kind.SWEEP)
        own = [each.name for each in settings(self._limits(target))]
        names = [*(each.name for each in parameters if not each.internal), *own]
        typed = [(name, forms.text_of(values.get(f"{prefix}{name}") or {})) for name in names]
        try:
            sweep, given = self.checked(target, [(n, text) for n, text in typed if text.strip()])
        except InputError as error:
            raise FieldsError({f"{prefix}{error.field}": error.sentence}) from error
        if DAY in given:
            missing = self._data.missing(target, dt.date.fromisoformat(given[DAY]))
            if missing is not None:
                raise FieldsError({f"{prefix}{DAY}": missing})
        return SweepRequest(target, sweep, given, origin.channel)

    def checked(
        self, target: Target, typed: Sequence[tuple[str, str]]
    ) -> tuple[Sweep, dict[str, str]]:
        """The sweep that was typed, and the pipeline's parameters, from memory alone.

        Raises:
            InputError: what is wrong; `field` is the parameter's name.
        """
        return read_sweep(
            typed,
            self._book.known(target.pipeline.name, target.environment, Kind.SWEEP),
            limits=self._limits(target),
            today=self._targets.today(target.pipeline),
        )

    def _limits(self, target: Target) -> Limits:
        environment = self._targets.environments[target.environment]
        return Limits(environment.most_trials, environment.most_parallel)

    def _ranges(self, target: Target, swept: Sequence[Parameter]) -> Iterator[slack.InputBlock]:
        for parameter in swept[: forms.MOST_FIELDS // 2]:
            yield slack.InputBlock(
                label=slack.Text(parameter.name, type_=slack.TextType.PLAINTEXT),
                element=slack.PlainTextInput(
                    action_id=forms.VALUE,
                    placeholder=slack.Text(str(parameter.default), type_=slack.TextType.PLAINTEXT)
                    if parameter.default is not None
                    else None,
                    max_length=MOST_FIELD,
                ),
                block_id=f"{_prefix(target)}{parameter.name}",
                hint=slack.Text(
                    self._translator.plain(_hint(parameter)), type_=slack.TextType.PLAINTEXT
                ),
                optional=True,
            )

    def _chosen(self, origin: Origin, values: Mapping[str, Any]) -> Target:
        return Target(
            self._targets.pipeline(forms.selected(values, PIPELINE) or origin.pipeline),
            self._targets.environment(
                forms.selected(values, ENVIRONMENT), default=origin.environment
            ),
        )


def _hint(parameter: Parameter) -> Sentence:
    example, limits = example_range(parameter), range_of(parameter)
    what = say("A range such as {example}, a list or one value", example=example)
    if limits:
        what = say(
            "A range such as {example}, a list or one value ({range})",
            example=example,
            range=limits,
        )
    if parameter.description is None:
        return what
    return say("{description}. {what}", description=parameter.description, what=what)


def _prefix(target: Target) -> str:
    return f"{FIELD}{target.pipeline.name}."
