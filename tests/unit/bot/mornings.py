"""A bot's mornings with everything but the database made up."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final, cast
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.daily_report import DailyReport
from bot.daily_run import DailyRun, key_of
from bot.metrics import Metrics
from bot.parameter_book import ParameterBook
from bot.reporter import Reporter
from bot.settings import Daily
from bot.store.daily import DailyKey, DailyWork, DailyWorks, Task
from bot.store.executions import Executions, Followed, Progress
from bot.store.leases import Holder
from bot.targets import Target
from bot.tracker import Tracker
from core.domain import (
    ChannelId,
    EnvironmentName,
    ExecutionStatus,
    Kind,
    MessageTs,
    Person,
    Pipeline,
    PipelineName,
)
from core.messages import Sentence, Translator
from core.parameters import TRAIN_PARAMETERS, Parameter
from reports.daily import ReportFacts
from tests.unit.bot.fakes import FakeSlack, FixedClock

FLIGHTS = Pipeline(
    name=PipelineName("flights"), manifest="m", lake="s3://l", time_zone="America/New_York"
)
DAILY = Daily(
    pipeline=FLIGHTS,
    environment=EnvironmentName("production"),
    channel=ChannelId("C0DAILY"),
    run_at=dt.time(6),
    report_at=dt.time(8),
    patience=dt.timedelta(hours=2),
)
NIGHTLY = dataclasses.replace(DAILY, run_at=dt.time(22), report_at=dt.time(23))
"""Its mornings end on the day after they began."""
DAY = dt.date(2013, 6, 28)
ONE_DAY = dt.timedelta(days=1)
NIGHTLY_RUN = DailyKey(Task.RUN, FLIGHTS.name, DAILY.environment, DAY)

NOT_A_MEMBER: Final = {"channel": {"is_ext_shared": False, "is_member": False}}
SHARED: Final = {"channel": {"is_ext_shared": True, "is_member": True}}


def new_york(hour: int, minute: int = 0, *, day: int = 29) -> dt.datetime:
    """A moment of June 2013 in New York."""
    return dt.datetime(2013, 6, day, hour, minute, tzinfo=ZoneInfo("America/New_York"))


class Started:
    """A tracker that only stores what it is to start."""

    def __init__(self, executions: Executions) -> None:
        self.executions = executions
        self.kinds: list[Kind] = []
        self.last: Followed | None = None

    async def begin(self, followed: Followed) -> Followed | None:
        if not await self.executions.add(followed):
            return None
        self.kinds.append(followed.kind)
        self.last = followed
        return followed

    async def end(self, status: ExecutionStatus) -> None:
        assert self.last is not None
        ended = dataclasses.replace(
            self.last, progress=Progress.ENDED, status=status, failure="the lake is empty"
        )
        await self.executions.save(ended)


class World:
    """A morning between fakes."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.clock = FixedClock(new_york(6))
        self.works = DailyWorks(engine)
        self.executions = Executions(engine)
        self.started = Started(self.executions)
        self.evaluated: set[dt.date] = set()
        """By a run of Evaluate."""
        self.with_training: set[dt.date] = set()
        """By a run of Train or a backfill."""
        self.alarms: list[Kind] = []
        self.reports: list[ReportFacts] = []
        self.refusal: Exception | None = None
        self.collected = 0
        self.slack = FakeSlack()
        self.metrics = Metrics()
        self.run = self.replica("one")
        self.report = self.reporting("one")

    def replica(self, name: str) -> DailyRun:
        return DailyRun(
            works=self.works,
            executions=self.executions,
            tracker=cast("Tracker", self.started),
            book=ParameterBook(self),
            days=self,
            alarms=self,
            clock=self.clock,
            holder=Holder(name, dt.timedelta(minutes=1)),
        )

    def reporting(self, name: str) -> DailyReport:
        return DailyReport(
            works=self.works,
            reporter=cast("Reporter", self),
            days=self,
            gateway=self.slack.gateway(),
            executions=self.executions,
            clock=self.clock,
            holder=Holder(name, dt.timedelta(minutes=5)),
            metrics=self.metrics,
        )

    def counted(self) -> dict[str, float]:
        """The morning reports as /metrics tells them, by what became of them."""
        (reports,) = (m for m in self.metrics.registry.collect() if m.name == "mlpipe_reports")
        totals = (each for each in reports.samples if each.name.endswith("_total"))
        return {each.labels["outcome"]: each.value for each in totals}

    async def parameters(self, *_: object) -> tuple[Parameter, ...]:
        return TRAIN_PARAMETERS

    async def scored(self, _p: Pipeline, _e: EnvironmentName, day: dt.date) -> bool:
        return day in self.evaluated | self.with_training

    async def trained(self, _p: Pipeline, _e: EnvironmentName, day: dt.date) -> bool:
        return day in self.with_training

    async def run_failed(self, _daily: Daily, followed: Followed, _work: DailyWork) -> None:
        self.alarms.append(followed.kind)

    async def collect(
        self,
        target: Target,
        day: dt.date,
        *,
        asked_by: Person | None = None,
        note: Sentence | None = None,
    ) -> ReportFacts:
        self.collected += 1
        return ReportFacts(
            pipeline=target.pipeline,
            environment=target.environment,
            day=day,
            today=None,
            note=note,
            asked_by=asked_by,
        )

    async def publish(
        self, facts: ReportFacts, _channel: ChannelId, *, delivery: str | None = None
    ) -> MessageTs:
        assert delivery == f"report/flights/production/{facts.day}"
        if self.refusal is not None:
            raise self.refusal
        self.reports.append(facts)
        return MessageTs("1.1")

    async def pending(self) -> list[dt.date]:
        """Days whose report was begun and has not ended."""
        where = (DAILY.pipeline.name, DAILY.environment)
        return [key.day for key in await self.works.unfinished(Task.REPORT, *where)]

    def note(self) -> str:
        note = self.reports[-1].note
        return Translator().plain(note) if note else ""


def key_for(world: World, task: Task) -> DailyKey:
    return key_of(task, DAILY, world.clock.time)
