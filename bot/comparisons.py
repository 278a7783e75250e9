"""Collects what a comparison of trials is made of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from bot.sagemaker import SageMaker
from bot.targets import Target
from bot.trial_book import TrialBook
from core.compared import MOST, Tried, against, day_of_trial, of_recipe
from core.day_result import DayResult
from core.domain import Person
from core.errors import InputError, MlpipeError, UnavailableError
from core.messages import say
from core.trials import Question, Trial, no_trial
from reports.compared import Compared
from reports.trial_places import Place

logger = logging.getLogger(__name__)

MOST_LOOKED_AT: Final = 500
"""Of an experiment's trials the newest, among which those of the same recipes are looked for: five
calls."""


class Comparisons:
    """Compares trials."""

    def __init__(self, *, trials: TrialBook, sagemaker: SageMaker) -> None:
        self._trials = trials
        self._sagemaker = sagemaker

    async def of(
        self, target: Target, names: Sequence[str], *, person: Person, command: str
    ) -> Compared:
        """Trials by their names, the first as what the others are held against.

        Args:
            target: Where they are.
            names: Theirs.
            person: Who asks.
            command: How mlpipe is called there.

        Raises:
            InputError: they are fewer than two, too many, or one is there twice.
            NotFoundError: there is none of that name.
        """
        if not 2 <= len(names) <= MOST:
            raise InputError(
                say(
                    "Write two to {most} trials: `{command} compare 4f1c2a9b 7d3e0b11`. Days are "
                    "compared from the menu (…) below a report.",
                    most=MOST,
                    command=command,
                )
            )
        found = await asyncio.gather(*(self._named(target, name, command) for name in names))
        if len({each.name for each in found}) < len(found):
            raise InputError(say("The same trial is there twice: write two different ones."))
        others = await self._newest(target, person)
        tried = tuple(await asyncio.gather(*(self._tried(target, each, others) for each in found)))
        place = Place(target.pipeline.name, target.environment)
        return Compared(place, tried, tuple(against(tried[0], each) for each in tried[1:]))

    async def _named(self, target: Target, name: str, command: str) -> Trial:
        found = await self._trials.named(target, name)
        if found is None:
            raise no_trial(name, command)
        return found

    async def _newest(self, target: Target, person: Person) -> list[Trial]:
        found: list[Trial] = []
        async for page in self._trials.pages(target, Question(), person=person):
            found += page.trials
            if len(found) >= MOST_LOOKED_AT:
                break
        return found

    async def _tried(self, target: Target, trial: Trial, others: Sequence[Trial]) -> Tried:
        result = await self._result(target, trial)
        return Tried(trial, result, of_recipe(trial, others))

    async def _result(self, target: Target, trial: Trial) -> DayResult | None:
        day = day_of_trial(trial)
        if day is None:
            return None
        evaluations = self._sagemaker.evaluations(target.pipeline.name, target.environment)
        try:
            return await evaluations.of_run(day, trial.name)
        except UnavailableError:
            raise
        except MlpipeError as error:
            logger.info("trial %s has no readable evaluation: %s", trial.name, error)
            return None
