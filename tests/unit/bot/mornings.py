"""A bot's mornings with everything but the database made up."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Final, cast
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.alarm_book import AlarmBook
from bot.daily_report import DailyReports
from bot.daily_run import DailyRun, run_of_today
from bot.metrics import Metrics
from bot.morning_runs import MorningRuns
from bot.parameter_book import ParameterBook
from bot.report_delivery import ReportDelivery
from bot.reporter import Form, Reporter
from bot.revised_reports import RevisedReports
from bot.settings import Daily
from bot.store.alarms import AlarmStore
from bot.store.daily import DailyKey, DailyWork, DailyWorks, Task
from bot.store.executions import Executions, Followed
from bot.store.leases import Holder
from bot.store.subscriptions import Subscriptions
from bot.subscriptions import SubscriptionBook
from bot.targets import Target
from bot.tracker import Tracker
from core.domain import (
    ChannelId,
    EnvironmentName,
    Kind,
    MessageTs,
    Person,
    Pipeline,
    PipelineName,
)
from core.errors import UnavailableError
from core.messages import Translator, say
from core.mornings import Morning
from core.parameters import EVALUATE_PARAMETERS, TRAIN_PARAMETERS, Parameter
from core.spans import ONE_DAY
from core.subscriptions import Subscription, SubscriptionKey, Times
from reports.message import Message, Report
from reports.report_facts import ReportFacts
from reports.verdict.run import run_sentence
from tests.unit.bot.fakes import FakeSlack, FixedClock, message
from tests.unit.bot.morning_parts import Ripe, Started
from tests.unit.reports.samples import result

FLIGHTS = Pipeline(
    name=PipelineName("flights"), manifest="m", lake="s3://l", time_zone="America/New_York"
)
HOTELS = dataclasses.replace(FLIGHTS, name=PipelineName("hotels"))
DAILY = Daily(
    pipeline=FLIGHTS,
    environment=EnvironmentName("production"),
    channel=ChannelId("C0DAILY"),
    run_at=dt.time(6),
)
NIGHTLY = dataclasses.replace(DAILY, run_at=dt.time(22))
"""Its mornings end on the day after they began."""
KEY = SubscriptionKey(DAILY.channel, FLIGHTS.name, DAILY.environment)
AT_EIGHT = Subscription(KEY, Times(dt.time(8), FLIGHTS.time_zone), "en")
AT_ELEVEN = Subscription(KEY, Times(dt.time(23), FLIGHTS.time_zone), "en")
HOTELS_AT_EIGHT = dataclasses.replace(AT_EIGHT, key=dataclasses.replace(KEY, pipeline=HOTELS.name))
WHEN_READY = Subscription(KEY, Times(dt.time(10), FLIGHTS.time_zone, when_ready=True), "en")
DAY = dt.date(2013, 6, 28)
FIVE_MINUTES = dt.timedelta(minutes=5)
NIGHTLY_RUN = DailyKey(Task.RUN, FLIGHTS.name, DAILY.environment, DAY)

NOT_A_MEMBER: Final = {"channel": {"is_ext_shared": False, "is_member": False}}
SHARED: Final = {"channel": {"is_ext_shared": True, "is_member": True}}


def new_york(hour: int, minute: int = 0, *, day: int = 29) -> dt.datetime:
    """A moment of June 2013 in New York."""
    return dt.datetime(2013, 6, day, hour, minute, tzinfo=ZoneInfo("America/New_York"))


def channels(count: int, like: Subscription = AT_EIGHT) -> list[Subscription]:
    """The same subscription in so many channels."""
    names = (ChannelId(f"C{number:03}") for number in range(count))
    keys = (dataclasses.replace(like.key, channel=name) for name in names)
    return [dataclasses.replace(like, key=key) for key in keys]


class World:
    """A morning between fakes."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.clock = FixedClock(new_york(6))
        self.works = DailyWorks(engine)
        self.executions = Executions(engine)
        self.runs = MorningRuns(works=self.works, executions=self.executions)
        self.started = Started(self.executions)
        self.evaluated: set[dt.date] = set()
        """By a run of Evaluate."""
        self.with_training: set[dt.date] = set()
        """By a run of Train or a backfill."""
        self.ripe = Ripe()
        self.alarms: list[Kind] = []
        self.succeeded: list[dt.date] = []
        self.drawn: list[tuple[tuple[ReportFacts, ...], Form]] = []
        self.refusal: Exception | None = None
        self.late: set[PipelineName] = set()
        """Pipelines whose evaluation is not there yet."""
        self.unreadable: set[PipelineName] = set()
        self.collected = 0
        self.changed = True
        """Whether the days that are collected differ from those before."""
        self.slack = FakeSlack()
        self.metrics = Metrics()
        self.declared: list[Subscription] = [AT_EIGHT]
        self.subscriptions = Subscriptions(engine)
        self.run = self.replica("one")
        self.report = self.reporting("one")
        self.revision: Message | None = message("As known now …")

    def replica(self, name: str) -> DailyRun:
        return DailyRun(
            works=self.works,
            executions=self.executions,
            tracker=cast("Tracker", self.started),
            book=ParameterBook(self),
            days=self,
            ripe=self.ripe,
            alarms=self,
            clock=self.clock,
            holder=Holder(name, dt.timedelta(minutes=1)),
        )

    def subscribe(self, *subscriptions: Subscription) -> None:
        """Let these be all that mlpipe.toml declares."""
        self.declared = list(subscriptions)
        self.report = self.reporting("one")

    @property
    def book(self) -> SubscriptionBook:
        return SubscriptionBook(
            declared=self.declared,
            pipelines={FLIGHTS.name: FLIGHTS, HOTELS.name: HOTELS},
            store=self.subscriptions,
        )

    def revising(self, name: str) -> RevisedReports:
        return RevisedReports(
            works=self.works,
            book=self.book,
            reporter=cast("Reporter", self),
            ripe=self.ripe,
            gateway=self.slack.gateway(),
            clock=self.clock,
            holder=Holder(name, dt.timedelta(minutes=5)),
            metrics=self.metrics,
        )

    def reporting(self, name: str, *, lease: dt.timedelta = FIVE_MINUTES) -> DailyReports:
        gateway = self.slack.gateway()
        delivery = ReportDelivery(
            works=self.works,
            gateway=gateway,
            alarms=AlarmBook(store=AlarmStore(self.engine), gateway=gateway, runs=self.runs),
            holder=Holder(name, lease),
            metrics=self.metrics,
        )
        return DailyReports(
            works=self.works,
            book=self.book,
            reporter=cast("Reporter", self),
            days=self,
            gateway=gateway,
            delivery=delivery,
            clock=self.clock,
            metrics=self.metrics,
        )

    def counted(self) -> dict[str, float]:
        """The morning reports as /metrics tells them, by what became of them."""
        (reports,) = (m for m in self.metrics.registry.collect() if m.name == "mlpipe_reports")
        totals = (each for each in reports.samples if each.name.endswith("_total"))
        return {each.labels["outcome"]: each.value for each in totals}

    async def parameters(self, _p: object, _e: object, kind: Kind) -> tuple[Parameter, ...]:
        return TRAIN_PARAMETERS if kind is Kind.TRAIN else EVALUATE_PARAMETERS

    async def scored(self, pipeline: Pipeline, _: EnvironmentName, day: dt.date) -> bool:
        return pipeline.name not in self.late and day in self.evaluated | self.with_training

    async def trained(self, _p: Pipeline, _e: EnvironmentName, day: dt.date) -> bool:
        return day in self.with_training

    async def run_succeeded(self, _daily: Daily, work: DailyWork) -> None:
        self.succeeded.append(work.key.day)

    async def run_failed(
        self, _daily: Daily, followed: Followed, _work: DailyWork
    ) -> MessageTs | None:
        self.alarms.append(followed.kind)
        return MessageTs("7.7")

    async def collect(
        self,
        target: Target,
        day: dt.date,
        *,
        asked_by: Person | None = None,
    ) -> ReportFacts:
        self.collected += 1
        if target.pipeline.name in self.unreadable:
            raise UnavailableError(say("no answer"))
        return ReportFacts(
            pipeline=target.pipeline,
            environment=target.environment,
            day=day,
            today=None if self.changed else result(day),
            history=() if self.changed else (result(day - ONE_DAY),),
            run=await self.runs.of(Morning(target.pipeline.name, target.environment, day)),
            asked_by=asked_by,
        )

    async def revise(self, facts: ReportFacts, language: str) -> Message | None:
        self.drawn.append(((facts,), Form(language)))
        return self.revision

    async def compose(self, every: Sequence[ReportFacts], form: Form) -> Report:
        if self.refusal is not None:
            raise self.refusal
        self.drawn.append((tuple(every), form))
        return Report(message(f"{every[0].day} in {form.language}"))

    @property
    def posted(self) -> list[tuple[str, str]]:
        """Channel and delivery of every report, in the order in which they came."""
        return [
            (each["channel"], each["metadata"]["event_payload"]["delivery"])
            for each in self.slack.said("chat.postMessage")
        ]

    @property
    def days(self) -> list[dt.date]:
        """Days about which a report came."""
        return [dt.date.fromisoformat(delivery.rsplit("/", 1)[1]) for _, delivery in self.posted]

    async def pending(self) -> list[dt.date]:
        """Days whose report was begun and has not ended."""
        return [key.day for key in await self.works.unfinished(Task.REPORT)]

    def said_of_the_run(self) -> str:
        """What the newest report says of its morning's run."""
        facts = self.drawn[-1][0][0]
        run = facts.wrong_run
        return Translator().plain(run_sentence(run, run.since(facts.day))) if run else ""


def run_key(world: World) -> DailyKey:
    return run_of_today(DAILY, world.clock.time)


def report_key(day: dt.date = DAY, *, channel: ChannelId = DAILY.channel) -> DailyKey:
    return DailyKey(Task.REPORT, FLIGHTS.name, DAILY.environment, day, channel=channel)
