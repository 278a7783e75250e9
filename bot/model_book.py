"""Registered versions as a conversation asks for them: with their results and who decided what."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from bot.sagemaker import SageMaker
from bot.store.approvals import Approvals
from bot.targets import ENVIRONMENT_WORDS, MOST_WORD, Target, Targets, taken_out
from core.commands import Command
from core.day_result import DayResult
from core.domain import PRODUCTION, ModelVersion
from core.errors import InputError, MlpipeError, NotFoundError, UnavailableError
from core.inputs import VERSION
from core.messages import say
from reports.model_facts import ModelFacts, ModelRow

logger = logging.getLogger(__name__)

AT_ONCE: Final = 5
"""Versions that are read at the same time."""


class ModelBook:
    """Finds versions."""

    def __init__(self, *, sagemaker: SageMaker, approvals: Approvals | None) -> None:
        """Take what it reads; without approvals only the registry tells who decided."""
        self._sagemaker = sagemaker
        self._approvals = approvals
        self._places = asyncio.Semaphore(AT_ONCE)

    async def page(
        self, target: Target, *, first: int, count: int
    ) -> tuple[tuple[ModelRow, ...], int]:
        """Some versions, newest first, and how many there are in all.

        Args:
            target: Whose.
            first: How many come before.
            count: How many at most.
        """
        listed, serving = await asyncio.gather(
            self._sagemaker.versions(target), self._sagemaker.serving(target)
        )
        rows = await asyncio.gather(
            *(self._row(target, each, serving) for each in listed[first : first + count])
        )
        return tuple(rows), len(listed)

    async def one(self, target: Target, number: int) -> ModelFacts:
        """Everything that is known of a version.

        Raises:
            NotFoundError: there is none of that number.
        """
        listed, serving = await asyncio.gather(
            self._sagemaker.versions(target), self._sagemaker.serving(target)
        )
        found = next((each for each in listed if each.version == number), None)
        if found is None:
            raise no_version(number, listed, target)
        row = await self._row(target, found, serving)
        requests = await self._approvals.about(found.arn) if self._approvals else ()
        return ModelFacts(
            pipeline=target.pipeline.name,
            environment=target.environment,
            row=row,
            serving=serving,
            requests=requests,
        )

    async def _row(
        self, target: Target, listed: ModelVersion, serving: ModelVersion | None
    ) -> ModelRow:
        async with self._places:
            registry = self._sagemaker.registry(target.pipeline.name, target.environment)
            version = await registry.describe(listed.arn)
            serves = serving is not None and serving.arn == version.arn
            return ModelRow(version, serves=serves, result=await self._result(target, version))

    async def _result(self, target: Target, version: ModelVersion) -> DayResult | None:
        evaluations = self._sagemaker.evaluations(target.pipeline.name, target.environment)
        try:
            return await evaluations.of_version(version)
        except UnavailableError:
            raise
        except MlpipeError as error:
            logger.info("version %s has no readable results: %s", version.version, error)
            return None


def no_version(number: int | None, listed: Sequence[ModelVersion], target: Target) -> NotFoundError:
    """What whoever asks for a version that is not there is told."""
    group = target.pipeline.model_package_group(target.environment)
    if number is None or not listed:
        return NotFoundError(
            say(
                "No version is registered in {group} yet. Run the pipeline there first.",
                group=group,
            )
        )
    return NotFoundError(
        say(
            "There is no version {number} in {group}: the newest is {version}. Write the number of "
            "one that is there.",
            number=str(number)[:MOST_WORD],
            group=group,
            version=listed[0].version,
        )
    )


def of_words(targets: Targets, command: Command) -> tuple[Target, tuple[str, ...]]:
    """Whose versions a command speaks of, production's unless it says otherwise; what is left.

    Raises:
        InputError: there is no pipeline or environment of that name.
    """
    environment, command = taken_out(command, ENVIRONMENT_WORDS)
    words = list(command.rewritten)
    named = words.pop(0) if words and targets.has_pipeline(words[0]) else None
    target = Target(targets.pipeline(named), targets.environment(environment, default=PRODUCTION))
    return target, tuple(words)


def version_of(words: tuple[str, ...], command: str) -> int:
    """The version that the rest of a command names.

    Raises:
        InputError: it names none, or more than one.
    """
    if not words:
        raise InputError(
            say("Which version? Write its number, as `{command} models` lists it.", command=command)
        )
    match = VERSION.fullmatch(words[0])
    if match is None or len(words) > 1:
        raise InputError(
            say(
                "{word} is not a version: write its number, as `{command} models` lists it.",
                word=" ".join(words)[:MOST_WORD],
                command=command,
            )
        )
    return int(match[1])
