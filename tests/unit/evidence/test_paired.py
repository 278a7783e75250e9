from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evidence.metrics import metrics
from core.evidence.paired import agreement, differences
from core.evidence.scored import Scored

Draw = Callable[..., Scored]
seeds = st.integers(0, 2**32 - 1)


def other_scores(rows: Scored, seed: int) -> Scored:
    random = np.random.default_rng(seed + 1)
    return Scored(rows.labels, random.uniform(0.02, 0.98, len(rows)), rows.weights)


@given(seed=seeds, weighted=st.booleans())
def test_a_difference_is_the_difference_of_the_metrics(
    drawn: Draw, seed: int, weighted: bool
) -> None:
    model = drawn(seed, weighted=weighted)
    against = other_scores(model, seed)
    ours, theirs = metrics(model), metrics(against)
    found = differences(model, against)
    for name in ("auc", "log_loss", "normalised_entropy"):
        assert found[name].value == pytest.approx(ours[name].value - theirs[name].value, abs=1e-9)


@given(seed=seeds)
def test_a_model_differs_from_itself_by_nothing(drawn: Draw, seed: int) -> None:
    rows = drawn(seed)
    for found in differences(rows, rows).values():
        assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


@given(seed=seeds)
def test_agreement_is_symmetric_and_its_shares_are_all_rows(drawn: Draw, seed: int) -> None:
    model = drawn(seed)
    against = other_scores(model, seed)
    one = agreement(model, against, ("a", "b"))
    other = agreement(against, model, ("b", "a"))
    shares = one.both_right + one.only_model_right + one.only_against_right + one.both_wrong
    assert shares == pytest.approx(1.0)
    assert one.only_model_right == pytest.approx(other.only_against_right)
    assert one.lower_loss + other.lower_loss == pytest.approx(1.0)
    assert one.score_correlation == pytest.approx(other.score_correlation)


def test_constant_scores_correlate_with_nothing(drawn: Draw) -> None:
    rows = drawn(1)
    constant = Scored(rows.labels, np.full(len(rows), 0.3), rows.weights)
    assert agreement(rows, constant, ("a", "b")).score_correlation is None


def test_other_rows_cannot_be_compared(drawn: Draw) -> None:
    with pytest.raises(ValueError, match="same rows"):
        differences(drawn(1), drawn(2))


def test_the_paired_loss_error_agrees_with_the_bootstrap(drawn: Draw) -> None:
    model = drawn(5, 600)
    against = other_scores(model, 5)
    random = np.random.default_rng(3)
    again = []
    for _ in range(300):
        chosen = random.integers(0, 600, 600)
        parts = [
            Scored(rows.labels[chosen], rows.scores[chosen], rows.weights[chosen])
            for rows in (model, against)
        ]
        again.append(differences(*parts)["normalised_entropy"].value)
    error = differences(model, against)["normalised_entropy"].standard_error
    assert error == pytest.approx(float(np.std(again)), rel=0.2)
