"""A channel reads of a series alike in the morning, below its report, and when it asks."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.access import Access
from bot.alarm_book import AlarmBook
from bot.asking import Asking
from bot.conversations import Conversations
from bot.known_days import KnownDaysBook
from bot.readers import Readers
from bot.reporter import Form, Reporter
from bot.sagemaker import SageMaker
from bot.store.alarms import AlarmStore
from bot.targets import Target, Targets
from core.commands import parse
from core.day_result import DayResult
from core.domain import PRODUCTION, ChannelId, Environment, MessageTs, Person
from core.evidence.alarms import ALARMS_A_DAY
from core.messages import Sentence, Translator
from core.mornings import Morning
from core.spans import ONE_DAY
from core.subscriptions import Charts, Quiet
from handlers.look_closer import LookCloser, Origin
from handlers.report import Report
from reports.message import Report as Drawn
from reports.report_facts import ReportFacts
from tests.unit.bot.fakes import message
from tests.unit.bot.mornings import AT_EIGHT, DAILY, DAY, FLIGHTS, HOTELS, HOTELS_AT_EIGHT, World
from tests.unit.reports.samples import ANA, result

MORNING = Morning(FLIGHTS.name, PRODUCTION, DAY)
BELOW = MessageTs("1371.000001")
ELSEWHERE = ChannelId("C0ELSEWHERE")
A_WEEK_BEFORE = DAY - dt.timedelta(days=7)
IN_JAPANESE = dataclasses.replace(AT_EIGHT, language="ja", metrics=("auc",), charts=Charts.NATIVE)


class Days(Reporter):
    """Reports of a series of which every day is known; what it would draw is kept."""

    def __init__(self, world: World) -> None:
        alarms = AlarmBook(
            store=AlarmStore(world.engine), gateway=world.slack.gateway(), runs=world.runs
        )
        super().__init__(
            sagemaker=cast("SageMaker", None),
            alarms=alarms,
            known_days=cast("KnownDaysBook", None),
            runs=world.runs,
        )
        self.drawn: list[tuple[ReportFacts, Form]] = []

    async def collect(
        self, target: Target, day: dt.date, *, asked_by: Person | None = None
    ) -> ReportFacts:
        return ReportFacts(target.pipeline, target.environment, day, result(day), asked_by=asked_by)

    async def compose(self, every: Any, form: Form) -> Drawn:
        (facts,) = every
        self.drawn.append((facts, form))
        return Drawn(message(f"{facts.day} in {form.language}"))

    async def result(self, _target: Target, day: dt.date) -> DayResult | None:
        return result(day)


class Reading:
    """People who read in channels, one of which hears of two series, of one in Japanese."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.world = World(engine)
        self.world.subscribe(IN_JAPANESE, HOTELS_AT_EIGHT)
        self.days = Days(self.world)
        self.readers = Readers(book=self.world.book, reporter=self.days, language="en")
        targets = Targets(
            pipelines={FLIGHTS.name: FLIGHTS, HOTELS.name: HOTELS},
            environments={PRODUCTION: cast("Environment", None)},
            clock=self.world.clock,
        )
        app = cast(
            "Conversations",
            SimpleNamespace(
                clock=self.world.clock, tell=self.tell, access=cast("Access", None), command="/m"
            ),
        )
        gateway = self.world.slack.gateway()
        self.look = LookCloser(
            app=app,
            gateway=gateway,
            alarms=cast("AlarmBook", None),
            readers=self.readers,
            reporter=self.days,
            targets=targets,
            translator=Translator("en"),
        )
        self.report = Report(
            app=app, gateway=gateway, readers=self.readers, reporter=self.days, targets=targets
        )

    async def tell(self, _asking: Asking, _sentence: Sentence) -> None:
        """Nobody listens."""

    @property
    def said(self) -> str:
        """Everything that came into the thread."""
        posted = self.world.slack.said("chat.postMessage")
        assert {each["thread_ts"] for each in posted} == {BELOW}
        return json.dumps(posted, ensure_ascii=False)


@pytest.fixture
def reading(engine: AsyncEngine) -> Reading:
    """A bot whose own language is English."""
    return Reading(engine)


def asking(channel: ChannelId = DAILY.channel) -> Asking:
    return Asking(ANA, "delivery", channel=channel, message=BELOW)


def assert_as_in_the_morning(facts: ReportFacts, form: Form) -> None:
    assert (facts.leading, facts.charts) == (("auc",), Charts.NATIVE)
    assert facts.budget == ALARMS_A_DAY / 2, "what is ordinary among two is not red alone"
    assert form == Form("ja")


async def test_the_whole_report_of_a_line_is_judged_as_the_line_was(reading: Reading) -> None:
    await reading.look.whole(asking(), str(MORNING))
    ((facts, form),) = reading.days.drawn
    assert_as_in_the_morning(facts, form)
    assert f"{DAY} in ja" in reading.said


async def test_who_asks_in_the_channel_sees_what_it_hears_in_the_morning(reading: Reading) -> None:
    await reading.report.command(asking(), parse(f"report flights {DAY} metrics=all"))
    ((facts, form),) = reading.days.drawn
    assert_as_in_the_morning(facts, form)
    assert facts.every_metric


async def test_the_alarms_that_a_form_offers_are_those_that_ring_in_its_channel(
    reading: Reading,
) -> None:
    target = Target(FLIGHTS, PRODUCTION)
    here = (await reading.readers.read(DAILY.channel, target, DAY)).facts
    elsewhere = (await reading.readers.read(ELSEWHERE, target, DAY)).facts
    assert here.budget == ALARMS_A_DAY / 2
    assert elsewhere.budget == ALARMS_A_DAY


async def test_who_asks_in_another_channel_sees_it_like_anybody(reading: Reading) -> None:
    await reading.report.command(asking(ELSEWHERE), parse(f"report flights {DAY}"))
    ((facts, form),) = reading.days.drawn
    assert (facts.leading, facts.charts, facts.budget) == ((), Charts.PICTURE, ALARMS_A_DAY)
    assert form == Form("en")


async def test_details_come_in_the_language_of_the_report_above(reading: Reading) -> None:
    await reading.look.details(asking(), str(MORNING))
    assert "2013/06/28 のすべての指標" in reading.said


async def test_so_does_another_day_beside_it(reading: Reading) -> None:
    origin = Origin(channel=DAILY.channel, message=BELOW, morning=str(MORNING))
    await reading.look.compare(asking(), (origin, A_WEEK_BEFORE))
    assert "どのモデルが良いかは" in reading.said


async def test_a_channel_that_hears_of_one_series_has_all_alarms_for_it(reading: Reading) -> None:
    reading.world.subscribe(IN_JAPANESE)
    readers = Readers(book=reading.world.book, reporter=reading.days, language="en")
    reader = await readers.of(DAILY.channel, Target(FLIGHTS, PRODUCTION), DAY)
    assert reader.lens.budget == ALARMS_A_DAY


async def test_who_asks_hears_what_is_new_since_the_channel_last_heard(reading: Reading) -> None:
    quiet = Quiet(DAY - 2 * ONE_DAY, DAY)
    times = dataclasses.replace(AT_EIGHT.times, quiet=(quiet,))
    reading.world.subscribe(dataclasses.replace(AT_EIGHT, times=times))
    readers = Readers(book=reading.world.book, reporter=reading.days, language="en")
    target = Target(FLIGHTS, PRODUCTION)
    assert (await readers.read(DAILY.channel, target, DAY)).facts.heard == DAY - 4 * ONE_DAY
    assert (await readers.read(ELSEWHERE, target, DAY)).facts.heard is None
