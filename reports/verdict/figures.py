"""Numbers in sentences, with as many digits as a reader can use."""

from __future__ import annotations

import math
from typing import Final

from core.messages import Decimal, Money, Percent

WHOLE: Final = 0.1
"""From here on a share is told in whole per cent."""
MOST_DIGITS: Final = 6
SIGNIFICANT: Final = 3


def share(value: float) -> Percent:
    """A share of all: "57 %", "0.84 %"."""
    if value == 0.0 or abs(value) >= WHOLE:
        return Percent(value, 0)
    return Percent(value, 1 if abs(value) >= WHOLE / 10 else 2)


def money(amount: float, currency: str) -> Money:
    """An amount with as many digits as a reader can use: "$1,230,000", "$7.52"."""
    return Money(round(amount, -_step(amount)), currency)


def moneys(*amounts: float, currency: str) -> tuple[Money, ...]:
    """Amounts that stand beside each other, all as exact as the greatest: they still add up."""
    step = _step(max(amounts, key=abs))
    return tuple(Money(round(amount, -step), currency) for amount in amounts)


def _step(amount: float) -> int:
    """The power of ten of the last digit that counts; small coins are two."""
    known = amount and math.isfinite(amount)
    return max(-2, math.floor(math.log10(abs(amount))) + 1 - SIGNIFICANT) if known else 0


def significant(value: float) -> Decimal:
    """A number of any size: "1,013", "0.0123", "2.1e+12"."""
    known = value and math.isfinite(value)
    before = math.floor(math.log10(abs(value))) + 1 if known else 1
    return Decimal(value, max(0, min(MOST_DIGITS, SIGNIFICANT - before)))
