"""The reports that come by themselves, each once for its channel and day."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from bot.clock import Clock
from bot.daily_run import ScoredDays
from bot.editions import Due, Edition, View, editions
from bot.findings import Findings, Readiness
from bot.metrics import Metrics
from bot.report_delivery import ReportDelivery, Telling
from bot.reporter import Form, Reporter
from bot.resting import Resting
from bot.slack.gateway import Gateway
from bot.store.daily import DailyKey, DailyWorks, Task
from bot.subscriptions import SubscriptionBook
from core.errors import MlpipeError
from core.subscriptions import Content, Subscription, SubscriptionKey
from reports.message import Report

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class DailyReports:
    """Brings what every channel subscribed to once a day, and waits a while for runs that go on.

    What a channel hears at one time is one message, however many series it is about. A series' day
    is read once, and a message is drawn once for all channels that get the same.
    """

    def __init__(
        self,
        *,
        works: DailyWorks,
        book: SubscriptionBook,
        reporter: Reporter,
        days: ScoredDays,
        gateway: Gateway,
        delivery: ReportDelivery,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """Take what it stands on.

        Args:
            works: The table of daily tasks.
            book: Who wants to hear what.
            reporter: Collects and draws.
            days: Which days have been evaluated.
            gateway: Tells whether a channel may be written to.
            delivery: Brings each message, once.
            clock: Days and times of day.
            metrics: Count what failed and what was left.
        """
        self._works = works
        self._book = book
        self._reporter = reporter
        self._days = days
        self._gateway = gateway
        self._delivery = delivery
        self._clock = clock
        self._metrics = metrics
        self._resting = Resting(metrics)

    async def advance(self) -> None:
        """Begin what may come now, and carry on whatever was begun and has not ended."""
        now = await self._clock.now()
        subscriptions = {each.key: each for each in await self._book.all()}
        await self._begin(subscriptions.values(), now)
        waiting = []
        for key in await self._works.unfinished(Task.REPORT):
            due = self._due(key, subscriptions)
            if due is None:
                await self._delivery.leave(key, "nobody waits for it any more")
            elif self._resting.is_over(key, now):
                waiting.append(due)
        await self._bring_all(editions(waiting, subscriptions), now)

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
        if occasion is None:
            return None
        heard = self._book.heard_before(subscription, key.day)
        return Due(key, key.channel, subscription, occasion, heard)

    async def _bring_all(self, waiting: Iterable[Edition], now: dt.datetime) -> None:
        """Whatever may come; what several channels get alike is drawn once."""
        look = Findings(
            works=self._works,
            book=self._book,
            reporter=self._reporter,
            days=self._days,
            now=now,
        )
        found = await asyncio.gather(*(self._to_tell(each, look, now) for each in waiting))
        alike: dict[tuple[Form, tuple[View, ...]], list[Telling]] = defaultdict(list)
        for each in found:
            if each is not None:
                alike[each.form, tuple(each.told.values())].append(each)
        for (form, views), group in alike.items():
            await self._draw_and_bring(form, views, group, look, now)

    async def _to_tell(self, edition: Edition, look: Findings, now: dt.datetime) -> Telling | None:
        """What a channel is told now; None where there is something to wait for.

        Series whose run is under way are waited for. One whose run nobody has begun holds no other
        up: it comes by itself, when it is ready or its wait has ended.
        """
        found = await self._asked(edition.due, look.readiness, now)
        ready = [due for due, each in found.items() if each is Readiness.READY]
        if not ready or Readiness.AWAITED in found.values():
            return None
        try:  # before anything is read and drawn for it
            await self._gateway.require(edition.channel)
        except MlpipeError as error:
            await self._rest(ready, error, now)
            return None
        facts = await self._asked(ready, lambda each: look.facts(edition.view(each)), now)
        told = {
            due: edition.view(due)
            for due, known in facts.items()
            if edition.content is not Content.CHANGES or known.news
        }
        quiet = tuple(due for due in facts if due not in told)
        return Telling(edition.channel, edition.form, told, quiet) if facts else None

    async def _asked(
        self, due: Iterable[Due], ask: Callable[[Due], Awaitable[Answer]], now: dt.datetime
    ) -> dict[Due, Answer]:
        """The answer for each series; one for which there is none rests, and holds none up."""
        due = list(due)
        answers = await asyncio.gather(*(ask(each) for each in due), return_exceptions=True)
        found = {}
        for each, answer in zip(due, answers, strict=True):
            if isinstance(answer, Exception):
                await self._rest([each], answer, now)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                found[each] = answer
        return found

    async def _draw_and_bring(
        self,
        form: Form,
        views: Sequence[View],
        alike: Sequence[Telling],
        look: Findings,
        now: dt.datetime,
    ) -> None:
        try:
            facts = [await look.facts(view) for view in views]
            report = await self._reporter.compose(facts, form) if facts else None
        except Exception as error:  # noqa: BLE001 - told, and tried again
            await self._rest([due for each in alike for due in each.due], error, now)
        else:
            # Each to its end: what one that is still posting holds is not taken a second time.
            brought = await asyncio.gather(
                *(self._bring(each, report, now) for each in alike), return_exceptions=True
            )
            for failure in filter(None, brought):
                raise failure

    async def _bring(self, telling: Telling, report: Report | None, now: dt.datetime) -> None:
        try:
            await self._delivery.bring(telling, report, at=now)
        except Exception as error:  # noqa: BLE001 - told, and tried again
            await self._rest(telling.due, error, now)

    async def _rest(self, due: Iterable[Due], error: Exception, now: dt.datetime) -> None:
        """What failed rests for a while and holds nothing else up.

        It does not pile up either: it gives way to what is due about a later day.
        """
        for each in due:
            self._resting.begin(each.key, error, now)
            later = self._book.newest(each.subscription, now)
            if later is not None and later.day > each.key.day:
                await self._give_way(each.key)

    async def _give_way(self, key: DailyKey) -> None:
        try:
            await self._delivery.leave(key, "the next is due")
        except Exception:
            logger.exception("%s could not be left, and is tried again", key)
        else:
            self._metrics.report(key.pipeline, key.environment, "left")


def _key(of: SubscriptionKey, day: dt.date) -> DailyKey:
    return DailyKey(Task.REPORT, of.pipeline, of.environment, day, channel=of.channel)
