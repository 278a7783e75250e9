"""The data lake: folders `day=YYYY-MM-DD/` of Parquet or CSV files, in S3 or on disk.

Nothing is listed or read but the folders that are asked for, and nothing is held: what comes back
is a lazy frame.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from core.manifest import Csv, Manifest, Time
from deploy.pipeline.steps import s3
from deploy.pipeline.steps.refusal import StepRefusal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PARQUET: Final = ".parquet"
CSV: Final = (".csv", ".csv.gz")


class Lake(Protocol):
    """Where days of data lie."""

    def files(self, partition: dt.date) -> list[str]:
        """Addresses of the folder's data files, in order; none where there is no such folder."""
        ...

    @property
    def storage_options(self) -> dict[str, str] | None:
        """What Polars needs to read from it."""
        ...


@dataclass(frozen=True)
class Folder:
    """A lake on disk."""

    root: Path

    @property
    def storage_options(self) -> dict[str, str] | None:
        """None: files on disk need nothing."""
        return None

    def files(self, partition: dt.date) -> list[str]:
        """Paths of the folder's data files."""
        folder = self.root / f"day={partition.isoformat()}"
        return sorted(str(path) for path in folder.glob("*") if _is_data(path.name))


@dataclass(frozen=True)
class Bucket:
    """A lake in S3."""

    client: S3Client
    address: s3.S3Address

    @property
    def storage_options(self) -> dict[str, str] | None:
        """Region and address; credentials are found as boto3 finds them."""
        options = {}
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        if region:
            options["aws_region"] = region
        endpoint = s3.endpoint()
        if endpoint:
            options |= {"aws_endpoint_url": endpoint, "aws_virtual_hosted_style_request": "false"}
            if endpoint.startswith("http://"):
                options["aws_allow_http"] = "true"
        return options

    def files(self, partition: dt.date) -> list[str]:
        """Addresses of the folder's data files."""
        root = self.address.key.rstrip("/")
        prefix = f"{root}/day={partition.isoformat()}/".lstrip("/")
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.address.bucket, Prefix=prefix
        )
        try:
            keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        except self.client.exceptions.NoSuchBucket as error:
            raise StepRefusal(f"There is no bucket called {self.address.bucket}.") from error
        return sorted(f"s3://{self.address.bucket}/{key}" for key in keys if _is_data(key))


def open_lake(address: str) -> Lake:
    """The lake at `s3://bucket/prefix`, or in a folder.

    Raises:
        StepRefusal: There is no such folder.
    """
    if address.startswith("s3://"):
        return Bucket(s3.s3_client(), s3.S3Address.parse(address))
    root = Path(address)
    if not root.is_dir():
        raise StepRefusal(f"The data lake {address} is not a folder.")
    return Folder(root)


def partitions_of(day: dt.date, time: Time) -> list[dt.date]:
    """The folders in which rows of a day can lie: neighbours too where the zones differ."""
    start = dt.datetime.combine(day, dt.time(), time.days_in)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), time.days_in)
    last_moment = end.astimezone(dt.UTC) - dt.timedelta(microseconds=1)
    first = start.astimezone(time.partitions_in).date()
    last = last_moment.astimezone(time.partitions_in).date()
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def scan(lake: Lake, files: list[str], manifest: Manifest) -> list[tuple[str, pl.LazyFrame]]:
    """One lazy frame a file, with the types it was written with (CSV: all text)."""
    return [(file, _scan_file(file, lake.storage_options, manifest.csv)) for file in files]


def _scan_file(file: str, storage_options: dict[str, str] | None, csv: Csv) -> pl.LazyFrame:
    if file.endswith(PARQUET):
        return pl.scan_parquet(file, storage_options=storage_options, hive_partitioning=False)
    return pl.scan_csv(
        file,
        separator=csv.separator,
        null_values=list(csv.missing),
        infer_schema=False,
        storage_options=storage_options,
    )


def _is_data(name: str) -> bool:
    base = name.rsplit("/", 1)[-1]
    return not base.startswith(("_", ".")) and base.endswith((PARQUET, *CSV))
