"""Columns of very many values, through the steps' own code and the report's."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from core.day_result import DayResult
from core.evidence.alarms import Alarm, Fault, alarms
from core.evidence.columns import ColumnFault
from core.manifest import Manifest, parse_manifest
from core.messages import Translator
from core.model_quality import ModelQuality, Task
from core.results import OTHER_VALUES, DayFacts, FeatureFacts, Run
from core.spans import ONE_DAY
from deploy.pipeline.steps.backfill import Backfill, PreparedDays, Settings
from deploy.pipeline.steps.categories import bucket, levels_of
from deploy.pipeline.steps.lake import Folder
from deploy.pipeline.steps.model import Model, load_model, matrix
from deploy.pipeline.steps.prepare import WindowSpan, prepare_window
from deploy.pipeline.steps.prepared import Window
from deploy.pipeline.steps.resolved import Resolved
from deploy.pipeline.steps.train import Hyperparameters, train
from reports.verdict.columns import column_fault

CLICKS = """
name = "clicks"
numeric = ["bid"]
categorical = ["campaign"]

[time]
column = "at"
zone = "UTC"

[label]
column = "clicked"

[weight]
column = "counts"
"""
CAP = 12
BUCKETS = 8
CAPPED = f"{CLICKS}\n[cardinality.campaign]\ncap = {CAP}\n"
HASHED = f"{CLICKS}\n[cardinality.campaign]\nhash = {BUCKETS}\n"
FIRST = dt.date(2024, 3, 1)
LAST = FIRST + 20 * ONE_DAY
SETTINGS = Settings.parse(
    {"WindowDays": "3", "ValidationDays": "1", "MaxTrees": "4", "MinimumRows": "10"}
)


def clicks(day: dt.date, *, renamed: bool = False) -> pl.DataFrame:
    """Five campaigns that last, and new ones every day that are seen for two days."""
    rows, number = 600, (day - FIRST).days
    random = np.random.default_rng(number)
    lasting = random.integers(0, 5, rows)
    passing = 100 + number * 12 + random.integers(-12, 12, rows)
    campaign = np.where(random.random(rows) < 0.6, lasting, passing)
    clicked = random.random(rows) < np.where(campaign == 3, 0.6, 0.2)
    name = "Campaign" if renamed else "campaign"
    return pl.DataFrame(
        {
            "at": [dt.datetime.combine(day, dt.time(hour=n % 24), dt.UTC) for n in range(rows)],
            "bid": random.uniform(1, 9, rows),
            "campaign": [f"{name}-{n}" for n in campaign],
            "counts": np.where(campaign == 4, 0.01, 1.0),
            "clicked": pl.Series(clicked, dtype=pl.Boolean),
        }
    ).with_columns(campaign=pl.when(pl.int_range(pl.len()) > 20).then("campaign"))


def write(rows: pl.DataFrame, lake: Path, day: dt.date) -> None:
    (lake / f"day={day}").mkdir(parents=True, exist_ok=True)
    rows.write_parquet(lake / f"day={day}" / "part-0.parquet")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("clicks")
    for number in range((LAST - FIRST).days + 1):
        write(clicks(FIRST + number * ONE_DAY), root, FIRST + number * ONE_DAY)
    return root


def manifest_of(text: str) -> Manifest:
    return parse_manifest(text, "clicks.toml")


@pytest.fixture(scope="module")
def window(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Window:
    span = WindowSpan(FIRST + 4 * ONE_DAY, 4, 1)
    return prepare_window(manifest_of(CLICKS), Folder(lake), span, tmp_path_factory.mktemp("w"))


def trained(text: str, window: Window) -> Model:
    return train(manifest_of(text), window, Hyperparameters.parse({"MaxTrees": "8"}))


def rows_of(window: Window) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(f) for f in (*window.fit_files, *window.validation_files)])


def test_the_heaviest_values_of_the_window_are_told_apart(window: Window) -> None:
    levels = trained(CAPPED, window).spec.levels["campaign"]
    heaviest = (
        rows_of(window)
        .drop_nulls("campaign")
        .group_by("campaign")
        .agg(pl.col("mlpipe_weight").sum())
        .sort("mlpipe_weight", "campaign", descending=[True, False])["campaign"]
        .head(CAP)
    )
    assert levels == (*sorted(heaviest), OTHER_VALUES)
    assert "campaign-4" not in levels  # frequent, and of hardly any weight


def test_all_other_values_score_alike_and_not_as_if_they_were_empty(window: Window) -> None:
    model = trained(CAPPED, window)
    rows = rows_of(window).head(50)
    rare, new, empty = (
        matrix(rows.with_columns(campaign=pl.lit(value, dtype=pl.String)), model.spec)[:, -1]
        for value in ("campaign-4", "never seen", None)
    )
    assert np.array_equal(rare, new)
    assert np.isfinite(new).all()
    assert np.isnan(empty).all()


def test_without_a_cap_every_value_is_told_apart_as_before(window: Window) -> None:
    every = rows_of(window)["campaign"].drop_nulls().unique().sort()
    files = [*window.fit_files, *window.validation_files]
    assert levels_of(files, manifest_of(CLICKS)) == {"campaign": tuple(every)}


def test_a_value_has_the_same_bucket_in_every_process() -> None:
    assert [bucket(value, 1000) for value in ("campaign-1", "地図", "")] == ["#637", "#315", "#876"]


def test_values_of_one_bucket_score_alike(window: Window) -> None:
    model = trained(HASHED, window)
    assert model.spec.levels["campaign"] == tuple(f"#{n}" for n in range(BUCKETS))
    same = [f"new-{n}" for n in range(200) if bucket(f"new-{n}", BUCKETS) == "#3"]
    rows = pl.DataFrame({"bid": [5.0] * len(same), "campaign": same})
    assert len(same) > 1
    assert len(set(model.score(rows))) == 1
    assert set(matrix(rows, model.spec)[:, -1]) == {3.0}


@pytest.mark.parametrize("text", [CAPPED, HASHED])
def test_a_model_that_was_kept_sees_its_columns_as_before(
    window: Window, tmp_path: Path, text: str
) -> None:
    model = trained(text, window)
    model.save(tmp_path)
    rows = rows_of(window)
    assert np.array_equal(load_model(tmp_path).score(rows), model.score(rows))


def mornings(text: str, lake: Path, scratch: Path) -> list[DayResult]:
    """The days from the fifth on, as a backfill leaves them."""
    days = PreparedDays(manifest_of(text), Folder(lake), scratch / "days")
    run = Run(
        pipeline="clicks",
        environment="production",
        day=LAST,
        run="one",
        kind="train",
        started=dt.datetime(2024, 4, 1, tzinfo=dt.UTC),
    )
    backfill = Backfill(days, SETTINGS, run)
    found = [
        backfill.day(FIRST + n * ONE_DAY, Resolved(), scratch).evaluation
        for n in range(4, (LAST - FIRST).days + 1)
    ]
    return [
        DayResult(
            run=each.run,
            quality=ModelQuality(Task.BINARY, {}),
            facts=DayFacts.model_validate_json(each.facts.model_dump_json()),
        )
        for each in found
    ]


def of_columns(results: list[DayResult]) -> list[Alarm]:
    found = alarms(results[-1], results[:-1])
    return [each for each in found if each.fault is Fault.COLUMN]


def campaign(result: DayResult) -> FeatureFacts:
    assert result.facts is not None
    return next(each for each in result.facts.features if each.name == "campaign")


@pytest.fixture(scope="module")
def broken_lake(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same days, the last one with its campaigns renamed."""
    root = tmp_path_factory.mktemp("broken")
    for folder in lake.iterdir():
        (root / folder.name).symlink_to(folder)
    (root / f"day={LAST}").unlink()
    write(clicks(LAST, renamed=True), root, LAST)
    return root


