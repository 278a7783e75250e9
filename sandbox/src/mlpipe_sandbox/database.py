"""The files of a state folder: SQLite that a SIGKILL at any moment leaves readable."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FORMAT: Final = 1
"""Raised by one when what the files hold changes its shape."""


class StateError(RuntimeError):
    """A state folder cannot be used; the text says why and what to do."""


def open_database(file: Path, schema: str) -> sqlite3.Connection:
    """Open a file, made with `schema` if it is missing; each statement is its own transaction.

    Raises:
        StateError: it is of another version of the sandbox, or no such file at all.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    try:
        # What was committed outlives the process in the write-ahead log; only a machine that loses
        # its power may lose the last of it.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found not in {0, FORMAT}:
            raise StateError(f"{file} is of another version of the sandbox: remove {file.parent}.")
        connection.executescript(f"BEGIN; {schema}; PRAGMA user_version = {FORMAT}; COMMIT")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StateError(f"{file} cannot be read ({error}): remove {file.parent}.") from error
    except StateError:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a state folder, which is made if it is missing.

    Raises:
        StateError: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StateError(f"Another sandbox is using {folder}: end it first.") from error
        yield  # the end of the process, however it comes, lets go
