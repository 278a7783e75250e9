from __future__ import annotations

import numpy as np
import pytest

from core.evidence.intervals import positive_ratio
from core.evidence.worth import worth
from core.messages import Translator, say
from reports.verdict.money import money_line
from tests.unit.evidence.judged_days import judged_day
from tests.unit.reports.judged_reports import in_money

DAYS = 500
ROWS = 5000


def test_the_sums_of_the_leader_and_of_the_rows_are_told() -> None:
    found = worth(in_money(judged_day()))
    assert found is not None
    assert found.seen == 15_040
    assert found.expected == pytest.approx(16_243.2)
    assert not found.may_be_chance


@pytest.mark.parametrize(("low", "high"), [(0.97, 1.19), (None, None)])
def test_what_the_days_rows_cannot_tell_may_be_chance(
    low: float | None, high: float | None
) -> None:
    today = in_money(judged_day(), low=low, high=high)
    found = worth(today)
    assert found is not None
    assert found.may_be_chance
    told = Translator().plain(money_line(found, "late") or say(""))
    assert told.endswith("$1,200 less, which may be chance.")


def test_a_day_of_which_nobody_says_what_it_is_worth_has_none() -> None:
    assert worth(judged_day()) is None
    assert worth(judged_day(facts=False)) is None


def test_of_days_with_right_predictions_few_are_told_as_if_not_by_chance() -> None:
    random = np.random.default_rng(1)
    told = 0
    for _ in range(DAYS):
        chances = 0.01 * np.exp(random.normal(0.0, 0.7, ROWS) - 0.245)
        values = np.exp(random.normal(0.0, 1.0, ROWS))
        came = values * (random.random(ROWS) < chances)
        ratio = positive_ratio(values * chances, came)
        assert ratio is not None
        assert ratio.low is not None
        assert ratio.high is not None
        told += not ratio.low <= 1.0 <= ratio.high
    assert told <= 0.1 * DAYS
