"""Prepare's memory follows what it writes, not what lies in the lake."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

DAY = dt.date(2024, 3, 12)
ROWS = 200_000
UNUSED = 40
"""Columns that no manifest names: 64 MB a day, were they read."""
OTHER_DAYS = 6
MANIFEST = """
name = "visits"
numeric = ["age"]
[time]
column = "at"
[label]
column = "bought"
"""
PEAK = """
import re, sys
from pathlib import Path
from deploy.pipeline.steps.prepare import main
code = main(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
sys.exit(code)
"""
"""Prints the peak of resident memory in kB (getrusage would count the test's own, before exec)."""


def write_day(lake: Path, day: dt.date, *, unused: int) -> None:
    dice = np.random.default_rng(day.toordinal())
    start = np.datetime64(f"{day}T00:00:00", "us")
    columns = {
        "at": start + np.arange(ROWS) * np.timedelta64(86_400_000_000 // ROWS, "us"),
        "age": dice.normal(40, 9, ROWS),
        "bought": dice.integers(0, 2, ROWS),
        **{f"unused_{number}": dice.normal(size=ROWS) for number in range(unused)},
    }
    folder = lake / f"day={day}"
    folder.mkdir(parents=True)
    pl.DataFrame(columns).write_parquet(folder / "part-0.parquet", row_group_size=20_000)


def peak(tmp_path: Path, lake: Path, name: str) -> int:
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(MANIFEST)
    steps = ["--manifest", str(manifest), "--lake", str(lake), "--day", str(DAY)]
    ended = subprocess.run(
        [sys.executable, "-c", PEAK, *steps, "--day-rows", str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(ended.stdout.split()[-1])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_columns_and_days_that_are_not_asked_for_cost_no_memory(tmp_path: Path) -> None:
    write_day(tmp_path / "small", DAY, unused=0)
    for number in range(OTHER_DAYS + 1):
        write_day(tmp_path / "large", DAY - dt.timedelta(days=number), unused=UNUSED)
    small = peak(tmp_path, tmp_path / "small", "rows_of_small")
    large = peak(tmp_path, tmp_path / "large", "rows_of_large")
    assert large < 1.2 * small
