from __future__ import annotations

import pytest

from core.spans import ONE_DAY
from reports.series import series
from tests.unit.reports.samples import DAY, history, result


def test_day_without_results_keeps_its_place() -> None:
    line = series(history(5, without=(2,)), "auc", DAY - ONE_DAY)
    assert [point.found is not None for point in line.points] == [True, True, True, False, True]
    assert line.missing == (DAY - 2 * ONE_DAY,)


def test_mean_is_of_seven_calendar_days_and_needs_three() -> None:
    days = [result(DAY - back * ONE_DAY, shift=0.01 * back) for back in (0, 2, 6, 7)]
    line = series(days, "auc", DAY)
    assert line.mean(DAY) == pytest.approx(0.802 + 0.08 / 3)
    assert line.mean(DAY - ONE_DAY) is not None
    assert line.mean(DAY - 2 * ONE_DAY) == pytest.approx(0.802 + 0.15 / 3)
    assert line.mean(DAY - 3 * ONE_DAY) is None


def test_metric_that_a_day_lacks_is_a_gap() -> None:
    assert all(point.found is None for point in series(history(3), "rmse", DAY).points)
