"""A model on two days: differences by rows alone, from what was kept of each day."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from scipy.special import ndtr

from core.day_result import DayResult
from core.evidence.auc import DELONG
from core.evidence.difference import (
    Difference,
    Finding,
    Part,
    Reason,
    Scale,
    by_student,
    cannot_tell,
    detectable,
    holm,
    judged,
)
from core.evidence.intervals import wilson
from core.results import DayFacts, ModelFacts, SliceFacts

FEWEST_ROWS: Final = 30
"""Fewer rows on a day, and a mean of them is too far from normal to be tested."""
FEWEST_OF_A_CLASS: Final = 10
"""The same for what rests on the positives or the negatives."""

WELCH: Final = "Welch"
WELCH_LOG: Final = "Welch, on the log scale"
TWO_PROPORTIONS: Final = "two proportions, pooled; interval of Newcombe"

CALIBRATION: Final = "calibration"
"""Mean score minus observed rate: above 0 where too much is predicted."""
LABEL_RATE: Final = "label_rate"
TESTED: Final = (
    "auc",
    "log_loss",
    "normalised_entropy",
    "predicted_over_observed",
    CALIBRATION,
    "accuracy",
    LABEL_RATE,
)
"""What two days can be compared by. Precision, recall and F1 follow from a threshold and say no
more; the calibration error is biased upwards by few rows, so days of different size differ by
that."""
NEED_BOTH_CLASSES: Final = frozenset(
    {"auc", "normalised_entropy", "predicted_over_observed", CALIBRATION}
)
TESTED_IN_SLICES: Final = ("accuracy", LABEL_RATE)
"""A slice keeps its counts, which give the error of a share; it keeps no error of other metrics."""


@dataclass(frozen=True)
class _Day:
    """A model's day."""

    facts: DayFacts
    model: ModelFacts

    @property
    def share_effective(self) -> float:
        """By how much weights lessen the number of rows (Kish); 1 where all weigh the same."""
        effective = self.model.statistics.get("effective_rows")
        scored = self.facts.rows.scored
        return min(1.0, effective / scored) if isinstance(effective, int | float) else 1.0

    @property
    def rows(self) -> float:
        return self.facts.rows.scored * self.share_effective

    @property
    def positives(self) -> float:
        return self.facts.rows.positives * self.share_effective

    @property
    def negatives(self) -> float:
        return (self.facts.rows.labelled - self.facts.rows.positives) * self.share_effective


def between_days(
    day: DayResult, before: DayResult, metric: str, *, role: str | None = None
) -> Difference:
    """A metric (of `TESTED`) of `day` minus that of `before`; of the subject, or of that role."""
    pair = _pair(day, before, role)
    if isinstance(pair, Reason):
        return cannot_tell(metric, pair)
    test = _TESTS.get(metric)
    if test is None:
        return cannot_tell(metric, Reason.NOT_COMPARABLE)
    if metric in NEED_BOTH_CLASSES:
        smallest = min(min(each.positives, each.negatives) for each in pair)
        if smallest == 0:
            return cannot_tell(metric, Reason.SINGLE_CLASS)
        if smallest < FEWEST_OF_A_CLASS:
            return cannot_tell(metric, Reason.TOO_FEW_ROWS)
    if min(each.rows for each in pair) < FEWEST_ROWS:
        return cannot_tell(metric, Reason.TOO_FEW_ROWS)
    return test(metric, *pair)


def between_slices(
    day: DayResult, before: DayResult, column: str, metric: str, *, role: str | None = None
) -> dict[str, Difference]:
    """A share (of `TESTED_IN_SLICES`) in each value of a column on both days, corrected by Holm."""
    pair = _pair(day, before, role)
    if isinstance(pair, Reason):
        return {}
    now, then = (
        {each.value: each for each in side.facts.slices if each.column == column} for side in pair
    )
    values = [value for value in now if value in then]
    found = holm([_slice(metric, pair, (now[value], then[value])) for value in values])
    return dict(zip(values, found, strict=True))


def _pair(day: DayResult, before: DayResult, role: str | None) -> tuple[_Day, _Day] | Reason:
    if day.facts is None or before.facts is None:
        return Reason.NO_STATISTICS
    now = day.subject if role is None else day.model(role)
    then = before.subject if role is None else before.model(role)
    if now is None or then is None:
        return Reason.NOT_SCORED
    return _Day(day.facts, now), _Day(before.facts, then)


def _auc(metric: str, day: _Day, before: _Day) -> Difference:
    """DeLong's variances; each class of each day has degrees of freedom of its own."""
    parts = [part for each in (day, before) for part in _delong_parts(each)]
    if not parts:
        return cannot_tell(metric, Reason.NO_STATISTICS)
    now, then = day.model.metrics.get(metric), before.model.metrics.get(metric)
    if now is None or then is None:
        return cannot_tell(metric, Reason.UNDEFINED)
    value, rows = now.value - then.value, (day.rows, before.rows)
    return by_student(metric, value, parts, rows=rows, method=DELONG)


def _delong_parts(day: _Day) -> list[Part]:
    variances = day.model.statistics.get("auc_variance")
    if not isinstance(variances, list):
        return []
    degrees = (day.positives - 1, day.negatives - 1)
    return [
        Part(variance, known)
        for variance, known in zip(variances, degrees, strict=True)
        if isinstance(variance, int | float)
    ]


