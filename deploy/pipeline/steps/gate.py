"""The gate: is this evaluation sane enough to register the model? It claims nothing about quality.

On sound days of real data log-loss is often above the entropy of the base rate: a bound on any
metric of one day would refuse good models and is not here.
"""

from __future__ import annotations

import numpy as np

from core.evidence.scored import FloatArray
from core.results import Gate, GateCheck, Rows


def gate(rows: Rows, scores: FloatArray, minimum_rows: int) -> Gate:
    """Check the rows and the scores that the subject gave them."""
    checks = [
        _rows(rows, minimum_rows),
        _classes(rows),
        _finite(scores),
        _varied(scores),
    ]
    failed = [check.sentence for check in checks if not check.passed]
    return Gate(
        passed=not failed,
        reason=" ".join(failed) or "Nothing is wrong with the rows and the scores of this day.",
        checks=checks,
    )


def _rows(rows: Rows, minimum: int) -> GateCheck:
    passed = rows.labelled >= minimum
    sentence = (
        f"{rows.labelled} rows have a label, at least {minimum} are wanted."
        if passed
        else f"Only {rows.labelled} rows have a label, and at least {minimum} are wanted."
    )
    return GateCheck(name="rows", passed=passed, sentence=sentence)


def _classes(rows: Rows) -> GateCheck:
    passed = 0 < rows.positives < rows.labelled
    if passed:
        sentence = f"Both classes are there: {rows.positives} of {rows.labelled} are positive."
    else:
        which = "positive" if rows.positives else "negative"
        sentence = f"All {rows.labelled} labelled rows are {which}: a single class."
    return GateCheck(name="both_classes", passed=passed, sentence=sentence)


def _finite(scores: FloatArray) -> GateCheck:
    bad = int((~np.isfinite(scores)).sum())
    sentence = (
        f"{bad} of {len(scores)} scores are not finite numbers."
        if bad
        else "All scores are finite numbers."
    )
    return GateCheck(name="finite_scores", passed=not bad, sentence=sentence)


def _varied(scores: FloatArray) -> GateCheck:
    different = len(np.unique(scores[np.isfinite(scores)]))
    passed = different > 1
    sentence = (
        f"The scores differ between rows ({different} values)."
        if passed
        else "The model gives every row the same score."
    )
    return GateCheck(name="varied_scores", passed=passed, sentence=sentence)
