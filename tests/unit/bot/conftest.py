"""Databases for the store's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.database import open_database, prepare


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A new SQLite file with the newest schema."""
    engine = open_database(f"sqlite+aiosqlite:///{tmp_path}/mlpipe.db")
    await prepare(engine)
    yield engine
    await engine.dispose()
