from __future__ import annotations

import datetime as dt

import pytest

from core.spans import ONE_DAY
from core.written_days import day_in, told_from

TODAY = dt.date(2013, 6, 28)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2013-06-28", dt.date(2013, 6, 28)),
        ("20130628", dt.date(2013, 6, 28)),
        ("2013-06-28T06:00:00Z", dt.date(2013, 6, 28)),
        ("s3://acme/abalone/2013/06/28/abalone.csv", dt.date(2013, 6, 28)),
        ("s3://acme/abalone/dt=2013-06-28/", dt.date(2013, 6, 28)),
        ("from 2013-06-01 to 2013-06-28", None),
        ("2013-13-41", None),
        ("123456789012", None),
        ("2013-0628", None),
        ("ml.m5.xlarge", None),
        ("", None),
    ],
)
def test_a_day_is_found_in_what_a_parameter_says(text: str, day: dt.date | None) -> None:
    assert day_in(text) == day


@pytest.mark.parametrize(
    "written",
    [
        "2013-06-{:02}",
        "s3://acme/abalone/2013/06/{:02}/abalone.csv",
        "2013-06-{:02}T06:00:12Z",
        "abalone-2013-06-{0:02}-06-03-{0}-123",
        "from 2013-05-{:02} to 2013-06-{:02}",
    ],
)
def test_what_moves_on_with_the_day_is_the_same_of_each(written: str) -> None:
    days = [TODAY - ONE_DAY, TODAY]
    told = [told_from(day, written.format(day.day, day.day)) for day in days]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("s3://acme/2013-06-27/", "s3://other/2013-06-28/"),
        ("s3://acme/v2/2013-06-27/", "s3://acme/v3/2013-06-28/"),
        ("2013-06-27", "2013-06-01"),
        ("2013-13-41", "2013-13-42"),
        ("31", "63"),
    ],
)
def test_what_people_changed_beside_the_day_is_not(before: str, now: str) -> None:
    assert told_from(TODAY - ONE_DAY, before) != told_from(TODAY, now)
