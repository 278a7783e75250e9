"""The connection to the database and its migrations."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from core.errors import SettingsError, UnavailableError
from core.messages import say

MIGRATIONS: Final = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_SECONDS: Final = 5
"""How long a writer of SQLite waits for another one."""


def open_database(url: str) -> AsyncEngine:
    """The engine for an URL as bot.variables makes it; nothing is connected yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        mode = parsed.query.get("sslmode")
        if mode is not None:  # libpq's name, which platforms write; asyncpg knows it as `ssl`
            parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
        return create_async_engine(parsed, pool_pre_ping=True)
    engine = create_async_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
    event.listen(engine.sync_engine, "connect", _tune_sqlite)
    return engine


def is_there(url: str) -> bool:
    """Whether SQLite's file exists; a server is taken to be there."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def _tune_sqlite(connection: Any, _record: object) -> None:
    cursor: sqlite3.Cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers do not wait for the writer
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


async def upgrade(engine: AsyncEngine) -> tuple[str | None, str]:
    """Bring the schema to the newest revision; gives the revision before and after."""
    async with engine.begin() as connection:
        before = await connection.run_sync(_revision)
        await connection.run_sync(_upgrade)
    return before, newest()


async def prepare(engine: AsyncEngine) -> None:
    """Make sure that the schema is the one this code knows.

    A new SQLite file is set up at once: it belongs to this bot alone. Anything else is left to
    `mlpipe db upgrade`, so that a start never changes a database that others use or that somebody
    may want to copy first.

    Raises:
        SettingsError: the schema is of another revision.
        UnavailableError: the database does not answer.
    """
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(_revision)
    except (OSError, SQLAlchemyError) as error:
        raise UnavailableError(
            say(
                "The database does not answer ({reason}). Start it, or set DATABASE_URL to the one "
                "that runs.",
                reason=type(error).__name__,
            )
        ) from error
    if found == newest():
        return
    if found is None and engine.dialect.name == "sqlite":
        await upgrade(engine)
        return
    raise SettingsError(
        say(
            "The database is at revision {found}, this version of mlpipe needs {newest}. "
            "Run: mlpipe db upgrade",
            found=found or "-",
            newest=newest(),
        )
    )


async def trouble(engine: AsyncEngine) -> str | None:
    """Why the database does not answer now; None where it does."""
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (OSError, SQLAlchemyError) as error:
        return f"does not answer ({type(error).__name__})"
    return None


def newest() -> str:
    """The revision that this code knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")
