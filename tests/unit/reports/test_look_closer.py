from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from core.day_result import DayResult
from core.messages import Translator
from core.results import SliceFacts
from core.spans import ONE_DAY
from reports.in_depth import MOST_COLUMNS, MOST_VALUES, in_depth
from reports.two_days import two_days
from tests.unit.reports import golden
from tests.unit.reports.samples import DAY, result

T = Translator()
WHOLE, BEFORE = result(), result(DAY - 7 * ONE_DAY)


def slices(column: str, number: int, *, of: DayResult = WHOLE) -> list[SliceFacts]:
    """A column whose values share a day, the heaviest first."""
    production = of.model("production")
    assert production is not None
    loss = production.metrics["log_loss"].value
    parts = [970 * 2 * (number - n) / (number * (number + 1)) for n in range(number)]
    return [
        SliceFacts(
            column=column,
            value=f"{column} {n}",
            rows=round(part),
            weight=part,
            positive_weight=part * 231 / 970,
            metrics={
                role: {"auc": 0.8 - n / 100, "log_loss": loss, "mean_score": 0.23}
                for role in ("candidate", "production")
            },
        )
        for n, part in enumerate(parts)
    ]


def with_slices(of: DayResult, *found: list[SliceFacts]) -> DayResult:
    assert of.facts is not None
    facts = of.facts.model_copy(update={"slices": [each for part in found for each in part]})
    return dataclasses.replace(of, facts=facts)


DAYS = {
    "whole": with_slices(WHOLE, slices("carrier", 3), slices("origin", 2)),
    "only_standard_files": result(facts=False),
}


@pytest.mark.parametrize("case", DAYS)
def test_everything_that_is_kept_of_a_day_looks_as_it_did(case: str) -> None:
    for number, message in enumerate(in_depth(DAYS[case], T)):
        golden.check(f"in_depth_{case}_{number}", message)


def test_a_day_with_many_columns_and_values_is_cut_and_says_so() -> None:
    wide = with_slices(WHOLE, *(slices(f"c{n}", MOST_VALUES + 5) for n in range(6)))
    messages = in_depth(wide, T)
    assert len(messages) == 1 + MOST_COLUMNS + 1
    assert messages[-1].text == "2 more columns are not shown."
    assert f"the greatest {MOST_VALUES} of {MOST_VALUES + 5}" in messages[1].text
    rows: list[Any] = messages[1].payload()[1]["rows"]
    assert len(rows) == 1 + MOST_VALUES


PAIRS = {
    "taken_apart": (
        with_slices(WHOLE, slices("origin", 2)),
        with_slices(BEFORE, slices("origin", 3, of=BEFORE)),
    ),
    "only_standard_files": (result(facts=False), result(DAY - ONE_DAY, facts=False)),
}


@pytest.mark.parametrize("case", PAIRS)
def test_two_days_beside_each_other_look_as_they_did(case: str) -> None:
    golden.check(f"two_days_{case}", two_days(*PAIRS[case], T))
