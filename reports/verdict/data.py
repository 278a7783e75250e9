"""How many rows a day had, against what is usual."""

from __future__ import annotations

import math

from core.evidence.history import Standing
from core.evidence.verdict import Verdict
from core.messages import Sentence, say
from reports.verdict.labels import rate_line


def data_lines(verdict: Verdict) -> list[Sentence]:
    """Rows and share of positives."""
    return [*_rows(verdict), *([rate_line(verdict.labels)] if verdict.labels else [])]


def _rows(verdict: Verdict) -> list[Sentence]:
    rows = verdict.rows
    if rows is None or rows.value is None:
        return []
    count = round(math.exp(rows.value))
    if rows.standing is Standing.FEW_LIKE_IT:
        return [
            say(
                "{rows} rows. Whether such a day usually has so many cannot be told: too few are "
                "like it.",
                rows=count,
            )
        ]
    if rows.usual is None:
        return [say("{rows} rows.", rows=count)]
    usual = round(math.exp(rows.usual))
    if rows.standing.is_out:
        return [say("{rows} rows, out of the ordinary (usually {usual}).", rows=count, usual=usual)]
    return [say("{rows} rows (usually {usual}).", rows=count, usual=usual)]
