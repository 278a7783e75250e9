"""What one look at the morning finds, each thing asked for once however many wait for it."""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.daily_run import ScoredDays
from bot.editions import Due, View, waits_until
from bot.reporter import Reporter
from bot.store.daily import DailyKey, DailyState, DailyWorks
from bot.subscriptions import SubscriptionBook
from bot.targets import Target
from core.errors import UnavailableError
from reports.report_facts import ReportFacts

logger = logging.getLogger(__name__)

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Once(Generic[Asked, Answer]):
    """Answers that are asked for once, also where the second wants one before it is there."""

    def __init__(self, ask: Callable[[Asked], Awaitable[Answer]]) -> None:
        self._ask = ask
        self._answers: dict[Asked, asyncio.Future[Answer]] = {}

    async def of(self, asked: Asked) -> Answer:
        """The answer, or the error that it was."""
        if asked not in self._answers:
            self._answers[asked] = asyncio.ensure_future(self._ask(asked))
            # When the bot ends, nobody may wait for it any more, nor for the error that it was.
            self._answers[asked].add_done_callback(lambda it: it.cancelled() or it.exception())
        return await asyncio.shield(self._answers[asked])


class Readiness(enum.StrEnum):
    """How it stands with what a report is made of."""

    READY = "ready"
    """The results are there, none are to be expected, or the report's patience is at an end."""
    AWAITED = "awaited"
    """Their run is under way, or whether they are there cannot be asked now: so others wait too."""
    NOT_BEGUN = "not begun"
    """Nobody has begun to run it: it holds no other up."""


class Findings:
    """The runs, and the facts of each series, as one look finds them."""

    def __init__(
        self,
        *,
        works: DailyWorks,
        book: SubscriptionBook,
        reporter: Reporter,
        days: ScoredDays,
        now: dt.datetime,
    ) -> None:
        """Take what it stands on; `now` is the time of this look."""
        self._book = book
        self._reporter = reporter
        self._days = days
        self._now = now
        self._run = Once(works.get)
        self._ready = Once(self._is_ready)
        self._collected = Once(self._collect)
        self._facts = Once(self._judged)

    async def readiness(self, due: Due) -> Readiness:
        """Whether a report can be made of a series' day."""
        run = await self._run.of(due.key.run)
        if (run is not None and run.state.ended) or self._now >= waits_until(due, run):
            return Readiness.READY
        try:
            if await self._ready.of(due.key.run):
                return Readiness.READY
        except UnavailableError as error:
            logger.info("whether %s may come is asked again: %s", due.key, error)
            return Readiness.AWAITED
        return Readiness.NOT_BEGUN if run is None else Readiness.AWAITED

    async def facts(self, view: View) -> ReportFacts:
        """What is known of a series' day, as a channel looks at it."""
        return await self._facts.of(view)

    async def _is_ready(self, key: DailyKey) -> bool:
        # While Train goes on, what an Evaluate left before it is not what the report waits for.
        run = await self._run.of(key)
        training = run is not None and run.state is DailyState.TRAINING
        done = self._days.trained if training else self._days.scored
        return await done(self._book.pipeline(key.pipeline), key.environment, key.day)

    async def _collect(self, key: DailyKey) -> ReportFacts:
        target = Target(self._book.pipeline(key.pipeline), key.environment)
        return await self._reporter.collect(target, key.day)

    async def _judged(self, view: View) -> ReportFacts:
        return view.of(await self._collected.of(view.run))
