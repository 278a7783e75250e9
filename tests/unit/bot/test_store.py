from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.alarms import AlarmStore
from bot.store.approvals import Approvals
from bot.store.audit import Audit
from bot.store.daily import DailyWorks, Task
from bot.store.database import MIGRATIONS, newest, open_database, prepare, upgrade
from bot.store.deliveries import Deliveries
from bot.store.executions import Executions, Progress
from bot.store.leases import Holder
from bot.store.notes import Notes
from bot.store.schema import metadata
from bot.store.subscriptions import Subscriptions
from bot.variables import Variables
from core.approvals import State
from core.domain import ChannelId, EnvironmentName, ExecutionArn, ExecutionStatus, MessageTs
from core.errors import SettingsError
from core.spans import Span
from core.subscriptions import Content
from tests.unit.bot.stored import (
    ANA,
    ASKED,
    ASKING,
    BLACK_FRIDAY,
    DAILY,
    ENTRY,
    FOLLOWED,
    NOON,
    ONE,
    SUBSCRIPTION,
)

OLD_MUTE = """
INSERT INTO mutes (pipeline, environment, fault, subject, first, last, "by", at)
VALUES ('flights', 'production', 'column', 'wind', '2013-06-28', '2013-07-05', 'T0/U0ANA',
    '2013-06-29 12:00:00+00:00')
"""
OLD_TASK = """
INSERT INTO daily (task, pipeline, environment, day, state, channel, claimed_at)
VALUES (:task, 'flights', 'production', '2013-06-28', 'claimed', :channel,
    '2013-06-29 12:00:00+00:00')
"""


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


@pytest.mark.parametrize("revision", ["0009", "0012"])
async def test_the_mutes_of_an_older_database_are_kept(database_url: str, revision: str) -> None:
    engine = await _of_revision(revision, database_url)
    async with engine.begin() as connection:
        await connection.execute(text(OLD_MUTE))
    await upgrade(engine)
    (mute,) = await AlarmStore(engine).mutes(DAILY.pipeline, DAILY.environment)
    assert (mute.key.subject, mute.span) == ("wind", Span.of("2013-06-28..2013-07-05"))
    assert mute.key.column_fault is None, "it is of all of the column's faults, as it was"
    assert (mute.by, mute.at) == (ANA, NOON)
    await engine.dispose()


async def test_the_tasks_of_an_older_database_are_kept(database_url: str) -> None:
    engine = await _of_revision("0003", database_url)
    async with engine.begin() as connection:
        for task, channel in (("run", None), ("report", "C0DAILY")):
            await connection.execute(text(OLD_TASK), {"task": task, "channel": channel})
    await upgrade(engine)
    works = DailyWorks(engine)
    assert await works.unfinished(Task.RUN) == (DAILY.run,)
    assert await works.unfinished(Task.REPORT) == (DAILY,)
    await engine.dispose()


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


async def _of_revision(revision: str, database_url: str) -> AsyncEngine:
    """A database as an earlier version of mlpipe left it."""
    engine = open_database(Variables.read({"DATABASE_URL": database_url}).database_url)
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # the tests' databases begin at the newest
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        await connection.run_sync(_upgrade_to, revision)
    return engine


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
