"""Databases for the store's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.database import open_database, upgrade
from bot.variables import Variables
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/mlpipe.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.empty()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An empty database with the newest schema."""
    engine = open_database(Variables.read({"DATABASE_URL": database_url}).database_url)
    await upgrade(engine)
    yield engine
    await engine.dispose()
