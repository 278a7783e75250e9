"""Do the rows of two days show a difference of a metric? By scipy's tests."""

from __future__ import annotations

import math

from scipy.stats import t, ttest_ind, ttest_ind_from_stats

from tests.mornings.plain_day import AUC, LOSS, NEAR, PRODUCTION, RATIO, Plain


def p_value(metric: str, now: Plain, before: Plain) -> float:
    """Of no difference of production's metric, by the rows of the two days alone."""
    if metric == AUC:
        return _of_auc(now, before)
    if metric == LOSS:
        losses = (now.losses(PRODUCTION), before.losses(PRODUCTION))
        return float(ttest_ind(*losses, equal_var=False).pvalue)
    test = ttest_ind_from_stats(
        *_mean_deviation_count(metric, now),
        *_mean_deviation_count(metric, before),
        equal_var=False,
    )
    return float(test.pvalue)


def _of_auc(now: Plain, before: Plain) -> float:
    """DeLong's variance; each class of each day has degrees of freedom of its own."""
    placed = [each for day in (now, before) for each in day.placed(PRODUCTION)]
    parts = [(float(each.var(ddof=1)) / len(each), len(each) - 1) for each in placed]
    variance = sum(part for part, _ in parts)
    freedom = variance**2 / sum(part**2 / known for part, known in parts)
    apart = abs(now.number(AUC).value - before.number(AUC).value)
    return float(2 * t.sf(apart / math.sqrt(variance), freedom))


def _mean_deviation_count(metric: str, day: Plain) -> tuple[float, float, int]:
    """As of a mean; of a ratio its logarithm, whose error comes from the positives."""
    number = day.number(metric)
    if metric == RATIO:
        known, value = int(day.labels.sum()), math.log(number.value)
        error = (math.log(number.high) - value) / NEAR
    else:
        known, value = len(day.labels), number.value
        error = (number.high - value) / NEAR
    return value, error * math.sqrt(known), known
