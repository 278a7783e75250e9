from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from reports.sparkline import BARS, sparkline


def test_the_least_is_the_lowest_bar_and_the_greatest_the_highest() -> None:
    assert sparkline([0.5, 0.9, 0.6]) == "▁█▃"
    assert sparkline([3.0, 2.0, 1.0])[::2] == "█▁"


def test_what_is_no_number_has_no_bar_and_what_is_all_alike_no_line() -> None:
    assert sparkline([0.5, None, math.nan, 0.9]) == "▁█"
    assert sparkline([0.5, 0.5]) == sparkline([]) == sparkline([math.nan]) == ""
    assert sparkline([-1e308, 1e308]) == "", "their distance is no number"


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.none()))
def test_any_numbers_make_a_line_of_bars(numbers: list[float | None]) -> None:
    assert set(sparkline(numbers)) <= set(BARS)
