"""Collects what the question is made of which parameters explain a metric."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import Final

from bot.targets import Target, taken_out
from bot.trial_book import TrialBook
from core.commands import Command
from core.domain import Person
from core.errors import InputError, NotFoundError
from core.inputs import MOST_SHOWN
from core.matters import matters
from core.messages import Sentence, say, say_count
from core.trials import Question, Trial, beside_conditions
from reports.matters import Explained
from reports.trial_places import Place

MOST_LOOKED_AT: Final = 1000
"""Of the trials that are asked for, the newest: ten calls."""
METRIC: Final = ("metric",)


class Explanations:
    """Asks trials what matters."""

    def __init__(self, *, trials: TrialBook) -> None:
        self._trials = trials

    async def asked(
        self, target: Target, command: Command, *, person: Person, called: str
    ) -> Explained:
        """What matters, in the words of a command.

        Args:
            target: Where the trials are.
            command: `[auc] [metric=auc] [conditions]`.
            person: Who asks.
            called: How mlpipe is called there.

        Raises:
            InputError: something in the words means nothing here.
            NotFoundError: there is no trial like that, or none of them has a metric.
        """
        named, command = taken_out(command, METRIC)
        words, text = beside_conditions(" ".join(command.rewritten))
        if len(words) + (named is not None) > 1:
            raise InputError(
                say("Write one metric: `{command} matters auc since=7d`.", command=called)
            )
        word = named or next(iter(words), None)
        place = Place(target.pipeline.name, target.environment, text)
        return await self.of(target, place, word, person=person, called=called)

    async def of(
        self, target: Target, place: Place, word: str | None, *, person: Person, called: str
    ) -> Explained:
        """What matters in the trials that a question finds.

        Args:
            target: Where they are.
            place: The question.
            word: What the metric is called; None: the one that the question sorts by, else the one
                that most of them have.
            person: Who asks.
            called: How mlpipe is called there.

        Raises:
            InputError: something in the words means nothing here.
            NotFoundError: there is no trial like that, or none of them has a metric.
        """
        question = await self._trials.question(target, place.text)
        metric = await self._trials.metric(target, word) if word else _sorted_by(question)
        trials, total = await self._newest(target, question, person)
        if not trials:
            raise await self._trials.none_found(target, place.text, called)
        found = await asyncio.to_thread(matters, trials, metric, total=total)
        if found.metric is None or found.without == len(trials):
            raise NotFoundError(_without(metric, trials))
        return Explained(place, found)

    async def _newest(
        self, target: Target, question: Question, person: Person
    ) -> tuple[list[Trial], int]:
        """Some of them, and how many there are."""
        asked = dataclasses.replace(question, order=None)
        found: list[Trial] = []
        total = 0
        async for page in self._trials.pages(target, asked, person=person):
            found += page.trials
            total = page.total
            if len(found) >= MOST_LOOKED_AT:
                break
        return found, total


def _sorted_by(question: Question) -> str | None:
    column = question.order.column if question.order else None
    return column.name if column is not None and column.metric else None


def _without(metric: str | None, trials: Sequence[Trial]) -> Sentence:
    there = sorted({name for trial in trials for name in trial.metrics})
    if metric is None or not there:
        return say_count(
            "The {count} trial that is there ended without a metric.",
            "None of the {count} trials ended with a metric that is a number.",
            count=len(trials),
        )
    return say_count(
        "The {count} trial that is there ended without {metric} as a number; it has {names}.",
        "None of the {count} trials ended with {metric} as a number; they have {names}.",
        count=len(trials),
        metric=metric,
        names=", ".join(there)[: MOST_SHOWN * 4],
    )
