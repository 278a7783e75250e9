"""The next morning: the night passes, the day's data arrive, with a fault where one is planted."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import polars as pl
import pytest

from mlpipe_sandbox.arrivals import Arrivals
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.faults.feed import RowsLost, broken, read_fault
from mlpipe_sandbox.faults.kinds import FaultError
from mlpipe_sandbox.mornings import Mornings
from mlpipe_sandbox.slack import SlackSandbox

ZONE = "America/New_York"
ROWS = pl.DataFrame(
    {"temp": [50.0, 68.0, None, 32.0], "carrier": ["UA", "B6", "UA", None], "late": [1, 0, 1, 0]}
)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def to_the_minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)


@pytest.fixture
def clock() -> Clock:
    return Clock(utc("2013-06-29T08:05:00-04:00"))


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals()


@pytest.fixture
def mornings(clock: Clock, arrivals: Arrivals) -> Mornings:
    offered = [("Half of the rows lost", RowsLost())]
    return Mornings(clock, arrivals, at=dt.time(8, 5), zone=ZONE, offered=offered)


@pytest.fixture
def lake(clock: Clock, arrivals: Arrivals) -> Iterator[list[dt.datetime]]:
    """A lake that gets a day at midnight; when, by the sandbox's clock."""
    came: list[dt.datetime] = []
    ended = threading.Event()

    def look() -> None:
        there = dt.date(2013, 6, 29)
        arrivals.complete(there)
        while not ended.wait(0.01):
            today = clock.now().astimezone(dt.timezone(dt.timedelta(hours=-4))).date()
            while there < today:
                arrivals.received(there, ROWS)
                came.append(to_the_minute(clock.now()))
                there += dt.timedelta(days=1)
                arrivals.complete(there)

    thread = threading.Thread(target=look)
    thread.start()
    yield came
    ended.set()
    thread.join()


@pytest.mark.parametrize(
    ("fault", "becomes"),
    [
        ({"fault": "column_empty", "column": "temp"}, {"temp": [None] * 4}),
        ({"fault": "column_stuck", "column": "temp"}, {"temp": [50.0] * 4}),
        (
            {"fault": "unit_changed", "column": "temp", "factor": 5 / 9, "offset": -160 / 9},
            {"temp": pytest.approx([10.0, 20.0, None, 0.0])},
        ),
        (
            {"fault": "categories_renamed", "column": "carrier"},
            {"carrier": ["UA_2", "B6_2", "UA_2", None]},
        ),
        ({"fault": "column_empty", "column": "gone"}, {}),
    ],
)
def test_a_fault_changes_its_column_and_nothing_else(
    fault: dict[str, Any], becomes: dict[str, Any]
) -> None:
    changed = broken(ROWS, read_fault(fault))
    for name in ROWS.columns:
        assert changed[name].to_list() == becomes.get(name, ROWS[name].to_list())


def test_half_of_the_rows_or_of_the_labels_are_lost() -> None:
    assert broken(ROWS, read_fault({"fault": "rows_lost"})).height == 2
    without = broken(ROWS, read_fault({"fault": "labels_lost", "column": "late"}))
    assert without.height == 4
    assert without["late"].null_count() == 2


def test_what_is_no_fault_is_refused_with_a_sentence() -> None:
    with pytest.raises(FaultError, match="column: Field required"):
        read_fault({"fault": "column_empty"})
    with pytest.raises(FaultError, match="lost: Input should be less than 1"):
        read_fault({"fault": "rows_lost", "lost": 1})


def test_a_fault_happens_to_the_next_day_alone(arrivals: Arrivals) -> None:
    arrivals.faults.add(RowsLost())
    heights = [arrivals.received(dt.date(2013, 6, day), ROWS).height for day in (1, 2)]
    assert heights == [2, 4]
    assert arrivals.newest is not None
    assert arrivals.newest.faults == ()


def test_the_days_data_come_at_midnight_before_it_is_morning(
    mornings: Mornings, clock: Clock, lake: list[dt.datetime]
) -> None:
    for day in (30, 1, 2):
        month = 6 if day == 30 else 7
        mornings.pass_night()
        assert to_the_minute(clock.now()) == utc(f"2013-{month:02}-{day:02}T08:05:00-04:00")
    assert lake == [utc(f"2013-{day}T00:00:00-04:00") for day in ("06-30", "07-01", "07-02")]


def test_before_it_is_morning_the_next_one_is_todays(mornings: Mornings, clock: Clock) -> None:
    clock.move_to(utc("2013-06-30T02:00:00-04:00"))
    assert mornings.next() == utc("2013-06-30T08:05:00-04:00")


def test_it_is_told_what_runs_and_what_ended_last(mornings: Mornings) -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/train"
    about = {"pipelineArn": arn, "pipelineExecutionArn": f"{arn}/execution/1"}
    mornings.heard({"detail": {**about, "currentPipelineExecutionStatus": "Executing"}})
    mornings.heard({"detail": {**about, "stepName": "Train", "currentStepStatus": "Executing"}})
    [run] = mornings.runs()
    assert (run.pipeline, run.status, run.step) == ("train", "Executing", "Train")
    mornings.heard({"detail": {**about, "currentPipelineExecutionStatus": "Succeeded"}})
    mornings.heard({"detail": {"modelPackageArn": "no execution"}})
    assert [each.status for each in mornings.runs()] == ["Succeeded"]


def test_a_morning_with_a_fault_over_http(
    mornings: Mornings, clock: Clock, lake: list[dt.datetime]
) -> None:
    with (
        SlackSandbox(clock=clock, mornings=mornings) as slack,
        httpx.Client(base_url=slack.url, trust_env=False) as page,
    ):
        offered = page.get("/sandbox/morning").json()["offered"]
        assert [each["name"] for each in offered] == ["Half of the rows lost"]
        answer = page.post("/sandbox/morning", json={"fault": offered[0]["fault"]})
        assert answer.json()["now"].startswith("2013-06-30T12:05")
        shown = page.get("/sandbox/morning").json()
        assert shown["arrived"] == {
            "day": "2013-06-29",
            "rows": 2,
            "faults": ["Half of the rows lost"],
        }
        assert shown["next"] == "2013-07-01T08:05:00-04:00"
        page.post("/sandbox/morning")
        assert page.get("/sandbox/morning").json()["arrived"]["faults"] == []
        refused = page.post("/sandbox/morning", json={"fault": {"fault": "rows_lost", "lost": 2}})
        assert refused.status_code == 400
        assert "lost" in refused.json()["error"]


def test_faults_are_planted_and_taken_away_over_http(mornings: Mornings) -> None:
    with (
        SlackSandbox(mornings=mornings) as slack,
        httpx.Client(base_url=slack.url, trust_env=False) as page,
    ):
        path = "/sandbox/lake/faults"
        page.post(path, json={"fault": "column_empty", "column": "temp", "times": None})
        [fault] = page.get(path).json()["faults"]
        assert (fault["column"], fault["times"], fault["happened"]) == ("temp", None, 0)
        assert page.delete(f"{path}/{fault['id']}").status_code == 200
        assert page.delete(f"{path}/{fault['id']}").status_code == 404
        assert page.get(path).json()["faults"] == []


def test_a_workspace_without_mornings_offers_none() -> None:
    with SlackSandbox() as slack:
        assert httpx.get(f"{slack.url}/sandbox/morning", trust_env=False).status_code == 404
