from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from core.costs import Cost
from core.day_ranges import DayState, End
from core.domain import PRODUCTION, EnvironmentName, ExecutionStatus, Kind
from core.marks import Marks
from core.messages import Translator
from core.spans import Span
from reports.day_range_card import RangeDay, RangeFacts, day_range_card
from reports.steps import FAIL
from tests.unit.reports import golden
from tests.unit.reports.executions import execution, step
from tests.unit.reports.samples import ANA, BEN, DAY, PIPELINE, result

FIRST, SECOND, THIRD = Span(DAY - dt.timedelta(days=2), DAY)
RUNS = dataclasses.replace(
    execution(
        ExecutionStatus.EXECUTING, step("Prepare", took=20), step("Train", took=None, after=20)
    ),
    all_steps=("Prepare", "Train", "Evaluate"),
)
MEMORY = "AlgorithmError: Please use an instance type with more memory"
DONE = tuple(
    RangeDay(day, DayState.DONE, run=f"r{number}", result=result(day))
    for number, day in enumerate((FIRST, SECOND, THIRD))
)
RUNNING = RangeFacts(
    id="d1",
    pipeline=PIPELINE.name,
    environment=EnvironmentName("experiment"),
    kind=Kind.TRAIN,
    span=Span(FIRST, THIRD),
    asked_by=ANA,
    requested_at=dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC),
    changed={"NumLeaves": "63"},
    marks=Marks(("weather",), note="try <storms>"),
    days=(DONE[0], RangeDay(SECOND, DayState.RUNNING, execution=RUNS), RangeDay(THIRD)),
    usual=dt.timedelta(minutes=12),
)
REFUSED = dataclasses.replace(
    DONE[1], state=DayState.REFUSED, failure="Only 40 rows were scored.", failed_step=FAIL
)
FAILED = RangeDay(SECOND, DayState.FAILED, run="r1", failure=MEMORY, failed_step="Train")
CASES = {
    "running": RUNNING,
    "being_stopped": dataclasses.replace(RUNNING, stop_by=BEN),
    "done": dataclasses.replace(
        RUNNING, days=(DONE[0], REFUSED, DONE[2]), end=End.DONE, cost=Cost(1.5, "USD")
    ),
    "failed": dataclasses.replace(
        RUNNING, days=(DONE[0], FAILED, RangeDay(THIRD)), end=End.FAILED, retry_by=BEN
    ),
    "not_started": dataclasses.replace(
        RUNNING,
        environment=PRODUCTION,
        kind=Kind.EVALUATE,
        days=(RangeDay(FIRST, DayState.FAILED, run="r0"), RangeDay(SECOND), RangeDay(THIRD)),
        end=End.FAILED,
    ),
    "stopped_between": dataclasses.replace(
        RUNNING, days=(DONE[0], RangeDay(SECOND), RangeDay(THIRD)), end=End.STOPPED, stop_by=BEN
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_card_reads_as_it_did_when_it_was_last_read(name: str) -> None:
    golden.check(f"days_{name}", day_range_card(CASES[name], Translator()))


def test_it_is_told_in_japanese() -> None:
    golden.check("days_failed_ja", day_range_card(CASES["failed"], Translator("ja")))


def test_a_range_of_many_days_fits_a_message() -> None:
    span = Span(DAY - dt.timedelta(days=89), DAY)
    days = tuple(RangeDay(day, DayState.DONE, result=result(day)) for day in span)
    card = day_range_card(dataclasses.replace(RUNNING, span=span, days=days), Translator())
    (table,) = [each for each in card.payload() if each["type"] == "table"]
    assert len(table["rows"]) == 91, "Slack takes 100"
