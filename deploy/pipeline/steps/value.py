"""What the rows of a scored day are worth, and what each model expected of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.evidence.intervals import positive_ratio
from core.evidence.scored import FloatArray
from core.manifest_parts import Value, ValueOf
from core.results import DayWorth, ModelWorth
from deploy.pipeline.steps.columns import LABEL, VALUE, WEIGHT
from deploy.pipeline.steps.scoring import ScoredDay


@dataclass(frozen=True, eq=False)
class Valued:
    """A scored day's rows by what they are worth."""

    value: Value
    day: ScoredDay

    @cached_property
    def worth(self) -> FloatArray:
        """What each row is worth times what it counts for; 0 where nobody knows."""
        worth: FloatArray = (self.day.rows[VALUE].fill_null(0.0) * self.day.rows[WEIGHT]).to_numpy()
        return worth

    @cached_property
    def came(self) -> FloatArray:
        """The same of the positives, 0 of the others."""
        came: FloatArray = self.worth * self.day.rows[LABEL].cast(pl.Float64).to_numpy()
        return came

    def of_day(self) -> DayWorth:
        """The day's sums."""
        return DayWorth(
            column=self.value.column,
            currency=self.value.currency,
            of=self.value.of,
            rows=self.day.rows[VALUE].count(),
            all=float(self.worth.sum()),
            positive=float(self.came.sum()),
        )

    def of_model(self, role: str) -> ModelWorth | None:
        """What a model expected; None where one of its scores is no number."""
        expected = self.worth * self.day.scores(role)
        if not np.isfinite(expected).all():
            return None
        ratio = positive_ratio(expected, self.came)
        return ModelWorth(expected=float(expected.sum()), over_observed=ratio)

    @cached_property
    def at_stake(self) -> FloatArray:
        """What is at stake in each row, by the first model where it hangs on what is expected."""
        if self.value.of is ValueOf.ROW:
            return self.worth
        return np.nan_to_num(self.worth * self.day.scores(self.day.roles[0]))

    def expected_in(self, inside: NDArray[np.bool_]) -> dict[str, float]:
        """What each model expected of some of the rows, by its role."""
        sums = {r: float(self.worth[inside] @ self.day.scores(r)[inside]) for r in self.day.roles}
        return {role: expected for role, expected in sums.items() if np.isfinite(expected)}


def valued(value: Value | None, day: ScoredDay) -> Valued | None:
    """The rows by what they are worth; None where the manifest does not say it."""
    return Valued(value, day) if value else None
