"""The way of one report into its channel: once, whoever dies on it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.alarm_book import AlarmBook
from bot.editions import Due, View
from bot.metrics import Metrics
from bot.reporter import Form
from bot.slack.gateway import Gateway
from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks
from bot.store.leases import Holder
from core.domain import ChannelId, MessageTs
from reports.message import Report

logger = logging.getLogger(__name__)

MARGIN: Final = dt.timedelta(minutes=1)
"""Time that is left of a lease when a delivery is given up: what is on its way to Slack then stands
there before another replica looks for it."""
AT_ONCE: Final = 8
"""Channels to which reports are on their way at the same time."""


@dataclass(frozen=True)
class Telling:
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


class ReportDelivery:
    """Claims, looks whether it stands there already, posts, and notes that it is done."""

    def __init__(
        self,
        *,
        works: DailyWorks,
        gateway: Gateway,
        alarms: AlarmBook,
        holder: Holder,
        metrics: Metrics,
    ) -> None:
        """Take what it stands on.

        Args:
            works: The table of daily tasks.
            gateway: Looks for a report that may have been posted.
            alarms: Posts, with what can be done from a report.
            holder: Of a name that no process had before: a report that may be on its way to Slack
                is left alone until its lease ended, after a restart too.
            metrics: Count what was delivered.
        """
        self._works = works
        self._gateway = gateway
        self._alarms = alarms
        self._holder = holder
        self._metrics = metrics
        self._lanes = asyncio.Semaphore(AT_ONCE)
        self._longest = holder.length - MARGIN

    async def bring(self, telling: Telling, report: Report | None, *, at: dt.datetime) -> None:
        """Bring it, unless somebody else does.

        Args:
            telling: Whom it is for, and what it is about.
            report: The message; None where there is nothing to say of any series.
            at: The bot's time.
        """
        async with self._lanes:
            keys = [each.key for each in telling.due]
            works = await self._works.take_all(keys, self._holder, now=dt.datetime.now(dt.UTC))
            if works:
                async with asyncio.timeout(self._longest.total_seconds()):
                    await self._deliver(telling, works, report, at)

    async def leave(self, key: DailyKey, why: str) -> None:
        """Let it come no more, unless it is on its way."""
        work = await self._works.take(key, self._holder, now=dt.datetime.now(dt.UTC))
        if work is not None:
            logger.warning("%s is left: %s", key, why)
            await self._works.save(dataclasses.replace(work, state=DailyState.FAILED))

    async def _deliver(
        self, telling: Telling, works: Sequence[DailyWork], report: Report | None, at: dt.datetime
    ) -> None:
        """Post it, unless whoever had it before did.

        Of what stands in Slack already nothing comes again; series that joined since then come by
        themselves, the next time.
        """
        ids = [str(each.key) for each in telling.told]
        stands = await self._standing(telling.channel, works, ids)
        if report is not None and stands:
            await self._keep_found(telling, report, stands, at)
        elif report is not None:
            stands = dict.fromkeys(ids, await self._post(telling, report, ids, at))
        quiet = {each.key for each in telling.quiet}
        done = [
            telling.done(work, stands.get(str(work.key)))
            for work in works
            if work.key in quiet or str(work.key) in stands
        ]
        await self._works.save(*done)
        for work in done:
            outcome = "delivered" if work.message else "quiet"
            self._metrics.report(work.key.pipeline, work.key.environment, outcome)

    async def _post(
        self, telling: Telling, report: Report, ids: Sequence[str], at: dt.datetime
    ) -> MessageTs:
        first, *also = ids
        return await self._alarms.post(
            report,
            telling.channel,
            language=telling.form.language,
            delivery=first,
            also=also,
            at=at,
        )

    async def _keep_found(
        self, telling: Telling, report: Report, stands: Mapping[str, MessageTs], at: dt.datetime
    ) -> None:
        """Of what stands there it may not be kept how it was posted: see AlarmBook."""
        about = {due.key.morning: stands.get(str(due.key)) for due in telling.told}
        for message in {*stands.values()}:
            offers = {m: of for m, of in report.offers.items() if about.get(m) == message}
            await self._alarms.keep_found(
                telling.channel, message, offers, language=telling.form.language, at=at
            )

    async def _standing(
        self, channel: ChannelId, works: Sequence[DailyWork], ids: Sequence[str]
    ) -> dict[str, MessageTs]:
        """What Slack shows already of deliveries that somebody had before."""
        since = [work.claimed_at for work in works if work.taken_over]
        if not ids or not since:
            return {}
        return await self._gateway.find_all(channel, set(ids), since=min(since))
