"""The slices where most is at stake, in words."""

from __future__ import annotations

from typing import Final

from core.day_result import DayResult
from core.evidence.leading import leader
from core.evidence.stakes import Stake, stakes
from core.evidence.verdict import Verdict
from core.messages import Decimal, Sentence, say
from reports.names import shown
from reports.verdict.figures import money, share
from reports.verdict.labels import off, positive

COLUMN: Final = 40
VALUE: Final = 40
"""Characters of names."""
DIGITS: Final = 2


def slice_lines(today: DayResult | None, verdict: Verdict) -> list[Sentence]:
    """One line a slice, of the column that tells most of the day's change, else of the first."""
    model = leader(today) if today else None
    if today is None or today.facts is None or model is None or not today.facts.slices:
        return []
    told = verdict.decomposition
    column = told.column if told else today.facts.slices[0].column
    found = stakes(today.facts, column, model.role)
    called = positive(today.positive)
    facts = today.facts
    currency = facts.worth.currency if facts.worth else ""
    title = say("By {column}, the greatest first:", column=shown(column, COLUMN))
    lines = [
        _line(each, shown(facts.named(column, each.value or ""), VALUE), called, currency)
        for each in found
    ]
    return [title, *lines] if lines else []


def _line(found: Stake, name: str, called: Sentence | str, currency: str) -> Sentence:
    size, rate = _size(found, currency), share(found.label_rate)
    if found.value is None:
        return say("others: {size}, {rate} {positive}", size=size, rate=rate, positive=called)
    if found.log_loss is None or found.predicted_over_observed is None:
        return say(
            "{slice}: {size}, {rate} {positive}",
            slice=name,
            size=size,
            rate=rate,
            positive=called,
        )
    return say(
        "{slice}: {size}, {rate} {positive}, log-loss {loss}, predictions {off}",
        slice=name,
        size=size,
        rate=rate,
        positive=called,
        loss=Decimal(found.log_loss, DIGITS),
        off=off(found.predicted_over_observed),
    )


def _size(found: Stake, currency: str) -> Sentence:
    if found.worth is None:
        return say("{share} of all", share=share(found.share))
    return say(
        "{worth} at stake ({share} of all)",
        worth=money(found.worth, currency),
        share=share(found.share),
    )
