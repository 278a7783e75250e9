"""What a model expected, beside what came, in money.

Rows are worth what the manifest's value column says. Each one's worth times its probability of
being positive adds up to what was expected, the worth of the positives to what came; both are sums
over the same rows, and nothing is guessed. What it costs that they differ is not told: that depends
on what is done with a prediction, such as how a bid follows from it.

Nothing is said while labels are still to come, nor where many rows say nothing of their worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.evidence.leading import leader
from core.manifest_parts import ValueOf
from core.results import Interval

MOSTLY_KNOWN: Final = 0.99
"""Least share of the labelled rows whose worth is known."""


@dataclass(frozen=True)
class Worth:
    """A day in money."""

    currency: str
    of: ValueOf
    all: float
    """What all rows are worth."""
    expected: float
    seen: float
    """What the positives are worth."""
    may_be_chance: bool
    """Whether chance among the day's rows alone may have set the two apart."""


def worth(today: DayResult) -> Worth | None:
    """The day in money, by the model that its verdict is of; None where that cannot be told."""
    model, facts = leader(today), today.facts
    if facts is None or facts.worth is None or model is None or model.worth is None:
        return None
    ratio = model.worth.over_observed
    if ratio is None or today.label_age is not None:
        return None
    if facts.worth.rows < MOSTLY_KNOWN * facts.rows.labelled:
        return None
    return Worth(
        currency=facts.worth.currency,
        of=facts.worth.of,
        all=facts.worth.all,
        expected=model.worth.expected,
        seen=facts.worth.positive,
        may_be_chance=_holds_one(ratio),
    )


def _holds_one(ratio: Interval) -> bool:
    return ratio.low is None or ratio.high is None or ratio.low <= 1.0 <= ratio.high
