"""The report that comes by itself every morning."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from typing import Final

from bot.clock import Clock
from bot.daily_run import ScoredDays, due_at, key_of, superseded
from bot.metrics import Metrics
from bot.reporter import Reporter
from bot.settings import Daily
from bot.slack.gateway import Gateway
from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks, Task
from bot.store.executions import Executions
from bot.store.leases import Holder
from bot.targets import Target
from core.errors import MlpipeError
from core.messages import Sentence, say

logger = logging.getLogger(__name__)

RETRY_AFTER: Final = dt.timedelta(minutes=5)
"""When a report that failed is tried again: what was wrong is seldom mended within seconds."""


class DailyReport:
    """Posts each morning's report once, and waits a while for a run that is not done."""

    def __init__(
        self,
        *,
        works: DailyWorks,
        reporter: Reporter,
        days: ScoredDays,
        gateway: Gateway,
        executions: Executions,
        clock: Clock,
        holder: Holder,
        metrics: Metrics,
    ) -> None:
        """Take what it stands on.

        Args:
            works: The table of daily tasks.
            reporter: Collects and publishes.
            days: Which days have been evaluated.
            gateway: Looks for a report that may have been posted.
            executions: Why the morning's run failed.
            clock: Days and times of day.
            holder: Of a name that no process had before: a report that may be on its way to Slack
                is left alone until its lease ended, after a restart too.
            metrics: Count what was delivered, and what failed.
        """
        self._works = works
        self._reporter = reporter
        self._days = days
        self._gateway = gateway
        self._executions = executions
        self._clock = clock
        self._holder = holder
        self._metrics = metrics
        self._not_before: dict[DailyKey, dt.datetime] = {}

    async def advance(self, daily: Daily) -> None:
        """Begin what is due now, and carry on whatever was begun and has not ended."""
        if daily.report_at is None:
            return
        now = await self._clock.now()
        newest = key_of(Task.REPORT, daily, now)
        if now >= due_at(daily, daily.report_at, newest.day):
            await self._works.begin(newest, at=now)
        for key in await self._works.unfinished(newest.task, newest.pipeline, newest.environment):
            if now >= self._not_before.get(key, now):
                await self._try(daily, key, now)

    async def _try(self, daily: Daily, key: DailyKey, now: dt.datetime) -> None:
        """Carry a report on; one that fails rests for a while and does not hold up another."""
        self._not_before.pop(key, None)
        try:
            await self._carry_on(daily, key, now)
        except Exception as error:
            self._not_before[key] = now + RETRY_AFTER
            self._count(key, "failed")
            unexpected = None if isinstance(error, MlpipeError) else error
            logger.warning("%s could not be posted: %s", key, error, exc_info=unexpected)
            await self._leave_if_superseded(daily, key, now)

    async def _carry_on(self, daily: Daily, key: DailyKey, now: dt.datetime) -> None:
        if await self._should_wait(daily, key, now):
            return
        work = await self._works.take(key, self._holder, now=dt.datetime.now(dt.UTC))
        if work is not None:
            await self._deliver(daily, work)

    async def _leave_if_superseded(self, daily: Daily, key: DailyKey, now: dt.datetime) -> None:
        """Reports that could not be posted do not pile up: each gives way to the next."""
        if not superseded(daily, daily.report_at, key, now):
            return
        work = await self._works.take(key, self._holder, now=dt.datetime.now(dt.UTC))
        if work is not None:
            logger.warning("%s is left: the next is due", key)
            self._count(key, "left")
            await self._works.save(dataclasses.replace(work, state=DailyState.FAILED))

    async def _should_wait(self, daily: Daily, key: DailyKey, now: dt.datetime) -> bool:
        assert daily.report_at is not None
        since = due_at(daily, daily.report_at, key.day)
        run = await self._works.get(dataclasses.replace(key, task=Task.RUN))
        if run is not None:
            if run.state.ended:
                return False
            since = max(since, run.claimed_at)
        if now >= since + daily.patience:
            return False
        # While Train goes on, what an Evaluate left before it is not what the report waits for.
        training = run is not None and run.state is DailyState.TRAINING
        done = self._days.trained if training else self._days.scored
        return not await done(daily.pipeline, daily.environment, key.day)

    async def _deliver(self, daily: Daily, work: DailyWork) -> None:
        await self._gateway.require(daily.channel)  # before anything is read and drawn
        message = None
        if work.taken_over:
            message = await self._gateway.find(daily.channel, str(work.key))
        if message is None:
            target = Target(daily.pipeline, daily.environment)
            note = await self._note(work.key)
            facts = await self._reporter.collect(target, work.key.day, note=note)
            message = await self._reporter.publish(facts, daily.channel, delivery=str(work.key))
        done = dataclasses.replace(
            work, state=DailyState.DONE, channel=daily.channel, message=message
        )
        await self._works.save(done)
        self._count(work.key, "delivered")

    def _count(self, key: DailyKey, outcome: str) -> None:
        self._metrics.reports.labels(key.pipeline, key.environment, outcome).inc()

    async def _note(self, key: DailyKey) -> Sentence | None:
        """What else is to be said: how the morning's run ended, where it did not end well."""
        run = await self._works.get(dataclasses.replace(key, task=Task.RUN))
        if run is None or run.state is DailyState.DONE:
            return None
        if not run.state.ended:
            return say("The morning's run has not ended yet.")
        followed = await self._executions.get(run.execution) if run.execution else None
        if followed is None or followed.failure is None:
            return say("The morning's run failed.")
        return say("The morning's run failed: {reason}", reason=followed.failure)
