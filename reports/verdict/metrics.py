"""A leading metric in words: its value, its place among other days, and the day before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.evidence.difference import Difference, Finding, Reason
from core.evidence.history import RECENT_DAYS, Standing
from core.evidence.judged import Judged
from core.messages import Sentence, Translator, say
from reports.metrics import capital_label, digits, with_reach

UNTOLD: Final[Mapping[Reason, Sentence]] = {
    Reason.NO_STATISTICS: say("the statistics of both days are not kept"),
    Reason.NOT_SCORED: say("the model did not score both days"),
    Reason.NOT_PAIRED: say("no paired difference of this metric is kept"),
    Reason.SINGLE_CLASS: say("all rows of a day are of one class"),
    Reason.UNDEFINED: say("the metric is not defined on the rows"),
    Reason.NO_INTERVAL: say("the metric has no error"),
    Reason.TOO_FEW_ROWS: say("too few rows"),
    Reason.NOT_COMPARABLE: say("the metric depends on the number of rows"),
}
"""Why rows do not tell whether there is a difference."""


def metric_line(judged: Judged, t: Translator) -> Sentence:
    """How a metric stands, as in "AUC 0.65 ± 0.04: ordinary (past 28 days: 0.54 to 0.87)."."""
    metric, number = capital_label(judged.metric, t), with_reach(t, judged.found)
    past = _past(judged, t)
    match judged.comparison.standing:
        case Standing.NO_VALUE:
            return say("{metric} has no value.", metric=metric)
        case Standing.NO_HISTORY | Standing.FEW_LIKE_IT if past is None:
            return say("{metric} {value}.", metric=metric, value=number)
        case Standing.NO_HISTORY | Standing.FEW_LIKE_IT:
            return say("{metric} {value} ({past}).", metric=metric, value=number, past=past)
        case Standing.ORDINARY:
            return say(
                "{metric} {value}: ordinary ({past}).", metric=metric, value=number, past=past
            )
        case _:
            return say(
                "{metric} {value}, {place} ({past}).",
                metric=metric,
                value=number,
                place=place(judged),
                past=past,
            )


def place(judged: Judged) -> Sentence:
    """Where a value that is out of the ordinary stands among the days known."""
    rank = judged.rank
    if rank is None:
        if judged.comparison.standing is Standing.HIGH:
            return say("higher than on any recent day")
        return say("lower than on any recent day")
    if judged.is_worse:
        if rank.from_worst == 1:
            return say("the worst of {days} days", days=rank.days)
        return say("among the {rank} worst of {days} days", rank=rank.from_worst, days=rank.days)
    if rank.from_best == 1:
        return say("the best of {days} days", days=rank.days)
    return say("among the {rank} best of {days} days", rank=rank.from_best, days=rank.days)


def day_before(judged: Judged, t: Translator) -> Sentence | None:
    """Whether the two days' rows show a difference; None where the day before is not known."""
    if judged.before is None:
        return None
    named = {
        "metric": capital_label(judged.metric, t),
        "before": t.number(judged.before, digits(judged.found)),
    }
    found = judged.difference
    match found.finding:
        case Finding.DIFFERENT:
            return say(
                "{metric} of the day before: {before}, further off than so many rows show by "
                "chance.",
                **named,
            )
        case Finding.NOT_DISTINGUISHABLE:
            return say(
                "{metric} of the day before: {before}, no further off than so many rows may show "
                "by chance.",
                **named,
            )
        case _:
            return say(
                "{metric} of the day before: {before}. Whether the rows show a difference cannot "
                "be told: {why}.",
                **named,
                why=_why(found),
            )


def _why(found: Difference) -> Sentence | str:
    return UNTOLD.get(found.reason, str(found.reason))


def _past(judged: Judged, t: Translator) -> Sentence | None:
    if judged.lowest is None or judged.highest is None:
        return None
    places = digits(judged.found)
    ends = {"low": t.number(judged.lowest, places), "high": t.number(judged.highest, places)}
    days = judged.comparison.days
    if judged.comparison.past.of_known_days:
        return say("{days} days like it: {low} to {high}", days=days, **ends)
    if days == RECENT_DAYS:
        return say("past {days} days: {low} to {high}", days=days, **ends)
    return say(
        "{known} of the past {days} days: {low} to {high}", known=days, days=RECENT_DAYS, **ends
    )
