from __future__ import annotations

import numpy as np
import pytest

from core.evidence.reliability import FEWEST_ROWS, GROUPS, reliability
from core.evidence.scored import Scored
from core.evidence.statistics import statistics
from core.results import ModelFacts

DICE = np.random.default_rng(5)
SCORES = DICE.beta(2, 5, 2000)
LABELS = (DICE.random(2000) < SCORES).astype(np.float64)
WEIGHTS = np.ones(2000)


def model(rows: Scored) -> ModelFacts:
    return ModelFacts(role="candidate", metrics={}, mean_score=0.3, statistics=statistics(rows))


def test_points_are_the_rows_own_means_between_the_edges_of_the_groups() -> None:
    points = reliability(model(Scored(LABELS, SCORES, WEIGHTS)))
    order = np.argsort(SCORES, kind="stable")
    edges = np.cumsum([0, *(point.rows for point in points)])
    assert edges[-1] == len(SCORES)
    for point, first, last in zip(points, edges, edges[1:], strict=False):
        rows = order[first:last]
        assert point.predicted == pytest.approx(SCORES[rows].mean())
        assert point.observed == pytest.approx(LABELS[rows].mean())
        assert point.low <= point.observed <= point.high


def test_groups_are_few_and_none_is_too_small() -> None:
    points = reliability(model(Scored(LABELS, SCORES, WEIGHTS)))
    assert 2 <= len(points) <= GROUPS
    assert all(point.rows >= FEWEST_ROWS for point in points)


def test_without_bins_there_is_no_diagram() -> None:
    assert reliability(ModelFacts(role="candidate", metrics={}, mean_score=0.3)) == ()
