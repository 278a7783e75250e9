"""What tests of several parts stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; `postgres.empty()` gives the URL of a new database in it."""
    with Postgres.running() as server:
        yield server
