"""What stands in a cell of a table of trials."""

from __future__ import annotations

import math
from typing import Final

from core.messages import Translator
from reports.blocks import NOTHING
from reports.metrics import value
from reports.names import shown

MOST: Final = 30
"""Characters of a parameter's value in a table of many."""
NAN: Final = "NaN"
"""As everybody writes what a computation made of nothing: there is a value, and it is no number."""


def metric_cell(t: Translator, found: float | None) -> str:
    """A metric's value; a dash where there is none."""
    if found is None:
        return NOTHING
    if math.isnan(found):
        return NAN
    if math.isinf(found):
        return "\N{INFINITY}" if found > 0 else "\N{MINUS SIGN}\N{INFINITY}"
    return value(t, found)


def parameter_cell(found: float | str | None, most: int = MOST) -> str:
    """A parameter's value; a dash where there is none."""
    if found is None:
        return NOTHING
    return f"{found:.6g}" if isinstance(found, float) else shown(str(found), most)
