from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.daily_report import RETRY_AFTER, DailyReport
from bot.daily_run import DailyRun, key_of
from bot.parameter_book import ParameterBook
from bot.reporter import Reporter
from bot.settings import Daily
from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks, Task
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
from core.errors import UnavailableError
from core.messages import Sentence, Translator, say
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
        )

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


@pytest.fixture
def world(engine: AsyncEngine) -> World:
    return World(engine)


async def test_nothing_runs_before_its_time(world: World) -> None:
    world.clock.time = new_york(5, 59)
    await world.run.advance(DAILY)
    assert world.started.kinds == []


async def test_train_starts_for_the_day_before_once(world: World) -> None:
    for _ in range(3):
        await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]
    assert world.started.last is not None
    assert world.started.last.parameters == {"Day": "2013-06-28", "StartedBy": "schedule"}


async def test_of_two_replicas_one_starts_it(world: World) -> None:
    await world.run.advance(DAILY)
    await world.replica("two").advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]


async def test_a_day_that_is_trained_already_is_left(world: World) -> None:
    world.with_training.add(DAY)
    await world.run.advance(DAILY)
    assert world.started.kinds == []


async def test_a_day_that_is_only_evaluated_is_trained_all_the_same(world: World) -> None:
    world.evaluated.add(DAY)
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]


async def test_when_train_fails_evaluate_runs_and_the_channel_is_told(world: World) -> None:
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.FAILED)
    await world.run.advance(DAILY)
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN, Kind.EVALUATE]
    assert world.alarms == [Kind.TRAIN]


async def test_a_gate_that_failed_left_an_evaluation(world: World) -> None:
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.FAILED)
    world.evaluated.add(DAY)
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]
    assert world.alarms == [Kind.TRAIN]


async def test_what_was_missed_is_caught_up_for_today_only(world: World) -> None:
    world.clock.time = new_york(11, day=27)
    await world.run.advance(DAILY)
    world.clock.time = new_york(11, day=29)
    await world.run.advance(DAILY)
    assert world.started.last is not None
    assert world.started.last.parameters["Day"] == "2013-06-28"
    assert world.started.kinds == [Kind.TRAIN, Kind.TRAIN]


async def test_a_run_that_fails_after_midnight_is_told_and_evaluated(world: World) -> None:
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(0, 20, day=30)
    await world.started.end(ExecutionStatus.FAILED)
    await world.run.advance(NIGHTLY)
    assert world.alarms == [Kind.TRAIN]
    assert world.started.kinds == [Kind.TRAIN, Kind.EVALUATE]
    assert world.started.last is not None
    assert world.started.last.parameters["Day"] == "2013-06-28"


async def test_a_run_that_succeeds_after_midnight_is_done(world: World) -> None:
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(0, 20, day=30)
    await world.started.end(ExecutionStatus.SUCCEEDED)
    await world.run.advance(NIGHTLY)
    work = await world.works.get(NIGHTLY_RUN)
    assert work is not None
    assert work.state is DailyState.DONE


async def test_a_run_in_flight_is_carried_on_beside_the_next_mornings(world: World) -> None:
    await world.run.advance(DAILY)
    await world.started.end(ExecutionStatus.FAILED)
    world.clock.time = new_york(6, day=30)
    await world.run.advance(DAILY)
    assert world.alarms == [Kind.TRAIN]
    assert sorted(world.started.kinds) == [Kind.EVALUATE, Kind.TRAIN, Kind.TRAIN]


async def test_a_training_that_never_began_gives_way_to_the_next(world: World) -> None:
    await world.works.begin(_key(world, Task.RUN), at=world.clock.time)
    world.clock.time = new_york(6, day=30)
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN]
    assert world.started.last is not None
    assert world.started.last.parameters["Day"] == "2013-06-29"


async def test_where_the_teams_own_scheduler_runs_it_nothing_is_started(world: World) -> None:
    await world.run.advance(dataclasses.replace(DAILY, run_at=None))
    assert world.started.kinds == []


async def test_a_bot_that_died_between_plan_and_start_starts_it(world: World) -> None:
    await world.run.advance(DAILY)
    work = await world.works.get(_key(world, Task.RUN))
    assert work is not None
    await world.works.save(dataclasses.replace(work, execution="never stored"))
    await world.run.advance(DAILY)
    assert world.started.kinds == [Kind.TRAIN], "the same token: it is stored once"


async def test_the_report_comes_at_its_time_once(world: World) -> None:
    world.evaluated.add(DAY)
    world.clock.time = new_york(7, 59)
    await world.report.advance(DAILY)
    assert world.reports == []
    world.clock.time = new_york(8)
    for each in (world.report, world.report, world.reporting("two")):
        await each.advance(DAILY)
    assert len(world.reports) == 1


