"""The flights, had their labels come late: by hours, by days, and some after a week.

When a flight was late is here told only some time after it: the delay is drawn from a lognormal
distribution, as conversions' delays are (a median of ten hours; one in forty takes longer than a
week). Rows and scores stay what they are.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from typing import Final

import numpy as np
import polars as pl

from core.evidence.alarms import Fault
from core.manifest import Labels, Manifest, UntilThen
from tests.mornings.replay import Change

MEDIAN_HOURS: Final = 10.0
SPREAD: Final = 1.45
"""Standard deviation of the delay's logarithm."""
MATURES_AFTER: Final = 7
KNOWN_AT: Final = "known_at"
CONVERTED_AT: Final = "converted_at"


class Late(enum.StrEnum):
    """What comes late."""

    OUTCOME = "whether it was late"
    """Until it is known a flight has no label."""
    CONVERSION = "that it was late"
    """Until it is known a flight counts as one that was not."""

    @property
    def fault(self) -> Fault:
        """What a loss of it is called."""
        return Fault.LABELS if self is Late.OUTCOME else Fault.CONVERSIONS

    @property
    def labels(self) -> Labels:
        """The manifest's table."""
        if self is Late.OUTCOME:
            column, until_then = KNOWN_AT, UntilThen.NONE
        else:
            column, until_then = CONVERTED_AT, UntilThen.NEGATIVE
        return Labels(arrived_at=column, matures_after=MATURES_AFTER, until_then=until_then)


def delayed(days: dict[dt.date, pl.DataFrame], manifest: Manifest) -> dict[dt.date, pl.DataFrame]:
    """The table's days with both arrivals: of every label, and of the positive ones alone."""
    return {day: _delayed(rows, manifest, day.toordinal()) for day, rows in days.items()}


def _delayed(rows: pl.DataFrame, manifest: Manifest, seed: int) -> pl.DataFrame:
    drawn = np.random.default_rng(seed).lognormal(math.log(MEDIAN_HOURS), SPREAD, rows.height)
    seconds = pl.lit(pl.Series("seconds", (drawn * 3600).astype(np.int64)))
    known_at = pl.col(manifest.time.column) + pl.duration(seconds=seconds)
    return rows.with_columns(known_at.alias(KNOWN_AT)).with_columns(
        pl.when(_positive(manifest)).then(KNOWN_AT).alias(CONVERTED_AT)
    )


def half_lost(late: Late, manifest: Manifest, seed: int) -> Change:
    """Half of what comes late never comes: labels, or of the positive ones."""

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        lost = pl.Series("lost", np.random.default_rng(seed).random(rows.height) < 0.5)
        label = pl.col(manifest.label.column)
        if late is Late.OUTCOME:
            return rows.with_columns(pl.when(~lost).then(label).alias(manifest.label.column))
        return rows.with_columns(
            pl.when(lost & _positive(manifest))
            .then(0.0)
            .otherwise(label)
            .alias(manifest.label.column)
        )

    return change


def _positive(manifest: Manifest) -> pl.Expr:
    return pl.col(manifest.label.column) > manifest.label.above
