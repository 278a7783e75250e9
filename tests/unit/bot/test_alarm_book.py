from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
from typing import Any

import pytest
import slackblocks as slack
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.alarm_book import AlarmBook
from bot.slack.calls import SlackRefusedError
from bot.slack.delivery_ids import metadata
from bot.store.alarms import AlarmStore
from bot.store.audit import Audit
from bot.store.daily import DailyKey, DailyState, DailyWorks, Task
from bot.store.leases import Holder
from core.domain import PRODUCTION, ChannelId, MessageTs, Person, PipelineName, TeamId, UserId
from core.errors import InputError, NotFoundError
from core.evidence.alarms import Fault
from core.evidence.columns import ColumnFault
from core.evidence.mutes import Mute, MuteKey
from core.mornings import Morning
from core.spans import Span
from reports import blocks
from reports.actions import DETAILS, MUTE, ON_IT, RETRY_RUN
from reports.message import Message, Report
from tests.unit.bot.fakes import FakeSlack

MORNING = Morning(PipelineName("flights"), PRODUCTION, dt.date(2013, 6, 28))
HOTELS, CARS = (
    dataclasses.replace(MORNING, pipeline=PipelineName(name)) for name in ("hotels", "cars")
)
NINE = dt.datetime(2013, 6, 29, 13, tzinfo=dt.UTC)
ANA, BEN = (Person(TeamId("T0"), UserId(user)) for user in ("U0ANA", "U0BEN"))
DAILY, TOKYO = ChannelId("C0DAILY"), ChannelId("C0TOKYO")
KEY = MuteKey(MORNING.pipeline, MORNING.environment, Fault.COLUMN, "wind")
WIND = Mute(KEY, Span.of("2013-06-28..2013-07-05"), BEN, NINE)


def report() -> Report:
    parts: tuple[slack.Block, ...] = (blocks.section("what stands above"),)
    return Report(Message("the report", parts), offers={MORNING: (ON_IT, DETAILS, MUTE)})


class Runs:
    """Who had the morning's run tried again, so that it went well."""

    def __init__(self) -> None:
        self.mended_by: Person | None = None

    async def mended(self, _morning: Morning) -> Person | None:
        return self.mended_by