def _mean(metric: str, day: _Day, before: _Day) -> Difference:
    now, then = day.model.metrics.get(metric), before.model.metrics.get(metric)
    if now is None or then is None:
        return cannot_tell(metric, Reason.UNDEFINED)
    if now.standard_error is None or then.standard_error is None:
        return cannot_tell(metric, Reason.NO_INTERVAL)
    parts = [
        Part(now.standard_error**2, day.rows - 1),
        Part(then.standard_error**2, before.rows - 1),
    ]
    value = now.value - then.value
    return by_student(metric, value, parts, rows=(day.rows, before.rows), method=WELCH)


def _ratio(metric: str, day: _Day, before: _Day) -> Difference:
    """The positives are what the ratio's error comes from, so they give the degrees of freedom."""
    now, then = day.model.metrics.get(metric), before.model.metrics.get(metric)
    if now is None or then is None:
        return cannot_tell(metric, Reason.UNDEFINED)
    if now.standard_error is None or then.standard_error is None:
        return cannot_tell(metric, Reason.NO_INTERVAL)
    parts = [
        Part((now.standard_error / now.value) ** 2, day.positives - 1),
        Part((then.standard_error / then.value) ** 2, before.positives - 1),
    ]
    value = math.log(now.value / then.value)
    rows = (day.rows, before.rows)
    return by_student(metric, value, parts, rows=rows, method=WELCH_LOG, scale=Scale.RATIO)


def _calibration(metric: str, day: _Day, before: _Day) -> Difference:
    now, then = _gap(day), _gap(before)
    if now is None or then is None:
        return cannot_tell(metric, Reason.NO_STATISTICS)
    value, parts = now[0] - then[0], [now[1], then[1]]
    return by_student(metric, value, parts, rows=(day.rows, before.rows), method=WELCH)


def _gap(day: _Day) -> tuple[float, Part] | None:
    """Mean of score minus label, with its variance, from the bins of scores."""
    bins = day.model.statistics.get("score_bins")
    if not isinstance(bins, list):
        return None
    rows, weight, positive, predicted, _, squares = (
        sum(each[column] for each in bins if isinstance(each, list)) for column in range(1, 7)
    )
    residual = predicted - positive
    variance = (squares - residual**2 / rows) / weight**2 * rows / (rows - 1)
    return residual / weight, Part(variance, day.rows - 1)


def _accuracy(metric: str, day: _Day, before: _Day) -> Difference:
    now, then = day.model.metrics.get(metric), before.model.metrics.get(metric)
    if now is None or then is None:
        return cannot_tell(metric, Reason.UNDEFINED)
    return _shares(metric, (now.value, then.value), (day.rows, before.rows))


def _label_rate(metric: str, day: _Day, before: _Day) -> Difference:
    rates = (day.facts.rows.base_rate, before.facts.rows.base_rate)
    return _shares(metric, rates, (day.rows, before.rows))


_TESTS: Final[Mapping[str, Callable[[str, _Day, _Day], Difference]]] = {
    "auc": _auc,
    "log_loss": _mean,
    "normalised_entropy": _mean,
    "predicted_over_observed": _ratio,
    CALIBRATION: _calibration,
    "accuracy": _accuracy,
    LABEL_RATE: _label_rate,
}


def _slice(
    metric: str, days: tuple[_Day, _Day], slices: tuple[SliceFacts, SliceFacts]
) -> Difference:
    rows = [day.share_effective * part.rows for day, part in zip(days, slices, strict=True)]
    shares = [_share(metric, day, part) for day, part in zip(days, slices, strict=True)]
    if shares[0] is None or shares[1] is None:
        return cannot_tell(metric, Reason.UNDEFINED)
    if min(rows) < FEWEST_ROWS:
        return cannot_tell(metric, Reason.TOO_FEW_ROWS)
    return _shares(metric, (shares[0], shares[1]), (rows[0], rows[1]))


def _share(metric: str, day: _Day, part: SliceFacts) -> float | None:
    if metric == LABEL_RATE:
        return part.positive_weight / part.weight if part.weight else None
    return part.metrics.get(day.model.role, {}).get(metric) if metric == "accuracy" else None


def _shares(metric: str, shares: tuple[float, float], rows: tuple[float, float]) -> Difference:
    """Two independent shares: the pooled test, and an interval made of the two of Wilson.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.
    """
    value, error = shares[0] - shares[1], _pooled_error(shares, rows)
    p_value = 2.0 * float(ndtr(-abs(value) / error)) if error else 1.0
    (low, high), (other_low, other_high) = (
        wilson(share, count) for share, count in zip(shares, rows, strict=True)
    )
    found = Difference(
        metric,
        Finding.NOT_DISTINGUISHABLE,
        Reason.WITHIN_CHANCE,
        value=value,
        low=value - math.hypot(shares[0] - low, other_high - shares[1]),
        high=value + math.hypot(high - shares[0], shares[1] - other_low),
        p_value=p_value,
        detectable=detectable(error),
        rows=rows,
        method=TWO_PROPORTIONS,
    )
    return judged(found, p_value)


def _pooled_error(shares: tuple[float, float], rows: tuple[float, float]) -> float:
    both = (shares[0] * rows[0] + shares[1] * rows[1]) / sum(rows)
    return math.sqrt(max(0.0, both * (1 - both)) * (1 / rows[0] + 1 / rows[1]))
