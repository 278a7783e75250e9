"""Is there a difference at all? Tests for counting noise, each said to be of those days' rows.

Two days of one model share no rows (`between_days`); two models on one day share all of them
(`between_models`). The tests take rows as independent, which rows of one day are not, and know
nothing of how much days differ: "different" means only that the numbers of rows do not explain the
difference. Nothing here may ring an alarm or say that a recipe is better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from scipy.special import ndtri, stdtr, stdtrit

POWER: Final = 0.9
"""A detectable difference is found with this probability."""
LEVEL: Final = 0.05
"""A difference is called one where its p-value is below this, corrected for how many were asked."""


class Finding(StrEnum):
    """Whether the rows show a difference."""

    DIFFERENT = "different"
    NOT_DISTINGUISHABLE = "not distinguishable"
    CANNOT_TELL = "cannot tell"


class Reason(StrEnum):
    """Why the finding is that."""

    BEYOND_CHANCE = "so many rows would hardly show it by chance"
    WITHIN_CHANCE = "so many rows may show it by chance"
    IDENTICAL = "both are the same on every row"
    NO_STATISTICS = "only the standard files are there"
    NOT_SCORED = "a model did not score the day"
    NOT_PAIRED = "no paired difference of this metric is kept"
    SINGLE_CLASS = "all rows of a day are of one class"
    UNDEFINED = "the metric is not defined on the rows"
    NO_INTERVAL = "the metric has no error, as where no row is misplaced"
    TOO_FEW_ROWS = "too few rows, or too few of one class, for the test to hold"
    NOT_COMPARABLE = "the metric is biased by the number of rows"


class Scale(StrEnum):
    """How the two values are compared."""

    DIFFERENCE = "the first minus the second"
    RATIO = "the first over the second"


@dataclass(frozen=True)
class Difference:
    """What the rows say of one metric, with all that a sentence about it needs."""

    metric: str
    finding: Finding
    reason: Reason
    scale: Scale = Scale.DIFFERENCE
    value: float | None = None
    low: float | None = None
    high: float | None = None
    """Of the 95 % interval, not corrected for how many differences are looked at."""
    p_value: float | None = None
    """Two-sided."""
    corrected_p_value: float | None = None
    """By Holm, for all that were asked at once; of a single one the p-value itself."""
    asked: int = 1
    """How many differences the correction is for."""
    detectable: float | None = None
    """How great a difference (or a ratio) so many rows would show in nine cases of ten."""
    rows: tuple[float, float] | None = None
    """Rows of the first and the second; with weights, effective rows."""
    method: str | None = None


@dataclass(frozen=True)
class Part:
    """One independent part of an estimate's variance, and from how many rows it is known."""

    variance: float
    degrees: float


def cannot_tell(metric: str, reason: Reason) -> Difference:
    """No test was made."""
    return Difference(metric, Finding.CANNOT_TELL, reason)


def judged(difference: Difference, p_value: float, *, asked: int = 1) -> Difference:
    """The difference with its finding; `p_value` is corrected for `asked` already."""
    different = p_value < LEVEL
    return replace(
        difference,
        finding=Finding.DIFFERENT if different else Finding.NOT_DISTINGUISHABLE,
        reason=Reason.BEYOND_CHANCE if different else Reason.WITHIN_CHANCE,
        corrected_p_value=p_value,
        asked=asked,
    )


def by_student(
    metric: str,
    value: float,
    parts: Sequence[Part],
    *,
    rows: tuple[float, float],
    method: str,
    scale: Scale = Scale.DIFFERENCE,
) -> Difference:
    """A value against 0 by Student's t, its degrees of freedom pooled from the parts' as by Welch.

    On the ratio's scale `value` and the parts are of the logarithm. Sources: F. E. Satterthwaite,
    Biometrics Bulletin 2 (1946), 110-114; B. L. Welch, Biometrika 34 (1947), 28-35.
    """
    variance = sum(part.variance for part in parts)
    if variance <= 0.0 or not math.isfinite(value):
        return cannot_tell(metric, Reason.NO_INTERVAL)
    degrees = variance**2 / sum(part.variance**2 / part.degrees for part in parts)
    error = math.sqrt(variance)
    reach = float(stdtrit(degrees, 1 - LEVEL / 2)) * error
    detectable = reach + float(stdtrit(degrees, POWER)) * error
    ends = (value, value - reach, value + reach)
    shown = tuple(math.exp(end) for end in ends) if scale is Scale.RATIO else ends
    p_value = min(1.0, 2.0 * float(stdtr(degrees, -abs(value) / error)))
    found = Difference(
        metric=metric,
        finding=Finding.NOT_DISTINGUISHABLE,
        reason=Reason.WITHIN_CHANCE,
        scale=scale,
        value=shown[0],
        low=shown[1],
        high=shown[2],
        p_value=p_value,
        detectable=math.exp(detectable) if scale is Scale.RATIO else detectable,
        rows=rows,
        method=method,
    )
    return judged(found, p_value)


def holm(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """The same differences, judged so that among all of them a false one is called in 5 % of cases.

    Those that could not be tested are no part of it. Source: S. Holm, Scandinavian Journal of
    Statistics 6 (1979), 65-70.
    """
    tests = {n: d.p_value for n, d in enumerate(differences) if d.p_value is not None}
    corrected: dict[int, float] = {}
    greatest = 0.0
    for rank, (number, p_value) in enumerate(sorted(tests.items(), key=lambda each: each[1])):
        greatest = max(greatest, min(1.0, (len(tests) - rank) * p_value))
        corrected[number] = greatest
    return tuple(
        judged(difference, corrected[number], asked=len(tests))
        if number in corrected
        else difference
        for number, difference in enumerate(differences)
    )


def detectable(error: float) -> float:
    """The difference that an estimate with this standard error shows in nine cases of ten."""
    return error * float(ndtri(1 - LEVEL / 2) + ndtri(POWER))
