"""Days whose labels have matured since they were scored, and what scored them first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.sagemaker import SageMaker
from core.day_result import DayResult
from core.domain import PRODUCTION, EnvironmentName, Pipeline
from core.evidence.label_age import ripe
from core.lineage import EXECUTION
from core.results import CANDIDATE
from core.spans import ONE_DAY
from mlops.registry import Registry

CATCH_UP: Final = dt.timedelta(days=7)
"""How long after its labels have matured a day is still scored again."""


@dataclass(frozen=True)
class ScoredFirst:
    """How a day was scored when its labels were young."""

    matures_after: int
    """The label age at which it is scored again."""
    versions: Mapping[str, int]
    """The versions by role. One that serves by now may have learnt from the day."""


class RipeDays:
    """Finds the days to be scored again."""

    def __init__(self, sagemaker: SageMaker) -> None:
        self._sagemaker = sagemaker

    async def days(
        self, pipeline: Pipeline, environment: EnvironmentName, today: dt.date
    ) -> tuple[dt.date, ...]:
        """Those whose labels have matured by today and were younger when they were read."""
        found = await self._lately_matured(pipeline, environment, today)
        return tuple(result.day for result in ripe(found, today))

    async def scored_again(
        self, pipeline: Pipeline, environment: EnvironmentName, today: dt.date
    ) -> tuple[dt.date, ...]:
        """Those that were scored with young labels and again with all of them, whoever did so."""
        found = await self._lately_matured(pipeline, environment, today)
        return tuple(each.day for each in found if each.label_age is None and each.earlier)

    async def _lately_matured(
        self, pipeline: Pipeline, environment: EnvironmentName, today: dt.date
    ) -> tuple[DayResult, ...]:
        """The days whose labels have matured within the last week, where labels come late."""
        evaluations = self._sagemaker.evaluations(pipeline.name, environment)
        newest = await evaluations.history(today - CATCH_UP, today - ONE_DAY)
        ages = [result.run.labels.matures_after for result in newest if result.run.labels]
        if not ages:
            return ()
        last = today - ages[-1] * ONE_DAY
        return await evaluations.history(last - CATCH_UP, last)

    async def scored_first(
        self, pipeline: Pipeline, environment: EnvironmentName, day: dt.date
    ) -> ScoredFirst | None:
        """How a day was scored when its labels were young; None where it was not."""
        result = await self._sagemaker.evaluations(pipeline.name, environment).of_day(day)
        first = next(iter(result.earlier), result) if result else None
        if first is None or first.run.labels is None:
            return None
        models = first.facts.models if first.facts else {}
        versions = {role: model.version for role, model in models.items() if model.version}
        trained = None
        if CANDIDATE in models and environment == PRODUCTION:  # the group that Resolve looks in
            trained = await _registered(self._sagemaker.registry(pipeline.name, environment), first)
        if trained is not None:
            versions[CANDIDATE] = trained
        return ScoredFirst(first.run.labels.matures_after, versions)


async def _registered(registry: Registry, first: DayResult) -> int | None:
    """The version that a run registered after it had scored the day, if its gate let it."""
    if first.run.execution_arn is None:
        return None
    later = [each for each in await registry.versions() if each.created >= first.run.started]
    for each in reversed(later):
        version = await registry.describe(each.arn)
        if version.metadata.get(EXECUTION) == first.run.execution_arn:
            return version.version
    return None
