"""The flights' data lake in the embedded S3."""

from __future__ import annotations

import datetime as dt
import io

import polars as pl
import pytest

from mlpipe_sandbox.lake import BUCKET, FlightsLake, key_of, read_flights

from .conftest import Aws, until


@pytest.fixture(scope="module")
def days() -> dict[dt.date, pl.DataFrame]:
    return read_flights()


def test_no_flight_is_lost_or_doubled(days: dict[dt.date, pl.DataFrame]) -> None:
    assert len(days) == 365
    assert sum(rows.height for rows in days.values()) == 336_776
    known = sum(rows["arr_delay"].is_not_null().sum() for rows in days.values())
    assert known == 327_346


def test_a_day_is_a_day_of_new_york(days: dict[dt.date, pl.DataFrame]) -> None:
    for day in (dt.date(2013, 1, 1), dt.date(2013, 6, 28), dt.date(2013, 12, 31)):
        rows = days[day]
        named = rows.select(pl.date("year", "month", "day").alias("named"))["named"]
        assert set(named) == {day}
        assert rows.schema["time_hour"] == pl.Datetime("us", "UTC")


def test_nearly_every_flight_knows_its_weather(days: dict[dt.date, pl.DataFrame]) -> None:
    table = pl.concat(days.values())
    assert table["temp"].null_count() < 0.01 * table.height
    assert table["visib"].dtype == pl.Float64


def test_only_past_days_are_there_and_each_is_put_once(aws: Aws) -> None:
    lake = FlightsLake(aws.sandbox.endpoint_url)
    first = lake.publish_until(dt.date(2013, 1, 4))
    assert first == [dt.date(2013, 1, day) for day in (1, 2, 3)]
    assert lake.publish_until(dt.date(2013, 1, 4)) == []
    assert lake.publish_until(dt.date(2013, 1, 5)) == [dt.date(2013, 1, 4)]
    content = aws.s3.get_object(Bucket=BUCKET, Key=key_of(dt.date(2013, 1, 1)))["Body"].read()
    assert pl.read_parquet(io.BytesIO(content)).height == 842


def test_a_day_arrives_once_it_is_over(aws: Aws) -> None:
    today = dt.date(2013, 1, 7)
    lake = FlightsLake(aws.sandbox.endpoint_url)

    def last() -> str:
        return str(aws.s3.list_objects_v2(Bucket=BUCKET)["Contents"][-1]["Key"])

    with lake.arriving(lambda: today):
        assert last() == key_of(dt.date(2013, 1, 6))
        today = dt.date(2013, 1, 9)
        until(lambda: last() == key_of(dt.date(2013, 1, 8)))
