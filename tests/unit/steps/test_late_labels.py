from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from core.manifest import Labels, Manifest, TimeFormat, UntilThen
from deploy.pipeline.steps.label_age import label_age_at
from deploy.pipeline.steps.lake import Folder
from deploy.pipeline.steps.prepare import WindowSpan, prepare_day
from deploy.pipeline.steps.refusal import StepRefusal

DAY = dt.date(2024, 3, 12)
Visits = Callable[..., pl.DataFrame]


def put(lake: Path, rows: pl.DataFrame, day: dt.date = DAY) -> None:
    rows.write_parquet(lake / f"day={day}" / "part-0.parquet")


def late(manifest: Manifest, until_then: str = "negative") -> Manifest:
    """The visits, of which it is known later whether they bought."""
    labels = Labels(arrived_at="known_at", matures_after=7, until_then=UntilThen(until_then))
    return manifest.model_copy(update={"labels": labels})


def waiting(rows: pl.DataFrame) -> pl.DataFrame:
    """Every second purchase is known two days after the visit, the others after an hour."""
    number = pl.int_range(pl.len())
    hours = pl.when(number % 2 == 0).then(48).otherwise(1)
    come = pl.when("bought").then(pl.col("at") + pl.duration(hours=hours))
    return rows.with_columns(known_at=come)


@pytest.mark.parametrize("age", [1, 2, 3, 4, 7])
def test_a_day_has_the_labels_that_had_come_by_then(
    manifest: Manifest, lake: Path, visits: Visits, tmp_path: Path, age: int
) -> None:
    rows = waiting(visits(DAY))
    put(lake, rows)
    counts = prepare_day(late(manifest), Folder(lake), DAY, tmp_path / "d", label_age=age)
    midnight = dt.datetime.combine(DAY + dt.timedelta(days=age), dt.time(), dt.UTC)
    come = rows.filter(pl.col("bought") & (pl.col("known_at") < midnight)).height
    assert (counts.read, counts.labelled, counts.positives) == (400, 400, come)
    assert counts.label_age == age
    assert (come == rows["bought"].sum()) == (age >= 3)


def test_the_midnight_is_that_of_the_zone_that_days_are_in(
    manifest: Manifest, lake: Path, visits: Visits, tmp_path: Path
) -> None:
    time = manifest.time.model_copy(update={"day_zone": "Asia/Tokyo", "partition_zone": "UTC"})
    rows = pl.concat([waiting(visits(DAY - dt.timedelta(days=1))), waiting(visits(DAY))])
    put(lake, rows.filter(pl.col("at").dt.day() == DAY.day))
    put(lake, rows.filter(pl.col("at").dt.day() < DAY.day), DAY - dt.timedelta(days=1))
    there = late(manifest).model_copy(update={"time": time})
    counts = prepare_day(there, Folder(lake), DAY, tmp_path / "d", label_age=1)
    midnight = dt.datetime(DAY.year, DAY.month, DAY.day, 15, tzinfo=dt.UTC)
    day = pl.col("at").is_between(midnight - dt.timedelta(days=1), midnight, closed="left")
    come = rows.filter(day & pl.col("bought") & (pl.col("known_at") < midnight)).height
    assert counts.positives == come


def test_what_is_not_known_yet_may_have_no_label(
    manifest: Manifest, lake: Path, visits: Visits, tmp_path: Path
) -> None:
    rows = waiting(visits(DAY))
    put(lake, rows)
    counts = prepare_day(late(manifest, "none"), Folder(lake), DAY, tmp_path / "d", label_age=1)
    midnight = dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(), dt.UTC)
    come = rows.filter(pl.col("known_at") < midnight).height
    assert counts.positives == come
    assert counts.labelled == come + 400 - rows["bought"].sum()


def test_a_day_of_which_nothing_has_come_is_one_without_positives(
    manifest: Manifest, lake: Path, visits: Visits, tmp_path: Path
) -> None:
    rows = visits(DAY).with_columns(bought=False, known_at=pl.lit(None))
    put(lake, rows)
    counts = prepare_day(late(manifest), Folder(lake), DAY, tmp_path / "d", label_age=1)
    assert (counts.labelled, counts.positives) == (400, 0)


def test_an_arrival_that_cannot_be_read_is_refused(
    manifest: Manifest, lake: Path, visits: Visits, tmp_path: Path
) -> None:
    iso = manifest.model_copy(
        update={"time": manifest.time.model_copy(update={"format": TimeFormat.ISO})}
    )
    rows = visits(DAY).with_columns(
        pl.col("at").dt.to_string("%Y-%m-%dT%H:%M:%SZ"), known_at=pl.lit("soon")
    )
    put(lake, rows)
    with pytest.raises(StepRefusal, match=r"400 rows have no readable time in known_at \(iso\)"):
        prepare_day(late(iso), Folder(lake), DAY, tmp_path / "d", label_age=1)


@pytest.mark.parametrize(
    ("wanted", "age"), [(0, 3), (1, 1), (7, 7)], ids=["as old as they are", "young", "mature"]
)
def test_labels_are_as_old_as_is_wanted(manifest: Manifest, wanted: int, age: int) -> None:
    at = dt.datetime.combine(DAY + dt.timedelta(days=3), dt.time(6), dt.UTC)
    assert label_age_at(late(manifest), DAY, wanted=wanted, at=at) == age
    assert label_age_at(manifest, DAY, wanted=wanted, at=at) is None


def test_a_window_leaves_out_the_days_whose_labels_are_too_young(
    manifest: Manifest, lake: Path, tmp_path: Path
) -> None:
    span = WindowSpan(DAY, 6, 2, late(manifest).window_lag)
    assert (span.all_days[0], span.all_days[-1]) == (dt.date(2024, 3, 1), dt.date(2024, 3, 6))
    assert span.validation_from == dt.date(2024, 3, 5)
