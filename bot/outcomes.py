"""How an interaction ended; the log and the metrics say it by these words."""

from __future__ import annotations

import enum

from bot.lateness import TooLateError
from core.errors import MlpipeError, NotPermittedError, UnavailableError
from core.messages import Sentence, say


class Outcome(enum.StrEnum):
    """One word for each end."""

    DONE = "done"
    REPEATED = "repeated"
    """Delivered again: nothing was done."""
    LATE = "late"
    """Delivered so late that nothing was done; the person was told."""
    REFUSED = "refused"
    """What was asked cannot be: the person was told what to do."""
    NOT_PERMITTED = "not_permitted"
    UNAVAILABLE = "unavailable"
    """Slack, AWS or the database did not answer."""
    BROKE = "broke"
    CUT_OFF = "cut_off"
    """Still under way when the bot had to end: the person is told after the next start."""


def outcome_of(error: MlpipeError) -> Outcome:
    """The end that an error makes."""
    match error:
        case TooLateError():
            return Outcome.LATE
        case NotPermittedError():
            return Outcome.NOT_PERMITTED
        case UnavailableError():
            return Outcome.UNAVAILABLE
        case _:
            return Outcome.REFUSED


def broke(identifier: str) -> Sentence:
    """What who asked is told where something broke, by the interaction's id."""
    return say(
        "Something broke on our side, not yours. Try again; if it breaks again, tell who runs "
        "mlpipe: the log has it by {id}.",
        id=identifier,
    )
