"""What runs every morning: Train for the day before, and Evaluate when Train failed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import logging
import zoneinfo
from typing import Final, Protocol

from bot.clock import Clock, day_at
from bot.following import RefusedError
from bot.parameter_book import ParameterBook
from bot.settings import Daily
from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks, Task
from bot.store.executions import Executions, Followed, Progress
from bot.store.leases import Holder
from bot.tracker import Tracker
from core.domain import EnvironmentName, ExecutionStatus, Kind, Pipeline
from core.errors import MlpipeError
from core.parameters import DAY, STARTED_BY

logger = logging.getLogger(__name__)

STARTED_BY_SCHEDULE: Final = "schedule"
ONE_DAY: Final = dt.timedelta(days=1)


class ScoredDays(Protocol):
    """Which days have been evaluated."""

    async def scored(self, pipeline: Pipeline, environment: EnvironmentName, day: dt.date) -> bool:
        """Whether that day has a complete evaluation."""

    async def trained(self, pipeline: Pipeline, environment: EnvironmentName, day: dt.date) -> bool:
        """Whether that day has a complete evaluation of a model trained for it."""


class Alarms(Protocol):
    """Tells the channel when nobody asked but somebody can act."""

    async def run_failed(self, daily: Daily, followed: Followed, work: DailyWork) -> None:
        """The run that the schedule started failed."""


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
        alarms: Alarms,
        clock: Clock,
        holder: Holder,
    ) -> None:
        self._works = works
        self._executions = executions
        self._tracker = tracker
        self._book = book
        self._days = days
        self._alarms = alarms
        self._clock = clock
        self._holder = holder

    async def advance(self, daily: Daily) -> None:
        """Begin what is due now, and carry on whatever was begun and has not ended."""
        now = await self._clock.now()
        newest = run_of_today(daily, now)
        if daily.run_at is not None and now >= _due_at(daily, daily.run_at, newest.day):
            await self._works.begin(newest, at=now)
        for key in await self._works.unfinished(Task.RUN):
            if dataclasses.replace(key, day=newest.day) != newest:
                continue
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
        if _superseded(daily, work.key, now):
            logger.warning("%s could not begin before the next was due: it is left", work.key)
            await self._works.save(dataclasses.replace(work, state=DailyState.FAILED))
            return
        if await self._days.trained(daily.pipeline, daily.environment, work.key.day):
            await self._works.save(dataclasses.replace(work, state=DailyState.DONE))
            return
        await self._start(daily, work, Kind.TRAIN)

    async def _after_train(self, daily: Daily, work: DailyWork) -> None:
        followed = await self._ended(daily, work, Kind.TRAIN)
        if followed is None:
            return
        if followed.status is ExecutionStatus.SUCCEEDED:
            await self._works.save(dataclasses.replace(work, state=DailyState.DONE))
            return
        await self._alarms.run_failed(daily, followed, work)
        # A gate that fails skips the registration, never the evaluation: the day may be scored.
        if await self._days.scored(daily.pipeline, daily.environment, work.key.day):
            await self._works.save(dataclasses.replace(work, state=DailyState.DONE))
            return
        await self._start(daily, work, Kind.EVALUATE)

    async def _after_evaluate(self, daily: Daily, work: DailyWork) -> None:
        followed = await self._ended(daily, work, Kind.EVALUATE)
        if followed is None:
            return
        succeeded = followed.status is ExecutionStatus.SUCCEEDED
        if not succeeded:
            await self._alarms.run_failed(daily, followed, work)
        state = DailyState.DONE if succeeded else DailyState.FAILED
        await self._works.save(dataclasses.replace(work, state=state))

    async def _start(self, daily: Daily, work: DailyWork, kind: Kind) -> None:
        """Store which execution does it, then start it: its id and token follow from the day."""
        state = DailyState.TRAINING if kind is Kind.TRAIN else DailyState.EVALUATING
        token = hashlib.sha256(f"{work.key}/{kind}".encode()).hexdigest()
        identifier = token[:32]
        await self._works.save(dataclasses.replace(work, state=state, execution=identifier))
        followed = Followed(
            id=identifier,
            token=token,
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
        return {
            parameter.name: values[parameter.name]
            for parameter in known
            if parameter.name in values
        }

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
