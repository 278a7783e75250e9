"""What runs every morning: Train for the day before, and Evaluate when Train failed.

Then, where labels come late, Evaluate for each day whose labels have matured by now.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import zoneinfo
from collections.abc import Iterable
from typing import Final, Protocol

from bot.clock import Clock, day_at
from bot.following import RefusedError
from bot.parameter_book import ParameterBook
from bot.ripe_days import ScoredFirst
from bot.settings import Daily
from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks, Task
from bot.store.executions import Executions, Followed, Progress
from bot.store.leases import Holder
from bot.tracker import Tracker
from core.domain import EnvironmentName, ExecutionStatus, Kind, MessageTs, Pipeline
from core.errors import MlpipeError
from core.parameters import CURRENT, DAY, LABEL_AGE, STARTED_BY, VERSIONS
from core.spans import ONE_DAY

logger = logging.getLogger(__name__)

STARTED_BY_SCHEDULE: Final = "schedule"


class ScoredDays(Protocol):
    """Which days have been evaluated."""

    async def scored(self, pipeline: Pipeline, environment: EnvironmentName, day: dt.date) -> bool:
        """Whether that day has a complete evaluation."""

    async def trained(self, pipeline: Pipeline, environment: EnvironmentName, day: dt.date) -> bool:
        """Whether that day has a complete evaluation of a model trained for it."""


class DaysToRevise(Protocol):
    """Which days are scored again now that their labels have matured; see bot.ripe_days."""

    async def days(
        self, pipeline: Pipeline, environment: EnvironmentName, today: dt.date
    ) -> tuple[dt.date, ...]:
        """Those days."""

    async def scored_first(
        self, pipeline: Pipeline, environment: EnvironmentName, day: dt.date
    ) -> ScoredFirst | None:
        """How one of them was scored first."""


class Alarms(Protocol):
    """Tells the channel when nobody asked but somebody can act."""

    async def run_failed(
        self, daily: Daily, followed: Followed, work: DailyWork
    ) -> MessageTs | None:
        """The run that the schedule started failed.

        Returns:
            The message that tells of it, or below which it is told; None where nobody can be told.

        Raises:
            UnavailableError: the channel cannot be told now.
        """

    async def run_succeeded(self, daily: Daily, work: DailyWork) -> None:
        """It succeeded, which is news where the one before failed."""


class DailyRun:
    """Starts each morning's executions, once however many replicas there are."""

    def __init__(
        self,
        *,
        works: DailyWorks,
        executions: Executions,
        tracker: Tracker,
        book: ParameterBook,
        days: ScoredDays,
        ripe: DaysToRevise,
        alarms: Alarms,
        clock: Clock,
        holder: Holder,
    ) -> None:
        self._works = works
        self._executions = executions
        self._tracker = tracker
        self._book = book
        self._days = days
        self._ripe = ripe
        self._alarms = alarms
        self._clock = clock
        self._holder = holder

    async def advance(self, daily: Daily) -> None:
        """Begin what is due now, and carry on whatever was begun and has not ended."""
        now = await self._clock.now()
        newest = run_of_today(daily, now)
        if daily.run_at is not None and now >= _due_at(daily, daily.run_at, newest.day):
            await self._works.begin(newest, at=now)
        unfinished = [
            *await self._works.unfinished(Task.RUN),
            *await self._works.unfinished(Task.REVISION),
        ]
        for key in unfinished:
            if dataclasses.replace(key, task=Task.RUN, day=newest.day) != newest:
                continue  # another pipeline's, or what is said of it in a channel
            try:
                await self._carry_on(daily, key, now)
            except MlpipeError as error:  # one morning does not hold up another
                logger.warning("%s is tried again: %s", key, error)

    async def _carry_on(self, daily: Daily, key: DailyKey, now: dt.datetime) -> None:
        work = await self._works.take(key, self._holder, now=dt.datetime.now(dt.UTC))
        if work is None:
            return
        match work.state:
            case DailyState.CLAIMED:
                await self._begin(daily, work, now)
            case DailyState.TRAINING:
                await self._after_train(daily, work)
            case DailyState.EVALUATING:
                await self._after_evaluate(daily, work)

    async def _begin(self, daily: Daily, work: DailyWork, now: dt.datetime) -> None:
        if work.key.task is Task.REVISION:
            await self._start(daily, work, Kind.EVALUATE)
            return
        if _superseded(daily, work.key, now):
            logger.warning("%s could not begin before the next was due: it is left", work.key)
            await self._end(daily, work, DailyState.FAILED)
            return
        if await self._days.trained(daily.pipeline, daily.environment, work.key.day):
            await self._end(daily, work, DailyState.DONE)
            return
        await self._start(daily, work, Kind.TRAIN)

    async def _after_train(self, daily: Daily, work: DailyWork) -> None:
        followed = await self._ended(daily, work, Kind.TRAIN)
        if followed is None:
            return
        if followed.status is ExecutionStatus.SUCCEEDED:
            await self._alarms.run_succeeded(daily, work)
            await self._end(daily, work, DailyState.DONE)
            return
        work = await self._tell(daily, followed, work)
        # A gate that fails skips the registration, never the evaluation: the day may be scored.
        if await self._days.scored(daily.pipeline, daily.environment, work.key.day):
            await self._end(daily, work, DailyState.DONE)
            return
        await self._start(daily, work, Kind.EVALUATE)

    async def _after_evaluate(self, daily: Daily, work: DailyWork) -> None:
        followed = await self._ended(daily, work, Kind.EVALUATE)
        if followed is None:
            return
        succeeded = followed.status is ExecutionStatus.SUCCEEDED
        if not succeeded:
            work = await self._tell(daily, followed, work)
        await self._end(daily, work, DailyState.DONE if succeeded else DailyState.FAILED)

    async def _tell(self, daily: Daily, followed: Followed, work: DailyWork) -> DailyWork:
        """Have the channel told of a failure; the work keeps where, for what follows on it."""
        message = await self._alarms.run_failed(daily, followed, work)
        return dataclasses.replace(work, message=message or work.message)

    async def _end(self, daily: Daily, work: DailyWork, state: DailyState) -> None:
        """What follows from a task is begun before it has ended: a bot that dies does it again."""
        if work.key.task is Task.RUN:
            await self._begin_revisions(daily, work)
        elif state is DailyState.DONE:
            await self._begin_saying(work)
        await self._works.save(dataclasses.replace(work, state=state))

    async def _begin_revisions(self, daily: Daily, work: DailyWork) -> None:
        today = work.key.day + ONE_DAY
        try:
            days = await self._ripe.days(daily.pipeline, daily.environment, today)
        except MlpipeError as error:  # the next morning looks again
            logger.warning("which days have matured after %s is not known: %s", work.key, error)
            return
        keys = (dataclasses.replace(work.key, task=Task.REVISION, day=day) for day in days)
        await self._begin_all(keys)

    async def _begin_saying(self, work: DailyWork) -> None:
        """Have each channel told that had a report of the day."""
        told = await self._works.delivered(work.key)
        await self._begin_all(dataclasses.replace(each.key, task=Task.REVISION) for each in told)

    async def _begin_all(self, keys: Iterable[DailyKey]) -> None:
        found = tuple(keys)
        if found:
            await self._works.begin(*found, at=await self._clock.now())

    async def _start(self, daily: Daily, work: DailyWork, kind: Kind) -> None:
        """Store which execution does it, then start it: its id and token follow from the day."""
        state = DailyState.TRAINING if kind is Kind.TRAIN else DailyState.EVALUATING
        identifier = work.key.execution(kind)
        await self._works.save(dataclasses.replace(work, state=state, execution=identifier))
        followed = Followed(
            id=identifier,
            token=work.key.token(kind),
            pipeline=daily.pipeline.name,
            environment=daily.environment,
            kind=kind,
            parameters=await self._parameters(daily, work, kind),
            requested_at=await self._clock.now(),
        )
        try:
            await self._tracker.begin(followed)
        except RefusedError as error:
            logger.warning("%s: %s", work.key, error)

    async def _parameters(self, daily: Daily, work: DailyWork, kind: Kind) -> dict[str, str]:
        where = (daily.pipeline.name, daily.environment, kind)
        try:
            known = await self._book.parameters(*where)
        except MlpipeError:  # the start will meet it too, and tell
            known = self._book.known(*where)
        values = {DAY: work.key.day.isoformat(), STARTED_BY: STARTED_BY_SCHEDULE}
        values |= await self._of_labels(daily, work)
        return {
            parameter.name: values[parameter.name]
            for parameter in known
            if parameter.name in values
        }

    async def _of_labels(self, daily: Daily, work: DailyWork) -> dict[str, str]:
        """How old the labels are that are read, and who scores a day whose labels have matured.

        A morning reads what had come by the end of the day, whenever it runs: so all are alike.
        """
        if work.key.task is Task.RUN:
            return {LABEL_AGE: "1"}
        first = await self._ripe.scored_first(daily.pipeline, daily.environment, work.key.day)
        if first is None:
            return {}
        named = ",".join(f"{role}={number}" for role, number in first.versions.items())
        return {LABEL_AGE: str(first.matures_after), VERSIONS: named or CURRENT}

    async def _ended(self, daily: Daily, work: DailyWork, kind: Kind) -> Followed | None:
        assert work.execution is not None
        followed = await self._executions.get(work.execution)
        if followed is None:  # the bot died between storing the plan and the execution
            await self._start(daily, work, kind)
            return None
        return followed if followed.progress in {Progress.ENDED, Progress.REFUSED} else None


def _due_at(daily: Daily, time: dt.time, day: dt.date) -> dt.datetime:
    """When the run for a day is due: at that time of the day after, in the pipeline's zone."""
    zone = zoneinfo.ZoneInfo(daily.pipeline.time_zone)
    return dt.datetime.combine(day + ONE_DAY, time, tzinfo=zone)


def run_of_today(daily: Daily, now: dt.datetime) -> DailyKey:
    """The run that may be begun today: the one for the day before, and no earlier one."""
    day = day_at(now, daily.pipeline.time_zone) - ONE_DAY
    return DailyKey(Task.RUN, daily.pipeline.name, daily.environment, day)


def _superseded(daily: Daily, key: DailyKey, now: dt.datetime) -> bool:
    """Whether the run for the next day is due: see docs/decisions/0006."""
    return daily.run_at is None or now >= _due_at(daily, daily.run_at, key.day + ONE_DAY)
