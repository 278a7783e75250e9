"""Databases for the store's tests."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.database import open_database, upgrade
from bot.variables import Variables

POSTGRES = "MLPIPE_TEST_POSTGRES"
"""URL of a PostgreSQL whose schema `public` these tests may empty."""


URLS = {"postgresql": os.environ[POSTGRES]} if POSTGRES in os.environ else {}


@pytest.fixture(params=["sqlite", *URLS])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """An empty database with the newest schema."""
    url = URLS.get(request.param, f"sqlite:///{tmp_path}/mlpipe.db")
    engine = open_database(Variables.read({"DATABASE_URL": url}).database_url)
    if request.param == "postgresql":
        async with engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    await upgrade(engine)
    yield engine
    await engine.dispose()
