"""The reports that come by themselves, each once for its channel and day."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.clock import Clock
from bot.daily_run import ScoredDays
from bot.editions import Due, Edition, View, editions
from bot.look import Look
from bot.metrics import Metrics
from bot.mornings import MorningBook
from bot.reporter import Form, Reporter
from bot.slack.gateway import Gateway
from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks, Task
from bot.store.leases import Holder
from bot.subscriptions import SubscriptionBook
from core.domain import ChannelId, MessageTs
from core.errors import MlpipeError
from core.subscriptions import Content, Subscription, SubscriptionKey
from reports.message import Report

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

RETRY_AFTER: Final = dt.timedelta(minutes=5)
"""When a report that failed is tried again: what was wrong is seldom mended within seconds."""
MARGIN: Final = dt.timedelta(minutes=1)
"""Time that is left of a lease when a delivery is given up: what is on its way to Slack then stands
there before another replica looks for it."""
AT_ONCE: Final = 8
"""Channels to which reports are on their way at the same time."""


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
        mornings: MorningBook,
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
        self._clock = clock
        self._holder = holder
        self._metrics = metrics
        self._not_before: dict[DailyKey, dt.datetime] = {}
        self._lanes = asyncio.Semaphore(AT_ONCE)
        self._longest = holder.length - MARGIN

    async def advance(self) -> None:
        """Begin what may come now, and carry on whatever was begun and has not ended."""
        now = await self._clock.now()
        subscriptions = {each.key: each for each in await self._book.all()}
        await self._begin(subscriptions.values(), now)
        waiting = []
        for key in await self._works.unfinished(Task.REPORT):
            due = self._due(key, subscriptions)
            if due is None:
                await self._leave(key, "nobody waits for it any more")
            elif now >= self._not_before.get(key, now):
                self._not_before.pop(key, None)
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
        return Due(key, key.channel, subscription, occasion) if occasion else None

    async def _bring_all(self, waiting: Iterable[Edition], now: dt.datetime) -> None:
        """Whatever may come; what several channels get alike is drawn once."""
        look = Look(
            works=self._works,
            book=self._book,
            reporter=self._reporter,
            days=self._days,
            now=now,
        )
        found = await asyncio.gather(*(self._to_tell(each, look, now) for each in waiting))
        alike: dict[tuple[Form, tuple[View, ...]], list[_ToTell]] = defaultdict(list)
        for each in found:
            if each is not None:
                alike[each.form, tuple(each.told.values())].append(each)
        for (form, views), group in alike.items():
            await self._draw_and_bring(form, views, group, look, now)

    async def _to_tell(self, edition: Edition, look: Look, now: dt.datetime) -> _ToTell | None:
        """What a channel is told now; None where there is something to wait for.

        Series whose run is under way are waited for. One whose run nobody has begun holds no other
        up: it comes by itself, when it is ready or its wait has ended.
        """
        found = await self._asked(edition.due, look.may_come, now)
        ready = [due for due, may_come in found.items() if may_come]
        late = [due for due, may_come in found.items() if not may_come]
        if not ready or any([await look.is_under_way(due) for due in late]):
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
        return _ToTell(edition.channel, edition.form, told, quiet) if facts else None

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
        alike: Sequence[_ToTell],
        look: Look,
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

    async def _bring(self, telling: _ToTell, report: Report | None, now: dt.datetime) -> None:
        try:
            async with self._lanes:
                keys = [each.key for each in telling.due]
                works = await self._works.take_all(keys, self._holder, now=dt.datetime.now(dt.UTC))
                if works:
                    async with asyncio.timeout(self._longest.total_seconds()):
                        await self._deliver(telling, works, report, now)
        except Exception as error:  # noqa: BLE001 - told, and tried again
            await self._rest(telling.due, error, now)

    async def _deliver(
        self, telling: _ToTell, works: Sequence[DailyWork], report: Report | None, now: dt.datetime
    ) -> None:
        """Post it, unless whoever had it before did.

        Of what stands in Slack already nothing comes again; series that joined since then come by
        themselves, the next time.
        """
        ids = [str(each.key) for each in telling.told]
        stands = await self._standing(telling.channel, works, ids)
        if report is not None and not stands:
            stands = dict.fromkeys(ids, await self._post(telling, report, ids, now))
        quiet = {each.key for each in telling.quiet}
        done = [
            telling.done(work, stands.get(str(work.key)))
            for work in works
            if work.key in quiet or str(work.key) in stands
        ]
        await self._works.save(*done)
        for work in done:
            self._count(work.key, "delivered" if work.message else "quiet")

    async def _post(
        self, telling: _ToTell, report: Report, ids: Sequence[str], now: dt.datetime
    ) -> MessageTs:
        first, *also = ids
        if also:  # what can be done is done from a report of one series
            sent = await self._gateway.post_report(
                telling.channel, report, delivery=first, also=also
            )
            return sent.ts
        (due,) = telling.told
        return await self._mornings.post(
            report,
            telling.channel,
            due.key.morning,
            language=telling.form.language,
            delivery=first,
            at=now,
        )

    async def _standing(
        self, channel: ChannelId, works: Sequence[DailyWork], ids: Sequence[str]
    ) -> dict[str, MessageTs]:
        """What Slack shows already of deliveries that somebody had before."""
        since = [work.claimed_at for work in works if work.taken_over]
        if not ids or not since:
            return {}
        return await self._gateway.find_all(channel, set(ids), since=min(since))

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
                await self._give_way(each.key)

    async def _give_way(self, key: DailyKey) -> None:
        try:
            await self._leave(key, "the next is due")
        except Exception:
            logger.exception("%s could not be left, and is tried again", key)
        else:
            self._count(key, "left")

    async def _leave(self, key: DailyKey, why: str) -> None:
        work = await self._works.take(key, self._holder, now=dt.datetime.now(dt.UTC))
        if work is not None:
            logger.warning("%s is left: %s", key, why)
            await self._works.save(dataclasses.replace(work, state=DailyState.FAILED))


@dataclass(frozen=True)
class _ToTell:
    """What a channel is told now."""

    channel: ChannelId
    form: Form
    told: Mapping[Due, View]
    quiet: tuple[Due, ...]
    """Series of which there is nothing to say."""

    @property
    def due(self) -> tuple[Due, ...]:
        """All that is done with it."""
        return (*self.told, *self.quiet)

    def done(self, work: DailyWork, message: MessageTs | None) -> DailyWork:
        """A series' task at its end: what stands in the channel, and by which budget it judges."""
        budgets = {due.key: view.lens.budget for due, view in self.told.items()}
        return dataclasses.replace(
            work, state=DailyState.DONE, message=message, budget=budgets.get(work.key)
        )


def _key(of: SubscriptionKey, day: dt.date) -> DailyKey:
    return DailyKey(Task.REPORT, of.pipeline, of.environment, day, channel=of.channel)