class World:
    """A morning's reports in two channels, and two replicas that know of them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.slack = FakeSlack()
        self.audit = Audit(engine)
        self.runs = Runs()
        self.one, self.other = (
            AlarmBook(store=AlarmStore(engine), gateway=self.slack.gateway(), runs=self.runs)
            for _ in range(2)
        )

    async def post(self) -> None:
        for channel, language in ((DAILY, "en"), (TOKYO, "ja")):
            await self.one.post(report(), channel, language=language, at=NINE)

    def shown(self, channel: ChannelId) -> str:
        """What stands below a report in a channel now."""
        edits = [each for each in self.slack.said("chat.update") if each["channel"] == channel]
        posts = [each for each in self.slack.said("chat.postMessage") if each["channel"] == channel]
        newest = (edits or posts)[-1]
        assert newest["blocks"][0]["text"]["text"] == "what stands above"
        return json.dumps(newest["blocks"][1:])


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    found = World(engine)
    await found.post()
    return found


async def test_who_is_on_it_is_shown_in_every_channel_until_it_is_handed_back(
    world: World,
) -> None:
    shown = await world.one.take(MORNING, by=ANA, at=NINE)
    assert len(shown) == 2
    for channel in (DAILY, TOKYO):
        assert "<@U0ANA>" in world.shown(channel)
        assert ON_IT not in world.shown(channel)
    await world.other.hand_back(MORNING, by=ANA, at=NINE)
    assert "<@U0ANA>" not in world.shown(DAILY)
    assert ON_IT in world.shown(TOKYO)
    entries = await world.audit.about(str(MORNING))
    assert [(entry.who, entry.action) for entry in entries] == [
        ("T0/U0ANA", "on it"),
        ("T0/U0ANA", "hand back"),
    ]


async def test_a_report_of_a_failed_run_says_that_it_went_well_when_tried_again(
    world: World,
) -> None:
    offers = {HOTELS: (ON_IT, RETRY_RUN), MORNING: (ON_IT,)}
    failed = dataclasses.replace(report(), offers=offers)
    await world.one.post(failed, DAILY, language="en", at=NINE)
    await world.one.show_mended(now=NINE)
    assert RETRY_RUN in world.shown(DAILY)
    world.runs.mended_by = BEN
    for _ in range(2):  # the second look has nothing to say
        await world.one.show_mended(now=NINE)
    shown = json.loads(world.shown(DAILY))
    text = json.dumps(shown, ensure_ascii=False)
    assert "hotels: ✅ <@U0BEN> had the run tried again, and it went well." in text
    assert RETRY_RUN not in text
    edits = len(world.slack.said("chat.update"))
    await world.one.show_mended(now=NINE + dt.timedelta(days=9))
    assert len(world.slack.said("chat.update")) == edits


async def test_of_two_clicks_one_wins_and_the_other_is_told_who(world: World) -> None:
    clicks = (
        world.one.take(MORNING, by=ANA, at=NINE),
        world.other.take(MORNING, by=BEN, at=NINE),
    )
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    (refused,) = (each for each in answers if isinstance(each, Exception))
    assert isinstance(refused, InputError)
    assert "has it since" in str(refused)
    (entry,) = await world.audit.about(str(MORNING))
    assert entry.who.removeprefix("T0/") in world.shown(DAILY)


async def test_only_who_has_it_hands_it_back(world: World) -> None:
    with pytest.raises(InputError, match="Nobody is on it"):
        await world.one.hand_back(MORNING, by=ANA, at=NINE)
    await world.one.take(MORNING, by=ANA, at=NINE)
    with pytest.raises(InputError, match="U0ANA has it since"):
        await world.one.hand_back(MORNING, by=BEN, at=NINE)


async def test_a_mute_is_shown_on_the_reports_until_it_is_taken_away(world: World) -> None:
    await world.one.mute(WIND, morning=MORNING)
    assert await world.other.mutes(MORNING) == (WIND,)
    assert "Muted by <@U0BEN> up to Jul 5, 2013: column wind." in world.shown(DAILY)
    later = Morning(MORNING.pipeline, MORNING.environment, dt.date(2013, 7, 6))
    assert await world.one.mutes(later) == ()
    await world.other.unmute(KEY, morning=MORNING, by=ANA, at=NINE)
    assert "Muted" not in world.shown(DAILY)
    with pytest.raises(NotFoundError):
        await world.one.unmute(KEY, morning=MORNING, by=ANA, at=NINE)


async def test_a_mute_from_an_older_report_leaves_a_newer_one_as_it_was(world: World) -> None:
    await world.one.mute(WIND, morning=MORNING)
    older = Morning(MORNING.pipeline, MORNING.environment, dt.date(2013, 6, 20))
    from_older = dataclasses.replace(WIND, span=Span.of("2013-06-20..2013-06-29"), by=ANA)
    kept = await world.other.mute(from_older, morning=older)
    assert kept == dataclasses.replace(WIND, span=Span.of("2013-06-20..2013-07-05"))
    assert await world.one.mutes(older) == await world.one.mutes(MORNING) == (kept,)


async def test_a_mute_that_is_extended_covers_its_first_days_still(world: World) -> None:
    await world.one.mute(WIND, morning=MORNING)
    later = Morning(MORNING.pipeline, MORNING.environment, dt.date(2013, 7, 5))
    extended = dataclasses.replace(WIND, span=Span.of("2013-07-05..2013-07-12"), by=ANA)
    kept = await world.other.mute(extended, morning=later)
    assert kept == dataclasses.replace(extended, span=Span.of("2013-06-28..2013-07-12"))
    assert await world.one.mutes(MORNING) == (kept,)


async def test_mutes_with_days_between_them_are_both_kept(world: World) -> None:
    await world.one.mute(WIND, morning=MORNING)
    old = Morning(MORNING.pipeline, MORNING.environment, dt.date(2013, 6, 1))
    apart = dataclasses.replace(WIND, span=Span.of("2013-06-01..2013-06-10"), by=ANA)
    assert await world.other.mute(apart, morning=old) == apart
    assert await world.one.mutes(MORNING) == (WIND,)
    assert await world.one.mutes(old) == (apart,)
    await world.one.unmute(KEY, morning=old, by=ANA, at=NINE)
    assert await world.one.mutes(MORNING) == (WIND,), "it rings again on the days of the one only"
    between = dataclasses.replace(WIND, span=Span.of("2013-06-11..2013-06-27"), by=ANA)
    await world.other.mute(apart, morning=old)
    kept = await world.other.mute(between, morning=old)
    assert kept == dataclasses.replace(WIND, span=Span.of("2013-06-01..2013-07-05"))
    assert await world.one.mutes(old) == await world.one.mutes(MORNING) == (kept,)


async def test_two_faults_of_one_column_are_muted_and_ring_again_apart(world: World) -> None:
    empty, unit = (
        dataclasses.replace(WIND, key=dataclasses.replace(KEY, column_fault=fault))
        for fault in (ColumnFault.EMPTY, ColumnFault.UNIT)
    )
    for mute in (WIND, empty, unit):
        assert await world.one.mute(mute, morning=MORNING) == mute
    assert await world.other.mutes(MORNING) == (WIND, empty, unit)
    assert "column wind (another unit)" in world.shown(DAILY)
    await world.other.unmute(empty.key, morning=MORNING, by=ANA, at=NINE)
    assert await world.one.mutes(MORNING) == (WIND, unit)


async def test_a_channel_that_refuses_the_edit_keeps_the_others_from_nothing(world: World) -> None:
    def only_tokyo(arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments["channel"] == DAILY:
            raise SlackRefusedError("chat.update", "message_not_found")
        return {"ts": arguments["ts"]}

    world.slack.answers["chat.update"] = only_tokyo
    assert len(await world.one.take(MORNING, by=ANA, at=NINE)) == 1
    assert "<@U0ANA>" in world.shown(TOKYO)


async def test_a_report_without_offers_has_no_foot_and_is_not_kept(engine: AsyncEngine) -> None:
    world = World(engine)
    plain = Report(Message("the digest", (blocks.section("a week"),)))
    await world.one.post(plain, DAILY, language="en", at=NINE)
    assert len(world.slack.said("chat.postMessage")[0]["blocks"]) == 1
    assert await world.one.take(MORNING, by=ANA, at=NINE) == frozenset()


async def test_a_message_of_several_series_shows_who_is_on_which(engine: AsyncEngine) -> None:
    world = World(engine)
    offers: dict[Morning, tuple[str, ...]] = {MORNING: (ON_IT,), HOTELS: (ON_IT, MUTE), CARS: ()}
    await world.one.post(
        dataclasses.replace(report(), offers=offers), DAILY, language="en", at=NINE
    )
    assert "flights: I am on it" in world.shown(DAILY)
    await world.other.take(HOTELS, by=ANA, at=NINE)
    assert "<@U0ANA> is on it" in world.shown(DAILY)
    assert "flights: I am on it" in world.shown(DAILY)
    assert "hotels: I am no longer on it" in world.shown(DAILY)
    await world.one.take(CARS, by=BEN, at=NINE)
    assert "cars" not in world.shown(DAILY), "nothing can be done for it from here"
    store = AlarmStore(engine)
    assert [await store.posted(each) for each in (HOTELS, CARS)] == [
        await store.posted(MORNING)
    ] * 2


async def test_a_report_whose_poster_died_before_it_was_kept_is_found_and_edited(
    engine: AsyncEngine,
) -> None:
    world = World(engine)
    stands = MessageTs("5.5")
    await world.other.take(MORNING, by=ANA, at=NINE)
    blocks_there = [{"type": "section", "text": {"type": "mrkdwn", "text": "what stands above"}}]
    world.slack.answers["conversations.history"] = lambda _: {
        "messages": [
            {
                "ts": stands,
                "text": "the report",
                "blocks": [*blocks_there, {"type": "context"}, {"type": "actions"}],
                "metadata": metadata("report/C0DAILY", foot=2),
            }
        ]
    }
    for book in (world.one, world.other):
        await book.keep_found(DAILY, stands, report().offers, language="en", at=NINE)
    (edit,) = world.slack.said("chat.update")
    assert (edit["ts"], edit["blocks"][:1]) == (stands, blocks_there)
    assert "<@U0ANA>" in world.shown(DAILY)


async def test_what_was_asked_for_long_ago_is_forgotten_and_what_came_by_itself_stays(
    engine: AsyncEngine,
) -> None:
    world = World(engine)
    await world.post()
    store = AlarmStore(engine)
    came, asked = await store.posted(MORNING)
    key = DailyKey(Task.REPORT, MORNING.pipeline, PRODUCTION, MORNING.day, came.channel)
    works = DailyWorks(engine)
    await works.begin(key, at=NINE)
    work = await works.take(key, Holder("one", dt.timedelta(minutes=1)), now=NINE)
    assert work is not None
    await works.save(dataclasses.replace(work, message=came.message, state=DailyState.DONE))
    await store.forget(before=NINE)
    assert await store.posted(MORNING) == (came, asked)
    await store.forget(before=NINE + dt.timedelta(seconds=1))
    assert await store.posted(MORNING) == (came,)
    sent = await world.one.as_sent(MORNING, TOKYO)
    assert sent is not None
    assert sent.text == "the report"
