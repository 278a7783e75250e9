"""How numbers went, as one line of text: it stands where no picture can."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

BARS: Final = "▁▂▃▄▅▆▇█"


def sparkline(numbers: Iterable[float | None]) -> str:
    """A bar for each number that is one, the least the lowest; empty where all are alike."""
    known = [each for each in numbers if each is not None and math.isfinite(each)]
    least, most = min(known, default=0.0), max(known, default=0.0)
    reach = most - least
    if not (reach > 0 and math.isfinite(reach)):
        return ""
    return "".join(BARS[round((each - least) / reach * (len(BARS) - 1))] for each in known)
