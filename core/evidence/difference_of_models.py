"""Two models on the same rows of one day: what the kept paired differences show by rows alone."""

from __future__ import annotations

import math
from typing import Final

from scipy.special import bdtr, ndtr

from core.evidence.difference import Difference, Finding, Reason, cannot_tell, detectable, judged
from core.evidence.intervals import Z95
from core.results import Agreement, DayFacts, Interval

ACCURACY: Final = "accuracy"
FEWEST_ROWS: Final = 30
"""Fewer rows, and the paired differences are too far from normal to be tested."""
ROUNDING: Final = 1e-9
"""Effective rows that fall short of the rows by a smaller share only: all weigh the same."""
MID_P: Final = "McNemar, mid-p; interval of Agresti and Min"
WEIGHTED: Final = "McNemar, effective rows; interval of Agresti and Min"


def between_models(facts: DayFacts, model: str, against: str, metric: str) -> Difference:
    """A metric of role `model` minus the same of `against`, on the rows that both scored.

    auc, log_loss, normalised_entropy and mean_score from the paired differences; accuracy from the
    four outcomes of McNemar's table.
    """
    if model not in facts.models or against not in facts.models:
        return cannot_tell(metric, Reason.NOT_SCORED)
    if facts.rows.scored < FEWEST_ROWS:
        return cannot_tell(metric, Reason.TOO_FEW_ROWS)
    rows = _effective_rows(facts, model)
    if metric == ACCURACY:
        for table in facts.agreement:
            if (table.model, table.against) == (model, against):
                return _accuracy(table, rows, equal=facts.rows.scored - rows < ROUNDING * rows)
    for pair in facts.paired:
        if pair.metric == metric and (pair.model, pair.against) == (model, against):
            return _paired(metric, pair.difference, rows)
    single = facts.rows.positives in {0, facts.rows.labelled}
    return cannot_tell(metric, Reason.SINGLE_CLASS if single else Reason.NOT_PAIRED)


def _effective_rows(facts: DayFacts, model: str) -> float:
    effective = facts.models[model].statistics.get("effective_rows")
    return float(effective) if isinstance(effective, int | float) else float(facts.rows.scored)


def _paired(metric: str, kept: Interval, rows: float) -> Difference:
    """By the error that the interval was made with, so that the two never contradict each other."""
    if kept.standard_error is None or (kept.standard_error == 0.0 and kept.value != 0.0):
        return cannot_tell(metric, Reason.NO_INTERVAL)
    same = kept.standard_error == 0.0
    p_value = 1.0 if same else 2.0 * float(ndtr(-abs(kept.value) / kept.standard_error))
    found = Difference(
        metric,
        Finding.NOT_DISTINGUISHABLE,
        Reason.IDENTICAL,
        value=kept.value,
        low=kept.low,
        high=kept.high,
        p_value=p_value,
        corrected_p_value=p_value,
        detectable=detectable(kept.standard_error),
        rows=(rows, rows),
        method=kept.method,
    )
    return found if same else judged(found, p_value)


def _accuracy(table: Agreement, rows: float, *, equal: bool) -> Difference:
    """McNemar's test: only rows on which just one of the two is right tell them apart."""
    ours, theirs = table.only_model_right * rows, table.only_against_right * rows
    p_value = _mid_p(round(ours), round(theirs)) if equal else _asymptotic(ours, theirs)
    low, high = _agresti_min(ours, theirs, rows)
    found = Difference(
        ACCURACY,
        Finding.NOT_DISTINGUISHABLE,
        Reason.IDENTICAL,
        value=(ours - theirs) / rows,
        low=low,
        high=high,
        p_value=p_value,
        corrected_p_value=p_value,
        detectable=detectable(math.sqrt(ours + theirs) / rows),
        rows=(rows, rows),
        method=MID_P if equal else WEIGHTED,
    )
    return judged(found, p_value) if ours or theirs else found


def _mid_p(ours: int, theirs: int) -> float:
    """The exact binomial test of the two counts, with half the weight on the table itself.

    Source: M. W. Fagerland, S. Lydersen, P. Laake, BMC Medical Research Methodology 13 (2013), 91.
    """
    both, less = ours + theirs, min(ours, theirs)
    if ours == theirs:
        return 1.0
    below = float(bdtr(less - 1, both, 0.5)) if less else 0.0
    return below + float(bdtr(less, both, 0.5))


def _asymptotic(ours: float, theirs: float) -> float:
    """Weighted counts are not whole: the test on the normal scale, as McNemar himself had it."""
    if ours + theirs == 0.0:
        return 1.0
    return 2.0 * float(ndtr(-abs(ours - theirs) / math.sqrt(ours + theirs)))


def _agresti_min(ours: float, theirs: float, rows: float) -> tuple[float, float]:
    """Interval of the difference of paired shares: half a row added to each of the four outcomes.

    Source: A. Agresti, Y. Min, Statistics in Medicine 24 (2005), 729-740.
    """
    ours, theirs, rows = ours + 0.5, theirs + 0.5, rows + 2.0
    value = (ours - theirs) / rows
    reach = Z95 * math.sqrt(ours + theirs - (ours - theirs) ** 2 / rows) / rows
    return value - reach, value + reach
