"""The reports that come by themselves, each once for its channel and day."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.clock import Clock
from bot.daily_run import ScoredDays
from bot.metrics import Metrics
from bot.mornings import MorningBook
from bot.reporter import Form, Reporter
from bot.slack.gateway import Gateway
from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks, Task
from bot.store.executions import Executions
from bot.store.leases import Holder
from bot.subscriptions import SubscriptionBook
from bot.targets import Target
from core.domain import ChannelId
from core.errors import MlpipeError
from core.messages import Sentence, say
from core.subscriptions import Content, Occasion, Subscription, SubscriptionKey
from reports.message import Report
from reports.report_facts import ReportFacts

logger = logging.getLogger(__name__)

RETRY_AFTER: Final = dt.timedelta(minutes=5)
"""When a report that failed is tried again: what was wrong is seldom mended within seconds."""
AT_ONCE: Final = 8
"""Channels to which reports are on their way at the same time."""


@dataclass(frozen=True)
class Due:
    """A message that was begun and has not come yet."""

    key: DailyKey
    channel: ChannelId
    subscription: Subscription
    occasion: Occasion
    series: int
    """How many series its channel hears of."""


class DailyReports:
    """Brings every subscription's message once a day, and waits a while for a run that goes on.

    What is about the same series and day is read once, and drawn once for all whose form is the
    same, however many channels it goes to.
    """

    def __init__(
        self,
        *,
        works: DailyWorks,
        book: SubscriptionBook,
        reporter: Reporter,
        days: ScoredDays,
        gateway: Gateway,
        mornings: MorningBook,
        executions: Executions,
        clock: Clock,
        holder: Holder,
        metrics: Metrics,
    ) -> None:
        """Take what it stands on.

        Args:
            works: The table of daily tasks.
            book: Who wants to hear what.
            reporter: Collects and draws.
            days: Which days have been evaluated.
            gateway: Looks for a report that may have been posted.
            mornings: Posts, with what can be done from a report.
            executions: Why the morning's run failed.
            clock: Days and times of day.
            holder: Of a name that no process had before: a report that may be on its way to Slack
                is left alone until its lease ended, after a restart too.
            metrics: Count what was delivered, and what failed.
        """
        self._works = works
        self._book = book
        self._reporter = reporter
        self._days = days
        self._gateway = gateway
        self._mornings = mornings
        self._executions = executions
        self._clock = clock
        self._holder = holder
        self._metrics = metrics
        self._not_before: dict[DailyKey, dt.datetime] = {}
        self._lanes = asyncio.Semaphore(AT_ONCE)

    async def advance(self) -> None:
        """Begin what may come now, and carry on whatever was begun and has not ended."""
        now = await self._clock.now()
        subscriptions = {each.key: each for each in await self._book.all()}
        await self._begin(subscriptions.values(), now)
        mornings: dict[DailyKey, list[Due]] = defaultdict(list)
        for key in await self._works.unfinished(Task.REPORT):
            due = self._due(key, subscriptions)
            if due is None:
                await self._leave(key, "nobody waits for it any more")
            elif now >= self._not_before.get(key, now):
                mornings[key.run].append(due)
        await asyncio.gather(*(self._morning(run, due, now) for run, due in mornings.items()))

    async def _begin(self, subscriptions: Iterable[Subscription], now: dt.datetime) -> None:
        found = ((each, self._book.newest(each, now)) for each in subscriptions)
        keys = [_key(each.key, occasion.day) for each, occasion in found if occasion is not None]
        if keys:
            await self._works.begin(*keys, at=now)

    def _due(self, key: DailyKey, subscriptions: dict[SubscriptionKey, Subscription]) -> Due | None:
        assert key.channel is not None
        subscription = subscriptions.get(
            SubscriptionKey(key.channel, key.pipeline, key.environment)
        )
        if subscription is None:
            return None
        occasion = self._book.about(subscription, key.day)
        series = sum(each.channel == key.channel for each in subscriptions)
        return Due(key, key.channel, subscription, occasion, series) if occasion else None

    async def _morning(self, run_key: DailyKey, waiting: Sequence[Due], now: dt.datetime) -> None:
        """Everything that waits for one series and day."""
        for each in waiting:
            self._not_before.pop(each.key, None)
        try:
            run = await self._works.get(run_key)
            due = await self._which_may_come(run, waiting, now)
            welcome = await self._welcome(due, now)
            if not welcome:
                return
            target = Target(self._book.pipeline(run_key.pipeline), run_key.environment)
            note = await self._note(run)
            facts = await self._reporter.collect(target, run_key.day, note=note)
        except Exception as error:  # noqa: BLE001 - told, and tried again
            await self._rest(waiting, error, now)
        else:
            await self._bring_all(facts, welcome, now)

    async def _which_may_come(
        self, run: DailyWork | None, waiting: Sequence[Due], now: dt.datetime
    ) -> Sequence[Due]:
        """All once the day is ready, else those whose patience is at its end."""
        if run is not None and run.state.ended:
            return waiting
        overdue = [each for each in waiting if now >= _until(each, run)]
        if len(overdue) == len(waiting) or not await self._ready(waiting[0], run):
            return overdue
        return waiting

    async def _ready(self, due: Due, run: DailyWork | None) -> bool:
        # While Train goes on, what an Evaluate left before it is not what the report waits for.
        training = run is not None and run.state is DailyState.TRAINING
        done = self._days.trained if training else self._days.scored
        key = due.key
        return await done(self._book.pipeline(key.pipeline), key.environment, key.day)

    async def _welcome(self, due: Sequence[Due], now: dt.datetime) -> list[Due]:
        """Those whose channels the bot may write to: nothing is read and drawn for others."""

        async def ask(each: Due) -> bool:
            try:
                await self._gateway.require(each.channel)
            except MlpipeError as error:
                await self._rest([each], error, now)
                return False
            return True

        answers = await asyncio.gather(*(ask(each) for each in due))
        return [each for each, welcome in zip(due, answers, strict=True) if welcome]

    async def _bring_all(self, facts: ReportFacts, due: Sequence[Due], now: dt.datetime) -> None:
        by_form: dict[Form | None, list[Due]] = defaultdict(list)
        for each in due:
            by_form[_form(each, facts)].append(each)
        for form, alike in by_form.items():
            try:
                report = await self._reporter.compose(facts, form) if form else None
            except Exception as error:  # noqa: BLE001 - told, and tried again
                await self._rest(alike, error, now)
            else:
                await asyncio.gather(*(self._bring(each, report, now) for each in alike))

    async def _bring(self, due: Due, report: Report | None, now: dt.datetime) -> None:
        try:
            async with self._lanes:
                work = await self._works.take(due.key, self._holder, now=dt.datetime.now(dt.UTC))
                if work is not None:
                    await self._deliver(due, work, report, now)
        except Exception as error:  # noqa: BLE001 - told, and tried again
            await self._rest([due], error, now)

    async def _deliver(
        self, due: Due, work: DailyWork, report: Report | None, now: dt.datetime
    ) -> None:
        """Post it, unless whoever had it before did; None: there is nothing to say."""
        message, delivery = None, str(work.key)
        if report is not None and work.taken_over:
            message = await self._gateway.find(due.channel, delivery, since=work.claimed_at)
        if report is not None and message is None:
            message = await self._mornings.post(
                report,
                due.channel,
                due.key.morning,
                language=due.subscription.language,
                delivery=delivery,
                at=now,
            )
        done = dataclasses.replace(work, state=DailyState.DONE, message=message)
        await self._works.save(done)
        self._count(work.key, "delivered" if message else "quiet")

    def _count(self, key: DailyKey, outcome: str) -> None:
        self._metrics.reports.labels(key.pipeline, key.environment, outcome).inc()

    async def _rest(self, due: Iterable[Due], error: Exception, now: dt.datetime) -> None:
        """What failed rests for a while and holds nothing else up.

        It does not pile up either: it gives way to what is due about a later day.
        """
        unexpected = None if isinstance(error, MlpipeError) else error
        for each in due:
            self._not_before[each.key] = now + RETRY_AFTER
            self._count(each.key, "failed")
            logger.warning("%s could not be posted: %s", each.key, error, exc_info=unexpected)
            later = self._book.newest(each.subscription, now)
            if later is not None and later.day > each.key.day:
                self._count(each.key, "left")
                await self._leave(each.key, "the next is due")

    async def _leave(self, key: DailyKey, why: str) -> None:
        work = await self._works.take(key, self._holder, now=dt.datetime.now(dt.UTC))
        if work is not None:
            logger.warning("%s is left: %s", key, why)
            await self._works.save(dataclasses.replace(work, state=DailyState.FAILED))

    async def _note(self, run: DailyWork | None) -> Sentence | None:
        """What else is to be said: how the morning's run ended, where it did not end well."""
        if run is None or run.state is DailyState.DONE:
            return None
        if not run.state.ended:
            return say("The morning's run has not ended yet.")
        followed = await self._executions.get(run.execution) if run.execution else None
        if followed is None or followed.failure is None:
            return say("The morning's run failed.")
        return say("The morning's run failed: {reason}", reason=followed.failure)


def _key(of: SubscriptionKey, day: dt.date) -> DailyKey:
    return DailyKey(Task.REPORT, of.pipeline, of.environment, day, channel=of.channel)


def _until(due: Due, run: DailyWork | None) -> dt.datetime:
    """How long it waits for the evaluation: a run that was started late is given its time too."""
    times = due.subscription.times
    if times.when_ready:
        return due.occasion.due
    since = due.occasion.due if run is None else max(due.occasion.due, run.claimed_at)
    return since + times.patience


def _form(due: Due, facts: ReportFacts) -> Form | None:
    """What is the same for everybody who gets the same message; None: there is nothing to say."""
    subscription = due.subscription
    form = Form(
        subscription.language,
        weekly=subscription.content is Content.WEEKLY,
        metrics=subscription.metrics,
        charts=subscription.charts,
        series=due.series,
    )
    quiet = subscription.content is Content.CHANGES and not form.of(facts).news
    return None if quiet else form
