"""The day or the model? The first line of a report, and why it says that."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from core.evidence.day_or_model import Cause, DayOrModel, Why
from core.evidence.history import LEAST_DAYS
from core.evidence.leading import Direction
from core.evidence.verdict import Verdict
from core.messages import Decimal, Sentence, say, say_count
from reports.metrics import label
from reports.roles import model
from reports.verdict.figures import share, significant
from reports.verdict.labels import positive, seen_and_expected, usual_rate

DIGITS: Final = 3
UNKNOWN: Final[Mapping[Why, Sentence]] = {
    Why.NO_RESULTS: say("the day has no results"),
    Why.NO_METRIC: say("the evaluation holds no metric"),
    Why.NO_FACTS: say("only the standard files are there"),
    Why.NO_REFERENCE: say("no reference scored the day"),
    Why.REFERENCE_LEADS: say("the reference itself is what is judged"),
    Why.NOT_PAIRED: say("its difference from the reference is not kept of this metric"),
    Why.NO_PAIRED_HISTORY: say("the reference scored too few of the recent days"),
}


def why_unknown(verdict: Verdict) -> Sentence:
    """Why it cannot be told."""
    if verdict.cause.why is Why.NO_HISTORY:
        return _too_little_history(verdict)
    if verdict.cause.why is Why.FEW_LIKE_IT:
        return say(
            "a holiday or a noted day, and too few like it ({known} of {least} days)",
            known=_known(verdict),
            least=LEAST_DAYS,
        )
    return UNKNOWN[verdict.cause.why]


def heading(verdict: Verdict) -> Sentence:
    """What the day was, in bold, and in the same line why."""
    match verdict.cause.cause:
        case Cause.ORDINARY if verdict.strange:
            return say("*Ordinary metrics, but a strange day:* {odd}.", odd=oddities(verdict))
        case Cause.ORDINARY if verdict.alarms:
            return say("*The metrics are as on other days.*")
        case Cause.ORDINARY:
            return say("*An ordinary day.*")
        case Cause.HARD_DAY:
            return say("*A hard day, not the model.* {why}", why=_of_day(verdict))
        case Cause.EASY_DAY:
            return say("*An easy day, for any model.* {why}", why=_of_day(verdict))
        case Cause.MODEL:
            return say("*The model, not the day.* {why}", why=_of_model(verdict))
        case _ if verdict.headline is not None and verdict.headline.is_out:
            return say(
                "*Out of the ordinary.* Whether the day or the model, that cannot be told: {why}.",
                why=why_unknown(verdict),
            )
        case _:
            return say("*Cannot tell:* {why}.", why=why_unknown(verdict))


def oddities(verdict: Verdict) -> list[Sentence]:
    """What is out of the ordinary beside the metrics."""
    found: list[Sentence] = []
    labels, order = verdict.labels, verdict.order
    if labels is not None and labels.comparison.standing.is_out:
        usual = usual_rate(labels)
        assert usual is not None
        found.append(
            say(
                "{seen} were {positive} (usually {usual})",
                positive=positive(labels.positive),
                seen=share(labels.seen),
                usual=share(usual),
            )
        )
    beside = verdict.cause.beside
    if verdict.cause.cause is Cause.ORDINARY and beside is not None and beside.standing.is_out:
        found.append(_apart(verdict))
    if order is not None and order.comparison is not None and order.comparison.standing.is_out:
        found.append(say("the order of the features moved more than on other days"))
    return found


def _too_little_history(verdict: Verdict) -> Sentence:
    """With the days that would be more, had nobody noted anything of them."""
    days = {"known": _known(verdict), "least": LEAST_DAYS}
    if not verdict.set_aside:
        return say("not enough history ({known} of {least} days)", **days)
    return say_count(
        "not enough history ({known} of {least} days, as {count} more is noted or a holiday)",
        "not enough history ({known} of {least} days, as {count} more are noted or holidays)",
        count=verdict.set_aside,
        **days,
    )


def _known(verdict: Verdict) -> int:
    return verdict.headline.comparison.days if verdict.headline else verdict.days


def _of_day(verdict: Verdict) -> Sentence:
    reference = _of_reference(verdict.cause)
    seen = seen_and_expected(verdict.labels)
    if seen is None:
        return say("It was so for the reference too: {reference}.", reference=reference)
    return say("{seen}, and {reference}.", seen=seen, reference=reference)


def _of_reference(cause: DayOrModel) -> Sentence:
    hard = cause.cause is Cause.HARD_DAY
    if cause.why is Why.REFERENCE_MORE:
        return (
            say("the reference lost even more") if hard else say("the reference gained even more")
        )
    return say("the reference lost as much") if hard else say("the reference gained as much")


def _of_model(verdict: Verdict) -> Sentence:
    return say("The reference did not move as much: {apart}.", apart=_apart(verdict))


def _apart(verdict: Verdict) -> Sentence:
    """How far the judged model lies from the reference."""
    beside, headline = verdict.cause.beside, verdict.headline
    assert beside is not None
    assert beside.value is not None
    assert beside.usual is not None
    assert headline is not None
    judged = model(verdict.role or "")
    if headline.direction is Direction.ONE_IS_BEST:
        return say(
            "{model} predicts {value} times what the reference does (usually {usual})",
            model=judged,
            value=significant(math.exp(beside.value)),
            usual=significant(math.exp(beside.usual)),
        )
    return say(
        "{model} against the reference, on the same rows: {metric} {value} (usually {usual})",
        model=judged,
        metric=label(headline.metric),
        value=Decimal(beside.value, DIGITS, signed=True),
        usual=Decimal(beside.usual, DIGITS, signed=True),
    )
