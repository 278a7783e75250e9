from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs import Billed, Cost, Prices, cost, usual_cost

PRICES = Prices("USD", {"ml.m5.xlarge": 0.23, "ml.p3.2xlarge": 3.825})
seconds = st.floats(min_value=0, max_value=1e6)
jobs = st.builds(Billed, st.sampled_from(sorted(PRICES.per_hour)), st.integers(1, 100), seconds)


def test_an_hour_of_two_instances_costs_twice_the_price_of_one() -> None:
    found = cost([Billed("ml.m5.xlarge", 2, 3600.0)], PRICES)
    assert found.amount == pytest.approx(0.46)
    assert found.currency == "USD"


def test_half_an_hour_of_one_and_a_minute_of_another_are_added() -> None:
    found = cost([Billed("ml.m5.xlarge", 1, 1800), Billed("ml.p3.2xlarge", 1, 60)], PRICES)
    assert found.amount == pytest.approx(0.115 + 0.06375)
    assert found.is_whole


def test_what_has_no_price_is_named_and_not_counted() -> None:
    found = cost([Billed("ml.m5.xlarge", 1, 3600), Billed("ml.g5.xlarge", 1, 60)], PRICES)
    assert found == Cost(0.23, "USD", ("ml.g5.xlarge",))
    assert not found.is_whole


@given(st.lists(jobs), st.lists(jobs))
def test_the_cost_of_two_runs_is_the_sum_of_theirs(one: list[Billed], other: list[Billed]) -> None:
    both = cost([*one, *other], PRICES).amount
    assert both == pytest.approx(cost(one, PRICES).amount + cost(other, PRICES).amount)


def test_what_is_usual_is_the_median_of_whole_costs() -> None:
    costs = [Cost(amount, "USD") for amount in (1.0, 9.0, 2.0)]
    assert usual_cost([*costs, Cost(0.1, "USD", ("ml.g5.xlarge",))]) == Cost(2.0, "USD")
    assert usual_cost(costs[:2]) is None
