"""One process a SQLite file: a second one would post everything twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

from core.errors import SettingsError, UnavailableError
from core.messages import say

try:
    import fcntl
except ModuleNotFoundError:  # Windows
    LOCKS = False
else:
    LOCKS = True


@contextmanager
def sole_user(url: str) -> Iterator[None]:
    """Have a SQLite file to oneself as long as the context lasts; other databases are shared.

    The kernel releases the lock of a process that dies, however it dies. Its file stays: whoever
    removed it could take it from under a process that has just opened it.

    Raises:
        SettingsError: another process has it.
        UnavailableError: the lock cannot be made beside it.
    """
    parsed = make_url(url)
    name = parsed.database
    if not LOCKS or parsed.get_backend_name() != "sqlite" or name in {None, "", ":memory:"}:
        yield
        return
    lock = _opened(f"{os.path.realpath(str(name))}.lock")
    try:
        _taken(lock, str(name))
        yield
    finally:
        os.close(lock)


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _no_lock(path, error) from error


def _taken(lock: int, name: str) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SettingsError(
            say(
                "Another mlpipe runs with {file} already. Stop it first, or give both the same "
                "PostgreSQL by DATABASE_URL.",
                file=name,
            )
        ) from error
    except OSError as error:
        raise _no_lock(f"{name}.lock", error) from error


def _no_lock(path: str, error: OSError) -> UnavailableError:
    return UnavailableError(
        say(
            "{file} cannot be locked ({reason}). Have its folder be there and writable, or set "
            "DATABASE_URL to another place.",
            file=path,
            reason=error.strerror,
        )
    )
