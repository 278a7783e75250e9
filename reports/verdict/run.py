"""A morning's run in words: how it ended, where, why, and what to do."""

from __future__ import annotations

import datetime as dt

from core.messages import Sentence, say, say_count
from core.mornings import MorningRun, RunEnd
from reports.names import REASON, shown


def run_sentence(run: MorningRun, first: dt.date) -> Sentence:
    """How a run that went wrong ended, with the step and the reason; without a full stop.

    Args:
        run: It.
        first: The first of the mornings in a row on which it did.
    """
    what = _end(run)
    if run.mornings > 1:
        what = say_count(
            "{what} ({count} day in a row, since {first})",
            "{what} ({count} days in a row, since {first})",
            count=run.mornings,
            what=what,
            first=first,
        )
    if run.reason is None:
        return what
    return say("{what}: {reason}", what=what, reason=shown(run.reason, REASON).rstrip("."))


def mend_run(run: MorningRun) -> Sentence:
    """What to do."""
    if run.end is RunEnd.NOT_YET:
        return say("`status` shows how far it is; ask for the report again once it has ended.")
    if run.can_retry:
        return say("Mend the cause; *Retry* below then goes on where it ended.")
    return say("Mend the cause, then run the day again.")


def well_again(run: MorningRun) -> Sentence:
    """That a run works which did not on the mornings before."""
    return say_count(
        "The morning's run works again; it had failed on {count} day.",
        "The morning's run works again; it had failed on {count} days in a row.",
        count=run.mornings,
    )


def _end(run: MorningRun) -> Sentence:
    match run.end:
        case RunEnd.NOT_YET:
            return say("the morning's run has not ended yet")
        case RunEnd.STOPPED:
            return say("the morning's run was stopped")
        case _ if run.step is not None:
            return say("the morning's run failed at {step}", step=shown(run.step))
        case _:
            return say("the morning's run failed")
