"""A database that does not answer, told from one that was asked what it cannot do."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from core.errors import UnavailableError
from core.messages import say

logger = logging.getLogger(__name__)

SILENT_CLASSES: Final = frozenset({"08", "53", "57"})
"""Of PostgreSQL's errors: connection, resources, an operator who stops it.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""


@contextmanager
def answering() -> Iterator[None]:
    """Work that needs the database.

    Raises:
        UnavailableError: it did not answer.
    """
    try:
        yield
    except SQLAlchemyError as error:
        if not is_silence(error):
            raise
        raise no_answer(error) from error


def no_answer(error: Exception) -> UnavailableError:
    """What a person is told when the database does not answer; the error is logged."""
    logger.warning("the database does not answer: %r", error)
    return UnavailableError(
        say("The database does not answer at the moment. Try again in a minute.")
    )


def is_silence(error: Exception) -> bool:
    """Whether an error of the database means that it does not answer: locked, gone, overrun."""
    if isinstance(error, (OSError, NoConnectionError)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode != sqlite3.SQLITE_ERROR  # as of a missing table
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state[:2] in SILENT_CLASSES
