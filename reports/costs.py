"""What a run cost, beside what such runs usually cost."""

from __future__ import annotations

from typing import Final

from babel.numbers import get_currency_precision

from core.costs import Cost
from core.messages import Money, Sentence, say
from reports.names import shown
from reports.verdict.figures import money

MOST_TYPES: Final = 3
"""Instance types without a price that are named."""


def cost_line(found: Cost, usual: Cost | None) -> Sentence:
    """One sentence; an amount that is not whole says for what it has no price."""
    if not found.is_whole:
        types = ", ".join(shown(each) for each in found.without[:MOST_TYPES])
        if not found.amount:
            return say(
                "What it cost is not known: `[prices]` has no price of {types}.", types=types
            )
        return say(
            "It cost at least {amount}: `[prices]` has no price of {types}.",
            amount=amount(found),
            types=types,
        )
    if usual is None:
        return say("It cost {amount}.", amount=amount(found))
    return say(
        "It cost {amount}; it usually costs {usual}.", amount=amount(found), usual=amount(usual)
    )


def amount(found: Cost) -> Money | Sentence:
    """An amount; one below the currency's smallest coin is said to be below it."""
    coin = 10.0 ** -get_currency_precision(found.currency)
    if 0 < found.amount < coin:
        return say("less than {coin}", coin=Money(coin, found.currency))
    return money(found.amount, found.currency)
