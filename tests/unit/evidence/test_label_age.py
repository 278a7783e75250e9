"""A day whose labels are young is judged beside days that were as young."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.day_result import DayResult
from core.evidence.history import Standing
from core.evidence.label_age import CALIBRATION, Youth, at_age, corrected, of_same_age, youth
from core.evidence.leading import leader
from core.evidence.verdict import Sign, verdict
from core.results import Interval
from core.spans import ONE_DAY
from tests.unit.evidence.judged_days import TODAY, judged_day
from tests.unit.evidence.late_days import IN, MATURES, RATE, known_at, past_day

PAST = tuple(past_day(TODAY - back * ONE_DAY) for back in range(59, 0, -1))


def test_a_day_is_known_as_it_was_and_as_it_is() -> None:
    old, young = past_day(TODAY - 20 * ONE_DAY), past_day(TODAY - ONE_DAY)
    assert at_age(old, None) is old
    assert at_age(old, 1) is old.earlier[0]
    assert at_age(young, 1) is young
    assert at_age(young, None) is None


def test_a_table_whose_labels_come_with_its_rows_knows_no_ages() -> None:
    today, before = judged_day(), judged_day(TODAY - ONE_DAY)
    assert youth(today, [before]) is None
    assert of_same_age(today, [before]) == {before.day: before}


def test_how_much_is_usually_there_is_counted_on_days_that_matured() -> None:
    found = youth(known_at(TODAY, 1, share=IN), PAST)
    assert found is not None
    assert (found.age, found.matures_after, found.days) == (1, MATURES, 54)
    assert found.usually_in == pytest.approx(IN, abs=0.05)
    assert found.calibration == pytest.approx(1 / IN)


def test_without_two_weeks_of_matured_days_nobody_knows_how_much_is_usual() -> None:
    found = youth(known_at(TODAY, 1, share=IN), PAST[-18:])
    assert found is not None
    assert (found.days, found.usually_in, found.calibration) == (13, None, None)
    assert corrected(PAST[-1], found) is PAST[-1]


def test_the_corrected_interval_holds_how_far_the_correction_may_be_off() -> None:
    """The rows' error and that of how soon labels come, added up as independent ones."""
    today = known_at(TODAY, 1, share=IN)
    sure, unsure = (
        Youth(1, MATURES, 40, IN, calibration=2.0, calibration_error=error) for error in (0.0, 0.1)
    )
    found = [_ratio(corrected(today, young)) for young in (sure, unsure)]
    was = _ratio(today)
    assert was.low is not None
    assert was.high is not None
    assert [(each.value, each.method) for each in found] == [(was.value / 2, was.method)] * 2
    assert (found[0].low, found[0].high) == pytest.approx((was.low / 2, was.high / 2))
    rows = math.log(was.high / was.value)
    assert found[1].high == pytest.approx(was.value / 2 * math.exp(math.hypot(rows, 0.196)), 1e-4)


def _ratio(result: DayResult) -> Interval:
    model = leader(result)
    assert model is not None
    return model.metrics[CALIBRATION]


def test_youth_alone_neither_rings_nor_is_it_strange() -> None:
    found = verdict(TODAY, known_at(TODAY, 1, share=IN), PAST, wanted=["predicted_over_observed"])
    assert found.sign is Sign.ORDINARY
    assert found.labels is not None
    assert found.labels.young is not None
    assert found.headline is not None
    assert found.headline.found.value == pytest.approx(1.0, abs=0.1)


def test_the_same_day_beside_matured_ones_would_have_been_strange() -> None:
    """What the rule is for."""
    matured = [each for each in PAST if each.label_age is None]
    beside = [dataclasses.replace(each, earlier=()) for each in matured]
    young = judged_day(rate=RATE * IN)
    found = verdict(TODAY, young, beside, wanted=["predicted_over_observed"])
    assert found.sign is Sign.STRANGE


def test_half_of_the_conversions_lost_rings() -> None:
    found = verdict(TODAY, known_at(TODAY, 1, share=IN / 2), PAST)
    assert [(alarm.fault.value, alarm.subject) for alarm in found.alarms] == [("conversions", "")]
    assert found.alarms[0].comparison is not None
    assert found.alarms[0].comparison.standing is Standing.LOW


def test_at_an_age_at_which_no_other_day_is_known_nobody_can_tell() -> None:
    found = verdict(TODAY, known_at(TODAY, 3, share=0.8), PAST)
    assert found.sign is Sign.UNKNOWN
    assert found.days == 0


@given(
    shares=st.lists(st.floats(0.2, 0.9), min_size=1, max_size=6),
    age=st.integers(1, MATURES + 2),
)
def test_ages_are_never_mixed(shares: list[float], age: int) -> None:
    """Whatever a day was known as, only what is as old comes beside it."""
    revisions = tuple(
        known_at(TODAY - ONE_DAY, number, share=share)
        for number, share in enumerate(shares, start=1)
    )
    before = dataclasses.replace(revisions[-1], earlier=revisions[:-1])
    found = of_same_age(known_at(TODAY, age, share=0.5), [before])
    ages = {result.label_age for result in found.values()}
    assert ages <= {age if age < MATURES else None}
    assert bool(found) == (age <= len(shares))


@given(share=st.floats(0.2, 1.0))
def test_a_ratio_is_corrected_by_what_is_usually_there(share: float) -> None:
    """Where exactly the usual share has come, it is what it will be."""
    past = [past_day(each.day, share=share) for each in PAST]
    today = known_at(TODAY, 1, share=share)
    found = youth(today, past)
    assert found is not None
    model = corrected(today, found).model("production")
    assert model is not None
    ratio = model.metrics["predicted_over_observed"]
    assert ratio.value == pytest.approx(1.0)
    assert ratio.standard_error == pytest.approx(0.01 * share)
