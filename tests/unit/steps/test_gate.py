from __future__ import annotations

import numpy as np
import pytest

from core.results import Rows
from deploy.pipeline.steps.gate import gate

SCORES = np.array([0.1, 0.7, 0.4, 0.9])


def rows(positives: int = 2, labelled: int = 4) -> Rows:
    return Rows(
        read=labelled,
        labelled=labelled,
        positives=positives,
        weight=labelled,
        positive_weight=positives,
        scored=labelled,
    )


def test_a_sane_day_passes_and_each_check_says_so() -> None:
    found = gate(rows(), SCORES, 4)
    assert found.passed
    assert [check.name for check in found.checks] == [
        "rows",
        "both_classes",
        "finite_scores",
        "varied_scores",
    ]
    assert all(check.passed and check.sentence for check in found.checks)


@pytest.mark.parametrize(
    ("day", "scores", "failed"),
    [
        (rows(2, 3), SCORES[:3], "rows"),
        (rows(0), SCORES, "both_classes"),
        (rows(4), SCORES, "both_classes"),
        (rows(), np.array([0.1, np.nan, 0.4, 0.9]), "finite_scores"),
        (rows(), np.full(4, 0.3), "varied_scores"),
    ],
)
def test_what_is_not_sane_fails_by_its_name(
    day: Rows, scores: np.ndarray[tuple[int], np.dtype[np.float64]], failed: str
) -> None:
    found = gate(day, scores, 4)
    assert not found.passed
    assert [check.name for check in found.checks if not check.passed] == [failed]
    assert found.reason == next(c.sentence for c in found.checks if not c.passed)
