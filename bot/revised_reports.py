"""What is said below a report once its day's labels have matured."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from typing import Final, Protocol

from bot.clock import Clock, day_at
from bot.metrics import Metrics
from bot.reporter import Reporter
from bot.resting import Resting
from bot.slack.gateway import Gateway
from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks, Task
from bot.store.leases import Holder
from bot.subscriptions import SubscriptionBook
from bot.targets import Target
from core.domain import ChannelId, EnvironmentName, MessageTs, Pipeline, PipelineName
from core.errors import MlpipeError
from core.subscriptions import Content, Subscription, SubscriptionKey

logger = logging.getLogger(__name__)

LOOK_EVERY: Final = dt.timedelta(hours=1)
"""When it is looked again for days that were scored anew by nothing that the bot began, or by what
somebody had tried again: a scheduler of one's own, a Retry."""
GIVE_UP_AFTER: Final = dt.timedelta(days=1)
"""Of the bot's days: what could not be said by then interests nobody."""


class DaysScoredAgain(Protocol):
    """Which days have been scored again; see bot.ripe_days."""

    async def scored_again(
        self, pipeline: Pipeline, environment: EnvironmentName, today: dt.date
    ) -> tuple[dt.date, ...]:
        """Those whose labels have matured lately."""


class RevisedReports:
    """Answers each report whose day was scored again, once, in its thread."""

    def __init__(
        self,
        *,
        works: DailyWorks,
        book: SubscriptionBook,
        reporter: Reporter,
        ripe: DaysScoredAgain,
        gateway: Gateway,
        clock: Clock,
        holder: Holder,
        metrics: Metrics,
    ) -> None:
        """Take what it stands on; `holder` has a name that no process had before."""
        self._works = works
        self._book = book
        self._reporter = reporter
        self._ripe = ripe
        self._gateway = gateway
        self._clock = clock
        self._holder = holder
        self._metrics = metrics
        self._resting = Resting(metrics)
        self._look_at: dict[tuple[PipelineName, EnvironmentName], dt.datetime] = {}

    async def advance(self) -> None:
        """Say what is to be said and has not been."""
        now = await self._clock.now()
        for series in {
            (each.key.pipeline, each.key.environment) for each in await self._book.all()
        }:
            if now >= self._look_at.get(series, now):
                self._look_at[series] = now + LOOK_EVERY
                await self._look_at_days(*series, now)
        waiting = [k for k in await self._works.unfinished(Task.REVISION) if k.channel is not None]
        for key in waiting:
            if not self._resting.is_over(key, now):
                continue
            try:
                await self._answer(key, now)
            except Exception as error:  # noqa: BLE001 - told, and tried again
                self._resting.begin(key, error, now)

    async def _look_at_days(
        self, name: PipelineName, environment: EnvironmentName, now: dt.datetime
    ) -> None:
        """Begin an answer to each report whose day has been scored again."""
        pipeline = self._book.pipeline(name)
        try:
            today = day_at(now, pipeline.time_zone)
            days = await self._ripe.scored_again(pipeline, environment, today)
        except MlpipeError as error:  # the next look finds them
            logger.warning("what was scored again of %s is not known: %s", name, error)
            return
        for day in days:
            told = await self._works.delivered(DailyKey(Task.RUN, name, environment, day))
            keys = [dataclasses.replace(each.key, task=Task.REVISION) for each in told]
            if keys:
                await self._works.begin(*keys, at=now)

    async def _answer(self, key: DailyKey, now: dt.datetime) -> None:
        work = await self._works.take(key, self._holder, now=dt.datetime.now(dt.UTC))
        if work is None or key.channel is None:
            return
        subscription = await self._book.get(
            SubscriptionKey(key.channel, key.pipeline, key.environment)
        )
        report = await self._works.get(dataclasses.replace(key, task=Task.REPORT))
        too_late = now - work.claimed_at > GIVE_UP_AFTER
        if subscription is None or report is None or report.message is None or too_late:
            logger.info("%s is left: nobody waits for it any more", key)
            await self._works.save(dataclasses.replace(work, state=DailyState.FAILED))
            return
        message = await self._say(key.channel, work, report, subscription)
        done = dataclasses.replace(work, state=DailyState.DONE, message=message)
        await self._works.save(done)
        self._metrics.report(key.pipeline, key.environment, "delivered" if message else "quiet")

    async def _say(
        self, channel: ChannelId, work: DailyWork, report: DailyWork, subscription: Subscription
    ) -> MessageTs | None:
        """Post it, unless whoever had it before did; None: there is nothing to say."""
        delivery, below = str(work.key), report.message
        if subscription.content is Content.WEEKLY:
            return None  # the digest of a later week has the day as it is known then
        if work.taken_over:
            found = await self._gateway.find(channel, delivery, since=work.claimed_at, thread=below)
            if found is not None:
                return found
        target = Target(self._book.pipeline(work.key.pipeline), work.key.environment)
        facts = await self._reporter.collect(target, work.key.day)
        lens = await self._book.lens(subscription, work.key.day)
        if report.budget is not None:  # as the report was judged, whatever the channel hears of now
            lens = dataclasses.replace(lens, budget=report.budget)
        message = await self._reporter.revise(lens.of(facts), subscription.language)
        if message is None:
            return None
        return await self._gateway.post(channel, message, delivery=delivery, thread=below)
