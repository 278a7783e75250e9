"""Collects a day's facts, draws the report in a thread of its own, and sends it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.alarm_book import AlarmBook
from bot.known_days import KnownDaysBook
from bot.morning_runs import MorningRuns
from bot.sagemaker import SageMaker
from bot.targets import Target
from core.day_result import DayResult
from core.domain import ChannelId, MessageTs, Person
from core.evidence.history import RECENT_DAYS
from core.evidence.judged import RANKED_DAYS
from core.evidence.known_days import NOTHING_KNOWN, KnownDays
from core.messages import Translator
from core.mornings import Morning
from core.subscriptions import Audience
from reports.actions import AS_SENT
from reports.daily import daily_report
from reports.digest import weekly_digest
from reports.manager import manager_report
from reports.message import Message, Report
from reports.report_facts import ReportFacts
from reports.revision import revision
from reports.several import several_series

HISTORY: Final = dt.timedelta(days=RANKED_DAYS)
"""Days before the report's own that its verdict and pictures look at."""
MOST_LIKE: Final = 2 * RECENT_DAYS
"""Older days like a known one that are looked for; not all of them were evaluated."""
AROUND: Final = dt.timedelta(days=60)
"""How far from a day others are looked for when it has no evaluation."""


@dataclass(frozen=True)
class Form:
    """How a message is shown: channels with the same form and series get the same message."""

    language: str
    weekly: bool = False
    """As a digest of the seven days before."""
    audience: Audience = Audience.TEAM


class Reporter:
    """Makes reports."""

    def __init__(
        self,
        *,
        sagemaker: SageMaker,
        alarms: AlarmBook,
        known_days: KnownDaysBook,
        runs: MorningRuns,
    ) -> None:
        self._sagemaker = sagemaker
        self._alarms = alarms
        self._known_days = known_days
        self._runs = runs
        self._drawing = asyncio.Lock()

    async def collect(
        self,
        target: Target,
        day: dt.date,
        *,
        asked_by: Person | None = None,
    ) -> ReportFacts:
        """What is known of a day; `today` is None where it was not evaluated."""
        known, mutes = await asyncio.gather(
            self._known_days.of(target, day), self._alarms.mutes_of(target)
        )
        facts = await collected(self._sagemaker, target, day, known=known)
        run = await self._runs.of(
            Morning(target.pipeline.name, target.environment, day),
            evaluated=facts.today.run.run if facts.today else "",
        )
        return dataclasses.replace(facts, mutes=mutes, asked_by=asked_by, run=run)

    async def compose(self, every: Sequence[ReportFacts], form: Form) -> Report:
        """Draw the report of one series, or of several."""
        async with self._drawing:  # matplotlib draws one picture at a time
            return await asyncio.to_thread(_draw, every, form)

    async def revise(self, facts: ReportFacts, language: str) -> Message | None:
        """What to say below the report of a day whose labels have matured; None: nothing."""
        return await asyncio.to_thread(revision, facts, Translator(language))

    async def publish(
        self,
        facts: ReportFacts,
        channel: ChannelId,
        *,
        language: str,
        thread: MessageTs | None = None,
        at: dt.datetime,
    ) -> MessageTs:
        """Draw the report that somebody asked for and post it with its pictures."""
        report = await self.compose((facts,), Form(language))
        if await self._alarms.as_sent(facts.morning, channel) is not None:
            offers = {each: (*of, AS_SENT) for each, of in report.offers.items()}
            report = dataclasses.replace(report, offers=offers)
        return await self._alarms.post(report, channel, language=language, thread=thread, at=at)

    async def result(self, target: Target, day: dt.date) -> DayResult | None:
        """The results of one day; None where it was not evaluated."""
        evaluations = self._sagemaker.evaluations(target.pipeline.name, target.environment)
        return await evaluations.of_day(day)

    async def days_around(self, target: Target, day: dt.date) -> tuple[dt.date, ...]:
        """The evaluated days near a day, oldest first."""
        evaluations = self._sagemaker.evaluations(target.pipeline.name, target.environment)
        return await evaluations.days(day - AROUND, day + AROUND)


async def collected(
    sagemaker: SageMaker,
    target: Target,
    day: dt.date,
    *,
    known: KnownDays = NOTHING_KNOWN,
) -> ReportFacts:
    """What SageMaker knows of a day; `today` is None where it was not evaluated."""
    name, environment = target.pipeline.name, target.environment
    evaluations = sagemaker.evaluations(name, environment)
    older = [each for each in known.wanted(day) if each < day - HISTORY][:MOST_LIKE]
    today, history, production, like = await asyncio.gather(
        evaluations.of_day(day),
        evaluations.history(day - HISTORY, day - dt.timedelta(days=1)),
        sagemaker.production(name, environment),
        asyncio.gather(*(evaluations.of_day(each) for each in older)),
    )
    return ReportFacts(
        pipeline=target.pipeline,
        environment=environment,
        day=day,
        today=today,
        history=history,
        production=production,
        known=known,
        like=tuple(each for each in like if each is not None),
    )


def _draw(every: Sequence[ReportFacts], form: Form) -> Report:
    t = Translator(form.language)
    if form.audience is Audience.MANAGER and not form.weekly:
        return manager_report(every, t)
    if len(every) > 1:
        return several_series(every, t)
    (facts,) = every
    return weekly_digest(facts, t) if form.weekly else daily_report(facts, t)
