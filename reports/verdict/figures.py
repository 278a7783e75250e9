"""Numbers in sentences, with as many digits as a reader can use."""

from __future__ import annotations

import math
from typing import Final

from core.messages import Decimal, Percent

WHOLE: Final = 0.1
"""From here on a share is told in whole per cent."""
MOST_DIGITS: Final = 6
SIGNIFICANT: Final = 3
HUGE: Final = 1e9
"""From here on a number is written with its power of ten."""


def share(value: float) -> Percent:
    """A share of all: "57 %", "0.84 %"."""
    if value == 0.0 or abs(value) >= WHOLE:
        return Percent(value, 0)
    return Percent(value, 1 if abs(value) >= WHOLE / 10 else 2)


def significant(value: float, *, signed: bool = False) -> Decimal | str:
    """A number of any size: "1,013", "0.0123", "2.1e+12"."""
    if not math.isfinite(value) or abs(value) >= HUGE:
        return f"{value:+.2g}" if signed else f"{value:.2g}"
    before = math.floor(math.log10(abs(value))) + 1 if value else 1
    return Decimal(value, max(0, min(MOST_DIGITS, SIGNIFICANT - before)), signed=signed)
