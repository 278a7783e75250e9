"""For which days there are data: a pipeline without them would start only to fail."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final, Protocol

from bot.targets import Target
from core.day_ranges import without_data
from core.domain import EnvironmentName, PipelineName
from core.errors import InputError, MlpipeError
from core.messages import Sentence, say
from core.spans import Span

logger = logging.getLogger(__name__)

MOST_LACKING: Final = 5
"""Days without data that are named."""


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

    async def require(self, target: Target, days: Span) -> None:
        """Make sure that the data of some days are there.

        Raises:
            InputError: they are not; the sentence names the days that are.
        """
        await self.look(target)
        if missing := self.missing_of(target, days):
            raise InputError(missing)

    def missing_of(self, target: Target, span: Span) -> Sentence | None:
        """That some days of a range have no data; None where all have some, or nobody knows."""
        days = self._seen.get((target.pipeline.name, target.environment))
        lacking = without_data(span, days) if days else ()
        if not days or not lacking:
            return None
        if len(span) == 1:
            return self.missing(target, span.first)
        first, last = min(days), max(days)
        if len(lacking) > MOST_LACKING:
            return say(
                "There are no data for {count} of these {total} days: they reach from {first} to "
                "{last}, and some between have none. Nothing was started: write days that have "
                "data.",
                count=len(lacking),
                total=len(span),
                first=first.isoformat(),
                last=last.isoformat(),
            )
        return say(
            "There are no data for {days}: nothing was started. The data reach from {first} to "
            "{last}: write a range without those days.",
            days=[day.isoformat() for day in lacking],
            first=first.isoformat(),
            last=last.isoformat(),
        )

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
