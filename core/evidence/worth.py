"""What a model expected, beside what came, in money.

Rows are worth what the manifest's value column says. Each one's worth times its probability of
being positive adds up to what was expected, the worth of the positives to what came; both are sums
over the same rows, and nothing is guessed. What it costs that they differ is not told: that depends
on what is done with a prediction, such as how a bid follows from it.

Nothing is said while labels are still to come, nor where many rows say nothing of their worth.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.evidence.leading import leader
from core.manifest_parts import ValueOf
from core.results import Interval

MOSTLY_KNOWN: Final = 0.99
"""Least share of the labelled rows whose worth is known."""


class Came(enum.StrEnum):
    """What came, beside what was expected."""

    LESS = "less than expected"
    AS_MUCH = "as much, within the chance of the day's rows"
    MORE = "more than expected"


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
    came: Came


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
        came=_came(ratio),
    )


def _came(ratio: Interval) -> Came:
    if ratio.low is not None and ratio.low > 1.0:
        return Came.LESS
    if ratio.high is not None and ratio.high < 1.0:
        return Came.MORE
    return Came.AS_MUCH
