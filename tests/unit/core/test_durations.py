from __future__ import annotations

import dataclasses
import datetime as dt

from core.domain import Execution, ExecutionStatus, StepStatus
from core.durations import usual
from tests.unit.reports.executions import DONE, execution, step


def seconds(number: float) -> dt.timedelta:
    return dt.timedelta(seconds=number)


def run(prepare: int, train: int = 100) -> Execution:
    return execution(
        ExecutionStatus.SUCCEEDED,
        step("Prepare", took=prepare),
        step("Train", after=prepare, took=train),
    )


def test_the_usual_is_the_median_of_runs_that_went_well() -> None:
    found = usual([run(10), run(20), run(500)])
    assert found.runs == 3
    assert found.steps == {"Prepare": seconds(20), "Train": seconds(100)}
    assert found.whole == seconds(120)


def test_of_too_few_runs_nothing_is_usual() -> None:
    found = usual([run(10), run(20)])
    assert (found.runs, found.whole, dict(found.steps)) == (2, None, {})


def test_what_failed_or_came_from_a_cache_tells_no_duration() -> None:
    failed = execution(ExecutionStatus.FAILED, step("Prepare", StepStatus.FAILED, took=1))
    cached = execution(
        ExecutionStatus.SUCCEEDED,
        step("Prepare", took=0, taken_from=DONE.arn),
        step("Train", took=100),
    )
    found = usual([failed, failed, failed, cached, cached, cached])
    assert found.steps == {"Train": seconds(100)}
    assert found.whole is None


def test_a_step_that_has_no_end_is_left_out() -> None:
    endless = execution(ExecutionStatus.SUCCEEDED, step("Prepare", took=None))
    never = dataclasses.replace(endless, steps=())
    assert usual([endless, never, run(10)]).steps == {}
