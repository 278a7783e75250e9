from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import boto3
import polars as pl
import pytest

from core.manifest import Manifest, parse_manifest
from core.results import NO_VALUE, SliceFacts
from deploy.pipeline.steps.arguments import manifest as read_manifest
from deploy.pipeline.steps.names import names
from tests.unit.steps.conftest import VISITS

SHOPS = pl.DataFrame(
    {
        "code": ["north", "south", "west", "007", "south", "8", "none"],
        "name": ["Oak Street", " Main Street ", "Oak Street", "Bond Street", "Old", "", None],
    }
)
CALLED = {"south": "Main Street", "north": "Oak Street (north)", "west": "Oak Street (west)"}


def told(file: str) -> str:
    return f'{VISITS}\n[names.shop]\nfile = "{file}"\ncode = "code"\nname = "name"\n'


def shops(*values: str) -> Iterable[SliceFacts]:
    return [
        SliceFacts(column=column, value=value, rows=1, weight=1, positive_weight=0, metrics={})
        for column in ("shop", "calendar_hour")
        for value in values
    ]


def beside(folder: Path, file: str) -> Manifest:
    """The manifest as a step reads it."""
    (folder / "visits.toml").write_text(told(file), encoding="utf-8")
    return read_manifest(folder / "visits.toml")


def write(rows: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        rows.write_parquet(path)
    else:
        rows.write_csv(path)


@pytest.mark.parametrize("file", ["shops.csv", "shops.parquet"])
def test_values_have_the_names_of_a_file_beside_the_manifest(tmp_path: Path, file: str) -> None:
    write(SHOPS, tmp_path / file)
    found = names(beside(tmp_path, file), shops("north", "south", "west", NO_VALUE))
    assert found == {"shop": CALLED}


def test_a_code_is_text_with_its_zeros_in_front(tmp_path: Path) -> None:
    write(SHOPS, tmp_path / "shops.csv")
    found = names(beside(tmp_path, "shops.csv"), shops("007", "7"))
    assert found == {"shop": {"007": "Bond Street"}}


def test_a_value_without_a_name_keeps_its_code(tmp_path: Path) -> None:
    write(SHOPS, tmp_path / "shops.csv")
    assert names(beside(tmp_path, "shops.csv"), shops("east", "8", "none")) == {}


def test_names_may_lie_in_s3(aws: str, tmp_path: Path) -> None:
    write(SHOPS, tmp_path / "shops.parquet")
    client = boto3.client("s3")
    client.create_bucket(Bucket="lake")
    client.upload_file(str(tmp_path / "shops.parquet"), "lake", "names/shops.parquet")
    manifest = beside(tmp_path, "s3://lake/names/shops.parquet")
    assert names(manifest, shops("north", "west", "south")) == {"shop": CALLED}


@pytest.mark.parametrize(
    ("file", "content"),
    [("gone.csv", None), ("shops.csv", b"id,title\n1,x\n"), ("shops.parquet", b"no table")],
)
def test_no_day_fails_for_want_of_names(
    tmp_path: Path, file: str, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    if content is not None:
        (tmp_path / file).write_bytes(content)
    with caplog.at_level(logging.INFO):
        assert names(beside(tmp_path, file), shops("north")) == {}
    assert "The names of shop cannot be read" in caplog.text


def test_a_table_in_s3_that_is_not_there_is_no_names(aws: str) -> None:
    manifest = parse_manifest(told("s3://nowhere/shops.csv"), "visits.toml")
    assert names(manifest, shops("north")) == {}
