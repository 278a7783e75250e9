from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.asking import Asking
from bot.store.approvals import Approvals
from bot.store.audit import Audit, Entry
from bot.store.daily import DailyKey, DailyState, DailyWorks, Task
from bot.store.database import MIGRATIONS, newest, open_database, prepare, upgrade
from bot.store.deliveries import Deliveries
from bot.store.executions import Executions, Followed, Progress
from bot.store.leases import Holder
from bot.store.notes import Notes
from bot.store.schema import metadata
from bot.store.subscriptions import Subscriptions
from bot.variables import Variables
from core.approvals import Approval, ApprovalId, State, Verdict
from core.domain import (
    ChannelId,
    EnvironmentName,
    ExecutionArn,
    ExecutionStatus,
    Kind,
    MessageTs,
    ModelPackageArn,
    Person,
    PipelineName,
    TeamId,
    UserId,
)
from core.errors import SettingsError
from core.notes import Note, NoteKey
from core.spans import Span
from core.subscriptions import Content, Days, Subscription, SubscriptionKey, Times, quiet_days

NOON = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)
ANA = Person(TeamId("T0"), UserId("U0ANA"))
ONE = Holder("one", dt.timedelta(seconds=60))
OTHER = Holder("other", dt.timedelta(seconds=60))
FOLLOWED = Followed(
    id="e1",
    token="t" * 32,
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("experiment"),
    kind=Kind.TRAIN,
    parameters={"Day": "2013-06-28"},
    requested_at=NOON,
    asked_by=ANA,
    channel=ChannelId("C0DAILY"),
)
BLACK_FRIDAY = Note(
    key=NoteKey(
        PipelineName("flights"),
        EnvironmentName("production"),
        Span.of("2013-11-27..2013-11-30"),
    ),
    text="Black Friday",
    leave_out=True,
    by=ANA,
    at=NOON,
)
ASKING = Asking(ANA, "command/1", ChannelId("C0DAILY"), said="/mlpipe run")
DAILY = DailyKey(
    Task.REPORT,
    PipelineName("flights"),
    EnvironmentName("production"),
    dt.date(2013, 6, 28),
    channel=ChannelId("C0DAILY"),
)
ASKED = Approval(
    id=ApprovalId("a1"),
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("production"),
    version=3,
    package=ModelPackageArn("arn:package/3"),
    requested_by=ANA,
    requested_at=NOON,
    note="because",
)
SUBSCRIPTION = Subscription(
    key=SubscriptionKey(ChannelId("C0DAILY"), DAILY.pipeline, DAILY.environment),
    times=Times(
        at=dt.time(8, 30),
        zone="Asia/Tokyo",
        when_ready=True,
        patience=dt.timedelta(minutes=30),
        days=Days.WEEKDAYS,
        quiet=quiet_days("2013-07-04, 2013-12-24..2013-12-26"),
    ),
    language="ja",
    content=Content.CHANGES,
    metrics=("log_loss", "auc"),
    since=NOON,
    by=ANA,
)
OLD_TASK = """
INSERT INTO daily (task, pipeline, environment, day, state, channel, claimed_at)
VALUES (:task, 'flights', 'production', '2013-06-28', 'claimed', :channel,
    '2013-06-29 12:00:00+00:00')
"""
ENTRY = Entry(at=NOON, who=str(ANA), action="promote", subject="a1", outcome="accepted")


