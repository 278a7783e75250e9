"""Two real tables whose mornings are replayed."""

from __future__ import annotations

import datetime as dt
import enum
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from core.manifest import Manifest, parse_manifest
from mlpipe_sandbox.faults.feed import UnitChanged
from mlpipe_sandbox.lake import read_flights

ROOT = Path(__file__).parents[2]
VEGA = "vega-datasets@3.2.1"
SAMPLE = 0.1
"""Share of the 3 million flights of 2001 that is replayed: about 1,650 a day, drawn with seed 1."""
SMALL = {"WindowDays": "20", "ValidationDays": "2", "MaxTrees": "20"}
"""Settings of the models that every test run trains, of June 2013."""
SMALL_FIRST = dt.date(2013, 6, 2)
SMALL_HISTORY = dt.timedelta(days=16)


class Table(enum.StrEnum):
    """Their names."""

    NEW_YORK_2013 = "flights out of New York in 2013"
    USA_2001 = "flights in the United States in 2001"


@dataclass(frozen=True)
class Mornings:
    """Which mornings of a table are replayed, and what belongs to it."""

    manifest: Path
    first: dt.date
    last: dt.date
    unit: UnitChanged

    def read_manifest(self) -> Manifest:
        """The table's manifest."""
        manifest = parse_manifest(self.manifest.read_text(encoding="utf-8"), self.manifest.name)
        return manifest.from_folder(str(self.manifest.parent))


MORNINGS = {
    Table.NEW_YORK_2013: Mornings(
        manifest=ROOT / "deploy/pipeline/datasets/flights.toml",
        first=dt.date(2013, 3, 10),
        last=dt.date(2013, 12, 20),
        unit=UnitChanged(column="temp", factor=5 / 9, offset=-160 / 9),  # °F to °C
    ),
    Table.USA_2001: Mornings(
        manifest=ROOT / "tests/mornings/flights-2001.toml",
        first=dt.date(2001, 3, 2),
        last=dt.date(2001, 6, 30),
        unit=UnitChanged(column="distance", factor=1.609344),  # miles to kilometres
    ),
}


def days_of(table: Table, scratch: Path) -> dict[dt.date, pl.DataFrame]:
    """A table's rows by day; the second one is fetched with npm, which has to be there."""
    if table is Table.NEW_YORK_2013:
        return read_flights()
    rows = pl.read_parquet(_vega(scratch)).sample(fraction=SAMPLE, seed=1).sort("date")
    by_day = rows.with_columns(day=pl.col("date").dt.date()).partition_by(
        "day", as_dict=True, include_key=False
    )
    return {day: part for (day,), part in sorted(by_day.items())}


def _vega(scratch: Path) -> Path:
    found = scratch / "flights-3m.parquet"
    if not found.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm, which fetches the second table, is not installed")
        command = [npm, "pack", VEGA, "--silent"]
        subprocess.run(command, cwd=scratch, check=True, capture_output=True)
        (archive,) = scratch.glob("vega-datasets-*.tgz")
        with tarfile.open(archive) as packed, found.open("wb") as target:
            content = packed.extractfile("package/data/flights-3m.parquet")
            assert content is not None
            shutil.copyfileobj(content, target)
        archive.unlink()
    return found
