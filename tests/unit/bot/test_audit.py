from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.audit import Audit
from bot.store.chain import BEGINNING, digest_of
from bot.store.database import MIGRATIONS, open_database, upgrade
from bot.store.schema import audit
from bot.variables import Variables
from core.audit import Entry, Question
from reports.audit import as_csv
from tests.unit.bot.stored import ENTRY, NOON

OPEN = {
    "sqlite": ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"),
    "postgresql": ("ALTER TABLE audit DISABLE TRIGGER audit_append_only",),
}
"""What somebody does who may change the database as they like."""


def entry(number: int, **changed: Any) -> Entry:
    at = NOON + dt.timedelta(minutes=number)
    return dataclasses.replace(ENTRY, at=at, subject=f"a{number}", **changed)


async def filled(engine: AsyncEngine, count: int = 6) -> list[int]:
    """A log of so many lines whose guards are off; their numbers."""
    for number in range(count):
        await Audit(engine).add(entry(number))
    async with engine.begin() as connection:
        for statement in OPEN[engine.dialect.name]:
            await connection.execute(text(statement))
        rows = await connection.execute(select(audit.c.id).order_by(audit.c.id))
        return list(rows.scalars())


async def test_what_many_write_at_once_is_one_chain(engine: AsyncEngine) -> None:
    await asyncio.gather(*(Audit(engine).add(entry(number)) for number in range(12)))
    found = await Audit(engine).verify()
    assert (found.whole, found.lines) == (True, 12)
    assert await Audit(engine).has(found.digest)
    lines = [line async for line in Audit(engine).every(Question())]
    assert {line.entry.subject for line in lines} == {f"a{number}" for number in range(12)}


async def test_an_empty_log_is_whole(engine: AsyncEngine) -> None:
    found = await Audit(engine).verify()
    assert (found.whole, found.lines, found.digest) == (True, 0, BEGINNING)


@pytest.mark.parametrize(
    "changed",
    [
        {"who": "T0/U0EVE"},
        {"outcome": "approved"},
        {"at": NOON},
        {"details": {"why": "because"}},
        {"digest": "f" * 64},
    ],
)
async def test_a_line_that_was_changed_is_found_and_named(
    engine: AsyncEngine, changed: dict[str, object]
) -> None:
    numbers = await filled(engine)
    async with engine.begin() as connection:
        await connection.execute(update(audit).where(audit.c.id == numbers[3]).values(**changed))
    found = await Audit(engine).verify()
    assert not found.whole
    assert found.lines == 3
    assert found.broken is not None
    assert found.broken.number == numbers[3]


async def test_lines_that_were_taken_out_or_put_in_are_found(engine: AsyncEngine) -> None:
    numbers = await filled(engine)
    async with engine.begin() as connection:
        await connection.execute(delete(audit).where(audit.c.id == numbers[2]))
    found = await Audit(engine).verify()
    assert found.broken is not None
    assert (found.lines, found.broken.number) == (2, numbers[3])


async def test_lines_that_are_missing_at_the_end_are_counted(engine: AsyncEngine) -> None:
    numbers = await filled(engine)
    async with engine.begin() as connection:
        await connection.execute(delete(audit).where(audit.c.id >= numbers[4]))
    found = await Audit(engine).verify()
    assert (found.whole, found.lines, found.missing) == (False, 4, 2)


async def test_a_line_that_was_added_past_the_chain_is_found(engine: AsyncEngine) -> None:
    await filled(engine)
    forged = {**vars(entry(9)), "digest": "0" * 64}
    async with engine.begin() as connection:
        await connection.execute(insert(audit).values(**forged))
    found = await Audit(engine).verify()
    assert found.broken is not None
    assert found.broken.entry.subject == "a9"


async def test_questions_choose_lines_newest_first(engine: AsyncEngine) -> None:
    log = Audit(engine)
    for number in range(5):
        await log.add(entry(number, action="promote" if number % 2 else "start"))
    await log.add(entry(5, who="T0/U0EVE", outcome="refused"))
    lines, total = await log.page(Question(action="start"), first=0, count=2)
    assert ([line.entry.subject for line in lines], total) == (["a4", "a2"], 3)
    assert (await log.page(Question(who="/U0EVE"), first=0, count=9))[1] == 1
    assert (await log.page(Question(who="U0_VE"), first=0, count=9))[1] == 0
    assert (await log.page(Question(about="a3"), first=0, count=9))[1] == 1
    since = NOON + dt.timedelta(minutes=4)
    assert (await log.page(Question(since=since), first=0, count=9))[1] == 2


async def test_what_no_database_takes_is_written_as_what_can_be_read(engine: AsyncEngine) -> None:
    await Audit(engine).add(entry(0, details={"why": "a\x00b\ud800"}))
    (line,) = [each async for each in Audit(engine).every(Question())]
    assert line.entry.details == {"why": "a b\N{REPLACEMENT CHARACTER}"}
    assert (await Audit(engine).verify()).whole


async def test_no_secret_comes_into_it(engine: AsyncEngine) -> None:
    token = "xoxb-" + "1234567890-abcdef"
    await Audit(engine).add(entry(0, details={"why": f"token is {token}"}))
    (line,) = [each async for each in Audit(engine).every(Question())]
    assert token not in str(line)
    assert (await Audit(engine).verify()).whole


def test_what_was_written_before_there_was_a_chain_is_chained(database_url: str) -> None:
    async def story() -> None:
        engine = open_database(Variables.read({"DATABASE_URL": database_url}).database_url)
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # it comes with the newest tables
                await connection.execute(text("DROP SCHEMA public CASCADE"))
                await connection.execute(text("CREATE SCHEMA public"))
            await connection.run_sync(_to, "0016")
            for number in range(3):
                await connection.execute(insert(audit).values(**vars(entry(number))))
        await upgrade(engine)
        await Audit(engine).add(entry(3))
        found = await Audit(engine).verify()
        assert (found.whole, found.lines) == (True, 4)
        await engine.dispose()

    asyncio.run(story())


def _to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@given(
    name=st.sampled_from(["who", "action", "subject", "outcome"]),
    value=st.text(max_size=20),
    details=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
def test_every_part_of_a_line_is_in_its_digest(
    name: str, value: str, details: dict[str, str]
) -> None:
    line = vars(entry(0, details=details))
    changed = {**line, name: value}
    alike = digest_of(changed, after=BEGINNING) == digest_of(line, after=BEGINNING)
    assert alike is (changed == line)
    other = {**line, "details": {**details, "more": value}}
    assert digest_of(other, after=BEGINNING) != digest_of(line, after=BEGINNING)
    assert digest_of(line, after="1" * 64) != digest_of(line, after=BEGINNING)


async def test_a_spreadsheet_takes_no_cell_for_a_formula(engine: AsyncEngine) -> None:
    await Audit(engine).add(entry(0, who="=HYPERLINK(1)", details={"why": 'a, "b"\nc'}))
    written = as_csv([each async for each in Audit(engine).every(Question())])
    assert "'=HYPERLINK(1)" in written
    assert written.count("\r\n") == 1