async def test_the_migrations_make_the_schema_that_the_code_uses(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        made = await connection.run_sync(
            lambda sync: {
                name: {column["name"] for column in inspect(sync).get_columns(name)}
                for name in inspect(sync).get_table_names()
            }
        )
    made.pop("alembic_version")
    assert made == {
        table.name: {column.name for column in table.columns} for table in metadata.sorted_tables
    }


async def test_upgrading_twice_changes_nothing(engine: AsyncEngine) -> None:
    assert await upgrade(engine) == (newest(), newest())


async def test_a_database_of_another_revision_is_left_alone(tmp_path: Path) -> None:
    engine = open_database(f"sqlite+aiosqlite:///{tmp_path}/old.db")
    await prepare(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    with pytest.raises(SettingsError, match="mlpipe db upgrade"):
        await prepare(engine)
    await engine.dispose()


async def test_one_of_many_deliveries_wins(engine: AsyncEngine) -> None:
    deliveries = Deliveries(engine, ONE)
    claims = await asyncio.gather(*(deliveries.claim(ASKING, at=NOON) for _ in range(10)))
    assert sorted(claims) == [False] * 9 + [True]


async def test_a_delivery_can_be_forgotten_once_it_is_old(engine: AsyncEngine) -> None:
    deliveries = Deliveries(engine, ONE)
    await deliveries.claim(ASKING, at=NOON)
    await deliveries.forget(before=NOON)
    assert not await deliveries.claim(ASKING, at=NOON)
    await deliveries.forget(before=NOON + dt.timedelta(seconds=1))
    assert await deliveries.claim(ASKING, at=NOON)


async def test_what_nobody_answers_any_more_is_taken_once(engine: AsyncEngine) -> None:
    mine, others = Deliveries(engine, ONE), Deliveries(engine, OTHER)
    for key in ("command/1", "command/2", "command/3"):
        await mine.claim(dataclasses.replace(ASKING, delivery=key), at=NOON)
    await mine.answered("command/2")
    assert await others.take_unanswered() == (), "it is worked on"
    await mine.let_go()
    taken = await asyncio.gather(*(others.take_unanswered() for _ in range(5)))
    assert sorted(asking.delivery for each in taken for asking in each) == [
        "command/1",
        "command/3",
    ]
    assert {asking.said for each in taken for asking in each} == {"/mlpipe run"}
    await others.answered("command/1")
    await others.let_go()
    assert [asking.delivery for asking in await mine.take_unanswered()] == ["command/3"]


async def test_what_a_dead_process_had_is_taken_once_its_lease_ended(engine: AsyncEngine) -> None:
    dead = Holder("dead", dt.timedelta(seconds=-1))
    await Deliveries(engine, dead).claim(ASKING, at=NOON)
    (asking,) = await Deliveries(engine, ONE).take_unanswered()
    assert (asking.person, asking.channel) == (ASKING.person, ASKING.channel)
    assert await Deliveries(engine, OTHER).take_unanswered() == ()


async def test_no_secret_that_was_typed_is_kept(engine: AsyncEngine) -> None:
    token = "xoxb-" + "123456789012-abcdefABCDEF"
    dead = Holder("dead", dt.timedelta(seconds=-1))
    deliveries = Deliveries(engine, dead)
    await deliveries.claim(dataclasses.replace(ASKING, said=f"/mlpipe run {token}"), at=NOON)
    (asking,) = await deliveries.take_unanswered()
    assert token not in str(asking.said)


async def test_an_execution_comes_back_as_it_was_stored(engine: AsyncEngine) -> None:
    executions = Executions(engine)
    assert await executions.add(FOLLOWED)
    assert await executions.unfinished() == (FOLLOWED,)
    ended = dataclasses.replace(
        FOLLOWED,
        arn=ExecutionArn("arn:execution/1"),
        message=MessageTs("1.2"),
        progress=Progress.ENDED,
        status=ExecutionStatus.SUCCEEDED,
        shown="digest",
    )
    await executions.save(ended)
    assert await executions.get("e1") == ended
    assert await executions.unfinished() == ()


async def test_the_same_token_is_stored_once(engine: AsyncEngine) -> None:
    executions = Executions(engine)
    assert await executions.add(FOLLOWED)
    assert not await executions.add(dataclasses.replace(FOLLOWED, id="e2"))


async def test_who_stops_in_good_order_keeps_nobody_waiting(engine: AsyncEngine) -> None:
    executions = Executions(engine)
    await executions.add(FOLLOWED)
    assert await executions.lease("e1", ONE, now=NOON)
    await ONE.release(engine)
    assert await executions.lease("e1", OTHER, now=NOON)
    await ONE.release(engine)
    assert not await executions.lease("e1", ONE, now=NOON), "what another holds stays its own"


async def test_a_lease_keeps_others_out_until_it_ends(engine: AsyncEngine) -> None:
    executions = Executions(engine)
    await executions.add(FOLLOWED)
    assert await executions.lease("e1", ONE, now=NOON)
    assert await executions.lease("e1", ONE, now=NOON)
    assert not await executions.lease("e1", OTHER, now=NOON + dt.timedelta(seconds=59))
    assert await executions.lease("e1", OTHER, now=NOON + dt.timedelta(seconds=61))


async def test_a_days_task_has_one_winner(engine: AsyncEngine) -> None:
    works = DailyWorks(engine)
    await works.begin(DAILY, at=NOON)
    holders = [Holder(str(number), ONE.length) for number in range(8)]
    taken = await asyncio.gather(*(works.take(DAILY, holder, now=NOON) for holder in holders))
    assert sum(work is not None for work in taken) == 1


async def test_a_days_task_is_taken_over_once_its_owner_died(engine: AsyncEngine) -> None:
    works = DailyWorks(engine)
    await works.begin(DAILY, at=NOON)
    first = await works.take(DAILY, ONE, now=NOON)
    assert first is not None
    assert not first.taken_over
    assert await works.take(DAILY, OTHER, now=NOON) is None
    over = await works.take(DAILY, OTHER, now=NOON + dt.timedelta(seconds=61))
    assert over is not None
    assert over.taken_over


async def test_a_days_task_that_is_done_stays_done(engine: AsyncEngine) -> None:
    works = DailyWorks(engine)
    await works.begin(DAILY, at=NOON)
    work = await works.take(DAILY, ONE, now=NOON)
    assert work is not None
    await works.save(dataclasses.replace(work, state=DailyState.DONE))
    assert await works.take(DAILY, ONE, now=NOON) is None


async def test_tasks_are_told_apart_by_channel_and_begun_once(engine: AsyncEngine) -> None:
    works = DailyWorks(engine)
    elsewhere = dataclasses.replace(DAILY, channel=ChannelId("C0EXP"))
    for _ in range(2):
        await works.begin(DAILY, elsewhere, DAILY.run, at=NOON)
    assert set(await works.unfinished(Task.REPORT)) == {DAILY, elsewhere}
    assert await works.unfinished(Task.RUN) == (DAILY.run,)


async def test_a_subscription_comes_back_as_it_was_stored(engine: AsyncEngine) -> None:
    subscriptions = Subscriptions(engine)
    await subscriptions.put(SUBSCRIPTION, ENTRY)
    changed = dataclasses.replace(SUBSCRIPTION, content=Content.WEEKLY)
    await subscriptions.put(changed, ENTRY)
    assert await subscriptions.all() == (changed,)
    assert await subscriptions.remove(changed.key, ENTRY)
    assert not await subscriptions.remove(changed.key, ENTRY)
    assert await subscriptions.all() == ()
    assert len(await Audit(engine).about("a1")) == 3


async def test_a_note_comes_back_as_it_was_stored_the_newest_days_first(
    engine: AsyncEngine,
) -> None:
    notes = Notes(engine)
    older = dataclasses.replace(
        BLACK_FRIDAY, key=dataclasses.replace(BLACK_FRIDAY.key, span=Span.of("2013-07-04"))
    )
    for note in (older, dataclasses.replace(BLACK_FRIDAY, leave_out=False), BLACK_FRIDAY):
        await notes.put(note, ENTRY)
    series = (BLACK_FRIDAY.key.pipeline, BLACK_FRIDAY.key.environment)
    assert await notes.of_series(*series) == (BLACK_FRIDAY, older)
    assert await notes.of_series(series[0], EnvironmentName("experiment")) == ()
    assert await notes.remove(older.key, ENTRY)
    assert not await notes.remove(older.key, ENTRY)
    assert await notes.of_series(*series) == (BLACK_FRIDAY,)
    assert len(await Audit(engine).about("a1")) == 4


async def test_the_tasks_of_an_older_database_are_kept(database_url: str) -> None:
    engine = open_database(Variables.read({"DATABASE_URL": database_url}).database_url)
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # the tests' databases begin at the newest
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        await connection.run_sync(_upgrade_to, "0003")
        for task, channel in (("run", None), ("report", "C0DAILY")):
            await connection.execute(text(OLD_TASK), {"task": task, "channel": channel})
    await upgrade(engine)
    works = DailyWorks(engine)
    assert await works.unfinished(Task.RUN) == (DAILY.run,)
    assert await works.unfinished(Task.REPORT) == (DAILY,)
    await engine.dispose()


async def test_of_two_decisions_one_is_stored(engine: AsyncEngine) -> None:
    approvals = Approvals(engine)
    await approvals.add(ASKED, ENTRY)
    moves = await asyncio.gather(
        *(
            approvals.move(
                dataclasses.replace(ASKED, state=State.EXECUTING, verdict=verdict),
                before=State.REQUESTED,
                entry=dataclasses.replace(ENTRY, action=verdict),
            )
            for verdict in (Verdict.APPROVE, Verdict.REJECT)
        )
    )
    assert sorted(moves) == [False, True]
    entries = await Audit(engine).about("a1")
    assert len(entries) == 2, "the decision that lost leaves no trace of a change"


async def test_an_approval_is_settled_when_its_card_tells_the_end(engine: AsyncEngine) -> None:
    approvals = Approvals(engine)
    await approvals.add(ASKED, ENTRY)
    shown = dataclasses.replace(ASKED, channel=ChannelId("C0DAILY"), message=MessageTs("1.2"))
    await approvals.show(shown)
    (stored,) = await approvals.unsettled()
    assert (stored.approval, stored.shown) == (shown, State.REQUESTED)
    done = dataclasses.replace(shown, state=State.APPROVED, decided_at=NOON, decided_by=ANA)
    await approvals.move(done, before=State.REQUESTED, entry=ENTRY)
    assert await approvals.awaiting(ASKED.pipeline, ASKED.environment) == ()
    assert len(await approvals.unsettled()) == 1
    await approvals.show(done)
    assert await approvals.unsettled() == ()


async def test_a_decision_does_not_forget_a_card_posted_meanwhile(engine: AsyncEngine) -> None:
    approvals = Approvals(engine)
    await approvals.add(ASKED, ENTRY)
    await approvals.show(
        dataclasses.replace(ASKED, channel=ChannelId("C0DAILY"), message=MessageTs("1.2"))
    )
    decided = dataclasses.replace(ASKED, state=State.EXECUTING, verdict=Verdict.APPROVE)
    await approvals.move(decided, before=State.REQUESTED, entry=ENTRY)
    (stored,) = await approvals.unsettled()
    assert stored.approval.message == "1.2"


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
async def test_the_audit_log_cannot_be_changed(engine: AsyncEngine, change: str) -> None:
    audit = Audit(engine)
    await audit.add(ENTRY)
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(change))
    assert await audit.about("a1") == (ENTRY,)


async def test_a_moment_without_zone_is_refused(engine: AsyncEngine) -> None:
    with pytest.raises(Exception, match="2013"):
        await Deliveries(engine, ONE).claim(ASKING, at=NOON.replace(tzinfo=None))


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
