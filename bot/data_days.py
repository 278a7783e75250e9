"""For which days there are data: a pipeline without them would start only to fail."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Protocol

from bot.targets import Target
from core.domain import EnvironmentName, PipelineName
from core.errors import InputError, MlpipeError
from core.messages import Sentence, say

logger = logging.getLogger(__name__)


class Lake(Protocol):
    """Knows for which days there are data."""

    async def lake_days(
        self, pipeline: PipelineName, environment: EnvironmentName
    ) -> frozenset[dt.date]:
        """Those days."""


class DataDays:
    """The days with data as they were last seen: a submitted form is answered from memory.

    Where the lake cannot be read, or looks like none of ours, the pipeline itself finds out.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._seen: dict[tuple[PipelineName, EnvironmentName], frozenset[dt.date]] = {}

    async def look(self, target: Target) -> None:
        """See which there are."""
        series = target.pipeline.name, target.environment
        self._seen.pop(series, None)
        try:
            self._seen[series] = await self._lake.lake_days(*series)
        except MlpipeError as error:
            logger.info("for which days there are data is not known: %s", error)

    async def require(self, target: Target, day: dt.date) -> None:
        """Make sure that the data of a day are there.

        Raises:
            InputError: they are not; the sentence names the days that are.
        """
        await self.look(target)
        if missing := self.missing(target, day):
            raise InputError(missing)

    def missing(self, target: Target, day: dt.date) -> Sentence | None:
        """That a day has no data, and which have; None where it has some, or nobody knows."""
        days = self._seen.get((target.pipeline.name, target.environment))
        if not days or day in days:
            return None
        first, last = min(days), max(days)
        if first < day < last:
            return say(
                "There are no data for {day}. The nearest day before it that has some is "
                "{nearest}: write that one, or wait for the data.",
                day=day.isoformat(),
                nearest=max(each for each in days if each < day).isoformat(),
            )
        return say(
            "There are no data for {day}: they reach from {first} to {last}. Write a day of those.",
            day=day.isoformat(),
            first=first.isoformat(),
            last=last.isoformat(),
        )
