from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evidence.metrics import metrics
from core.evidence.scored import Scored
from core.evidence.statistics import score_bins, statistics, weighted_quantiles

Draw = Callable[..., Scored]
seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds)
def test_bins_add_up_to_the_day(drawn: Draw, seed: int) -> None:
    rows = drawn(seed)
    sums = np.array(score_bins(rows)).sum(axis=0)
    assert sums[1] == len(rows)
    assert sums[2] == pytest.approx(rows.weight)
    assert sums[3] == pytest.approx(rows.positive_weight)
    assert sums[4] / sums[3] == pytest.approx(metrics(rows)["predicted_over_observed"].value)
    assert sums[5] / sums[2] == pytest.approx(metrics(rows)["log_loss"].value)


@given(seed=seeds)
def test_bins_of_two_days_add_up_to_the_bins_of_both(drawn: Draw, seed: int) -> None:
    first, second = drawn(seed), drawn(seed + 1)
    both = Scored(
        *(
            np.concatenate(parts)
            for parts in zip(
                (first.labels, first.scores, first.weights),
                (second.labels, second.scores, second.weights),
                strict=True,
            )
        )
    )
    added: dict[float, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    for edge, *values in [*score_bins(first), *score_bins(second)]:
        added[edge] = added.get(edge, np.zeros(len(values))) + np.array(values)
    for edge, *values in score_bins(both):
        assert added[edge] == pytest.approx(np.array(values))


def test_scores_of_0_and_1_fall_into_the_outermost_bins() -> None:
    bins = score_bins(Scored(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.ones(2)))
    assert [row[0] for row in bins] == [-12.0, 11.75]


def test_quantiles_of_equal_weights_are_order_statistics() -> None:
    values = np.array([5.0, 1.0, 4.0, 2.0, 3.0])
    assert weighted_quantiles(values, np.ones(5), (0.2, 0.5, 1.0)) == [1.0, 3.0, 5.0]


def test_statistics_are_json(drawn: Draw) -> None:
    found = statistics(drawn(1, 2))
    assert {"score_bins", "effective_rows", "loss_quantiles", "auc_variance"} <= set(found)
