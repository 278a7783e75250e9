"""What people call the values of slices, looked up in the tables that the manifest names."""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from polars.exceptions import PolarsError

from core.manifest import Manifest
from core.manifest_parts import NameTable
from core.results import SliceFacts
from deploy.pipeline.steps.lake import PARQUET
from deploy.pipeline.steps.refusal import StepRefusal
from deploy.pipeline.steps.s3 import S3Address, s3_client

log = logging.getLogger(__name__)

LONGEST: Final = 200
"""Characters of a name that are kept."""


def names(manifest: Manifest, slices: Iterable[SliceFacts]) -> dict[str, dict[str, str]]:
    """The names of a day's slices: column → value → name; a value that has none is left out.

    No day fails for want of names: a table that cannot be read is told in the log.
    """
    found = {}
    values = [(each.column, each.value) for each in slices]
    for column, table in manifest.names.items():
        wanted = [value for of, value in values if of == column]
        try:
            found[column] = _looked_up(table, wanted)
        except _UNREADABLE as error:
            log.info("The names of %s cannot be read: %s", column, error)
    return {column: known for column, known in found.items() if known}


_UNREADABLE: Final = (
    OSError,
    PolarsError,
    StepRefusal,
    ClientError,
    BotoCoreError,
    Boto3Error,
)


def _looked_up(table: NameTable, values: list[str]) -> dict[str, str]:
    """The first name of each value; one that several share has the value behind it."""
    rows = (
        _read(table)
        .select(
            pl.col(table.code).cast(pl.String).alias("code"),
            pl.col(table.name).cast(pl.String).str.strip_chars().str.head(LONGEST).alias("name"),
        )
        .filter(pl.col("code").is_in(values) & (pl.col("name").str.len_chars() > 0))
        .unique("code", keep="first", maintain_order=True)
    )
    known: dict[str, str] = dict(rows.collect().rows())
    shared = {name for name, times in Counter(known.values()).items() if times > 1}
    return {c: f"{name} ({c})" if name in shared else name for c, name in known.items()}


def _read(table: NameTable) -> pl.LazyFrame:
    """A CSV file is all text, so that a code keeps its leading zeros."""
    source = Path(table.file) if table.is_beside else _fetched(table.file)
    if table.file.endswith(PARQUET):
        return pl.scan_parquet(source)
    return pl.scan_csv(source, infer_schema=False)


def _fetched(address: str) -> io.BytesIO:
    place = S3Address.parse(address)
    body = s3_client().get_object(Bucket=place.bucket, Key=place.key)["Body"]
    return io.BytesIO(body.read())
