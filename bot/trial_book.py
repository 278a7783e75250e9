"""Trials as a conversation asks for them, and the names that a question may speak of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar

from bot.clock import Clock
from bot.parameter_book import ParameterBook
from bot.targets import Target
from core.day_result import DayResult
from core.domain import PRODUCTION, EnvironmentName, Kind, Person, Pipeline, PipelineName
from core.errors import InputError, MlpipeError, NotFoundError
from core.evidence.metrics import METRICS
from core.marks import Marks
from core.messages import say
from core.people import AT
from core.trials import IDENTITY, Names, Question, Trial, UnknownNameError, question
from mlops.evaluations import Evaluations
from mlops.trials import Page, Trials
from reports.metrics import names_called
from reports.trial_facts import TrialFacts

logger = logging.getLogger(__name__)
Read = TypeVar("Read")


class Source(Protocol):
    """Where trials are found."""

    @property
    def trials(self) -> Callable[[PipelineName, EnvironmentName], Trials]:
        """Those of one pipeline in one environment."""

    @property
    def evaluations(self) -> Callable[[PipelineName, EnvironmentName], Evaluations]:
        """What they left, of one pipeline in one environment."""


class People(Protocol):
    """Who somebody is."""

    async def called(self, word: str) -> Person:
        """The person of that name or id; an InputError where that is nobody or several."""


class TrialBook:
    """Finds trials, and learns what they may be asked for."""

    def __init__(
        self, *, source: Source, parameters: ParameterBook, people: People, clock: Clock
    ) -> None:
        self._source = source
        self._people = people
        self._parameters = parameters
        self._clock = clock

    async def question(self, target: Target, text: str) -> Question:
        """The question in a text; asks SageMaker for the newest trials where a name is new.

        Raises:
            InputError: a word means nothing here, or nobody.
        """
        now = await self._clock.now()
        asked = await self._read(target, lambda names: question(text, names, now=now))
        if asked.by is not None and asked.by.startswith(AT):
            person = await self._people.called(asked.by.removeprefix(AT))
            asked = dataclasses.replace(asked, by=str(person))
        return asked

    async def metric(self, target: Target, word: str) -> str:
        """The name of the metric that a word means; asks SageMaker where it is new.

        Raises:
            InputError: it means none, several, or a parameter.
        """
        column = await self._read(target, lambda names: names.column(word))
        if not column.metric:
            raise InputError(
                say("{name} is a parameter: write a metric, such as auc.", name=column.name),
                field=column.name,
            )
        return column.name

    async def page(
        self, target: Target, asked: Question, *, person: Person, first: int, count: int
    ) -> Page:
        """Some of the trials that were asked for; see mlops.trials."""
        return await self._of(target).page(asked, person=str(person), first=first, count=count)

    def pages(self, target: Target, asked: Question, *, person: Person) -> AsyncIterator[Page]:
        """All of the trials that were asked for; see mlops.trials."""
        return self._of(target).pages(asked, person=str(person))

    async def none_found(self, target: Target, text: str, command: str) -> NotFoundError:
        """Why no trial is found: none is like that, there is none yet, or no experiment.

        Args:
            target: Where.
            text: What was asked for.
            command: How mlpipe is called there.
        """
        trials = self._of(target)
        if not await trials.has_experiment():
            return NotFoundError(
                say(
                    "SageMaker has no experiment {experiment}: nothing has run there yet, or "
                    "somebody deleted it. `{command} run` begins it.",
                    experiment=trials.experiment,
                    command=command,
                )
            )
        if text:
            return NotFoundError(say("No trial like that."))
        return NotFoundError(
            say("There is no trial yet. `{command} run` makes one.", command=command)
        )

    async def named(self, target: Target, name: str) -> Trial | None:
        """The trial of that name."""
        return await self._of(target).named(name)

    async def look(self, target: Target, name: str) -> TrialFacts | None:
        """The trial of that name with what its evaluation left, and production's newest."""
        trial = await self.named(target, name)
        if trial is None:
            return None
        beside = await self.production(target.pipeline)
        if beside is not None and beside.component == trial.component:
            beside = None
        production = Target(target.pipeline, PRODUCTION)
        result = await self._result(target, trial)
        places = {"lake": target.pipeline.lake}
        if result is not None:
            evaluations = self._source.evaluations(target.pipeline.name, target.environment)
            places["results"] = evaluations.place_of(result.day, result.run.run)
        return TrialFacts(
            trial,
            result,
            beside,
            await self._result(production, beside) if beside else None,
            places,
        )

    async def _result(self, target: Target, trial: Trial) -> DayResult | None:
        """What its evaluation left; None where it left nothing, or S3 does not tell."""
        try:
            day = dt.date.fromisoformat(str(trial.parameters.get("day")))
        except ValueError:
            return None
        evaluations = self._source.evaluations(target.pipeline.name, target.environment)
        try:
            return await evaluations.of_run(day, trial.name)
        except MlpipeError as error:
            logger.info("the results of trial %s cannot be read: %s", trial.name, error)
            return None

    async def last_good(self, target: Target) -> Trial | None:
        """The newest trial that ended well; None where none did, or SageMaker does not tell."""
        try:
            return await self._of(target).newest_completed()
        except MlpipeError as error:
            logger.info("the last good trial cannot be read: %s", error)
            return None

    async def mark(self, target: Target, trial: Trial, marks: Marks, *, person: Person) -> None:
        """Keep tags and a note with a trial, beside what others keep there."""
        await self._of(target).mark(trial, marks, person=str(person))

    async def production(self, pipeline: Pipeline) -> Trial | None:
        """Production's newest trial that ended well."""
        trials = self._source.trials(pipeline.name, PRODUCTION)
        return await trials.newest_completed()

    def _of(self, target: Target) -> Trials:
        return self._source.trials(target.pipeline.name, target.environment)

    async def _read(self, target: Target, read: Callable[[Names], Read]) -> Read:
        """What a text means by the names that are known; by those of the newest trials as well."""
        names = self._names(target)
        try:
            return read(names)
        except UnknownNameError:
            newest = await self._of(target).page(Question(), person="")
            return read(names.with_those_of(newest.trials))

    def _names(self, target: Target) -> Names:
        known = self._parameters.known(target.pipeline.name, target.environment, Kind.TRAIN)
        return Names(
            frozenset(each.name for each in known) | IDENTITY, frozenset(METRICS), names_called()
        )