def test_the_usual_share_of_new_values_is_no_drift(lake: Path, tmp_path: Path) -> None:
    results = mornings(CAPPED, lake, tmp_path)
    shares = [(campaign(each).shares or {})[OTHER_VALUES] for each in results]
    assert min(shares) > 0.1
    assert of_columns(results) == []


def test_without_a_cap_the_recent_days_say_how_many_values_are_usually_new(
    lake: Path, tmp_path: Path
) -> None:
    assert of_columns(mornings(CLICKS, lake, tmp_path)) == []


def test_renamed_values_of_a_capped_column_are_named(broken_lake: Path, tmp_path: Path) -> None:
    results = mornings(CAPPED, broken_lake, tmp_path)
    (alarm,) = of_columns(results)
    assert alarm.column is not None
    assert alarm.column.fault is ColumnFault.RENAMED
    assert alarm.column.value > 0.9 > 0.6 > (alarm.column.usual or 1.0)
    told = Translator().plain(column_fault(alarm.column))
    assert told.startswith(
        "campaign has values in 96\N{NO-BREAK SPACE}% of rows that are not among its frequent"
    )


def test_a_hashed_column_is_told_by_its_buckets(lake: Path, tmp_path: Path) -> None:
    results = mornings(HASHED, lake, tmp_path)
    facts = campaign(results[-1])
    assert facts.kind == "hashed"
    assert set(facts.shares or {}) <= {f"#{n}" for n in range(BUCKETS)}
    assert sum((facts.shares or {}).values()) == pytest.approx(1 - facts.missing)
    assert facts.distinct > BUCKETS
    assert of_columns(results) == []