async def test_the_report_waits_for_a_run_that_goes_on(world: World) -> None:
    await world.run.advance(DAILY)
    world.clock.time = new_york(8, 30)
    await world.report.advance(DAILY)
    assert world.reports == []
    world.evaluated.add(DAY)
    await world.report.advance(DAILY)
    assert world.reports == [], "an Evaluate is not what it waits for"
    world.with_training.add(DAY)
    await world.report.advance(DAILY)
    assert len(world.reports) == 1


async def test_the_report_does_not_wait_for_ever(world: World) -> None:
    await world.run.advance(DAILY)
    world.clock.time = new_york(10)
    await world.report.advance(DAILY)
    assert world.note() == "The morning's run has not ended yet."


async def test_a_run_that_started_late_is_waited_for_from_its_start(world: World) -> None:
    world.clock.time = new_york(11)
    await world.run.advance(DAILY)
    await world.report.advance(DAILY)
    assert world.reports == []


async def test_a_report_waits_through_midnight(world: World) -> None:
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(23)
    await world.report.advance(NIGHTLY)
    assert world.reports == []
    world.clock.time = new_york(0, 20, day=30)
    await world.started.end(ExecutionStatus.SUCCEEDED)
    await world.run.advance(NIGHTLY)
    await world.report.advance(NIGHTLY)
    await world.report.advance(NIGHTLY)
    assert [facts.day for facts in world.reports] == [DAY]


async def test_a_report_that_waits_runs_out_of_patience_after_midnight(world: World) -> None:
    world.clock.time = new_york(22)
    await world.run.advance(NIGHTLY)
    world.clock.time = new_york(23)
    await world.report.advance(NIGHTLY)
    world.clock.time = new_york(0, 59, day=30)
    await world.report.advance(NIGHTLY)
    assert world.reports == []
    world.clock.time = new_york(1, day=30)
    await world.report.advance(NIGHTLY)
    assert world.note() == "The morning's run has not ended yet."


async def test_reports_that_slack_refused_do_not_pile_up(world: World) -> None:
    world.slack.answers["conversations.info"] = lambda _: NOT_A_MEMBER
    world.evaluated.update({DAY, DAY + ONE_DAY})
    world.clock.time = new_york(8)
    await world.report.advance(DAILY)
    assert await world.pending() == [DAY]
    world.clock.time = new_york(8, day=30)
    await world.report.advance(DAILY)
    assert await world.pending() == [DAY + ONE_DAY]


@pytest.mark.parametrize("channel", [NOT_A_MEMBER, SHARED])
async def test_nothing_is_read_for_a_channel_that_may_not_be_written_to(
    world: World, channel: dict[str, Any]
) -> None:
    world.slack.answers["conversations.info"] = lambda _: channel
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    await world.report.advance(DAILY)
    assert world.collected == 0
    assert await world.pending() == [DAY]


@pytest.mark.parametrize("refusal", [UnavailableError(say("no")), ValueError("no font")])
async def test_a_report_that_failed_rests_before_it_is_tried_again(
    world: World, refusal: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    world.refusal = refusal
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    for _ in range(3):
        await world.report.advance(DAILY)
    assert world.collected == 1
    assert len(caplog.records) == 1
    world.clock.time += RETRY_AFTER
    world.refusal = None
    await world.report.advance(DAILY)
    assert [facts.day for facts in world.reports] == [DAY]


async def test_the_report_says_why_the_run_failed(world: World) -> None:
    await world.run.advance(DAILY)
    for _ in range(2):
        await world.started.end(ExecutionStatus.FAILED)
        await world.run.advance(DAILY)
    world.clock.time = new_york(8)
    await world.report.advance(DAILY)
    assert world.note() == "The morning's run failed: the lake is empty"


async def test_a_report_that_slack_has_already_is_not_posted_again(world: World) -> None:
    world.evaluated.add(DAY)
    world.clock.time = new_york(8)
    key = _key(world, Task.REPORT)
    holder = Holder("one", dt.timedelta(minutes=5))
    await world.works.begin(key, at=world.clock.time)
    await world.works.take(key, holder, now=dt.datetime.now(dt.UTC))
    world.slack.answers["conversations.history"] = lambda _: {
        "messages": [
            {
                "ts": "5.5",
                "metadata": {
                    "event_type": "mlpipe_delivery",
                    "event_payload": {"delivery": str(key)},
                },
            }
        ]
    }
    await world.report.advance(DAILY)
    assert world.reports == []
    work = await world.works.get(key)
    assert work is not None
    assert (work.state, work.message) == (DailyState.DONE, "5.5")


def _key(world: World, task: Task) -> DailyKey:
    return key_of(task, DAILY, world.clock.time)
