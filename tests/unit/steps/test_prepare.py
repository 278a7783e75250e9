from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import boto3
import polars as pl
import pytest

from core.manifest import Manifest, parse_manifest
from deploy.pipeline.steps import prepare
from deploy.pipeline.steps.columns import LABEL, TIME, WEIGHT
from deploy.pipeline.steps.lake import Folder, open_lake, partitions_of
from deploy.pipeline.steps.prepare import (
    WindowSpan,
    prepare_day,
    prepare_scored_day,
    prepare_window,
)
from deploy.pipeline.steps.prepared import read_window
from deploy.pipeline.steps.refusal import StepRefusal

DAY = dt.date(2024, 3, 12)
Visits = Callable[..., pl.DataFrame]


def put(lake: Path, rows: pl.DataFrame, day: dt.date = DAY) -> None:
    rows.write_parquet(lake / f"day={day}" / "part-0.parquet")


def prepared(manifest: Manifest, lake: Path, target: Path) -> pl.DataFrame:
    prepare_day(manifest, Folder(lake), DAY, target / "day.parquet")
    return pl.read_parquet(target / "day.parquet")


def test_a_window_is_the_days_before_the_scored_one(
    manifest: Manifest, lake: Path, tmp_path: Path
) -> None:
    window = prepare_window(manifest, Folder(lake), WindowSpan(DAY, 10, 3), tmp_path / "train")
    assert (window.first_day, window.last_day) == (dt.date(2024, 3, 2), dt.date(2024, 3, 11))
    assert [path.stem for path in window.validation_files] == [
        "2024-03-09",
        "2024-03-10",
        "2024-03-11",
    ]
    assert len(window.fit_files) == 7
    assert read_window(tmp_path / "train").facts == window.facts


def test_only_the_folders_of_the_window_are_read(
    manifest: Manifest, lake: Path, tmp_path: Path
) -> None:
    (lake / "day=2024-03-01" / "part-0.parquet").write_bytes(b"not parquet")
    (lake / "README.txt").write_text("no day", encoding="utf-8")
    prepare_window(manifest, Folder(lake), WindowSpan(DAY, 10, 3), tmp_path / "train")


def test_a_day_that_the_lake_lacks_is_left_out_of_the_window(
    manifest: Manifest, lake: Path, tmp_path: Path
) -> None:
    (lake / "day=2024-03-05" / "part-0.parquet").unlink()
    window = prepare_window(manifest, Folder(lake), WindowSpan(DAY, 10, 3), tmp_path / "train")
    assert dt.date(2024, 3, 5) not in {counts.day for counts in window.facts.days}
    assert len(window.facts.days) == 9


def test_rows_without_a_label_are_counted_and_kept(
    manifest: Manifest, lake: Path, visits: Visits, tmp_path: Path
) -> None:
    rows = visits(DAY).with_row_index("n")
    put(lake, rows.with_columns(bought=pl.when(pl.col("n") >= 30).then("bought")).drop("n"))
    counts = prepare_scored_day(manifest, Folder(lake), DAY, tmp_path / "day")
    assert (counts.read, counts.labelled) == (400, 370)
    assert counts.weight == 370.0


def test_a_day_in_another_zone_takes_rows_of_two_folders(
    lake: Path, visits: Visits, tmp_path: Path
) -> None:
    text = """
name = "visits"
numeric = ["age"]
[time]
column = "at"
day_zone = "Asia/Tokyo"
partition_zone = "UTC"
[label]
column = "bought"
"""
    manifest = parse_manifest(text, "m.toml")
    assert partitions_of(DAY, manifest.time) == [dt.date(2024, 3, 11), DAY]
    found = prepared(manifest, lake, tmp_path)
    assert found[TIME].min() >= dt.datetime(2024, 3, 11, 15, tzinfo=dt.UTC)  # type: ignore[operator] # of any type
    assert found[TIME].max() < dt.datetime(2024, 3, 12, 15, tzinfo=dt.UTC)  # type: ignore[operator] # of any type
    both = pl.concat([visits(DAY - dt.timedelta(days=1)), visits(DAY)])
    local = pl.col("at").dt.convert_time_zone("Asia/Tokyo").dt.date()
    assert found.height == both.filter(local == DAY).height


def test_rows_of_another_day_are_left_out_and_told(
    manifest: Manifest,
    lake: Path,
    visits: Visits,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(lake, pl.concat([visits(DAY), visits(DAY + dt.timedelta(days=1)).head(7)]))
    caplog.set_level("INFO")
    assert prepared(manifest, lake, tmp_path).height == 400
    assert "has 7 rows of other days in UTC" in caplog.text


def test_a_day_of_25_hours_is_one_day(lake: Path) -> None:
    time = parse_manifest(
        'name = "x"\nnumeric = ["a"]\n[label]\ncolumn = "b"\n'
        '[time]\ncolumn = "at"\nday_zone = "America/New_York"\npartition_zone = "UTC"',
        "m.toml",
    ).time
    assert partitions_of(dt.date(2013, 11, 3), time) == [dt.date(2013, 11, 3), dt.date(2013, 11, 4)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows.drop("age"), "no column age"),
        (lambda rows: rows.drop("bought", "shop"), r"bought \(label\)"),
        (lambda rows: rows.with_columns(age=pl.lit("old")), "text in age"),
        (lambda rows: rows.with_columns(age=pl.lit(dt.date(2024, 1, 1))), "age is Date"),
        (lambda rows: rows.with_columns(shop=pl.concat_list("age")), "shop is List"),
        (lambda rows: rows.with_columns(at=pl.col("at").cast(pl.String)), 'format = "iso"'),
        (lambda rows: rows.with_columns(bought=pl.lit(3)), "neither 0 nor 1"),
        (lambda rows: rows.with_columns(id=pl.lit("same")), r"1 keys \(id\) occur more than once"),
        (lambda rows: rows.clear(), "no rows of 2024-03-12"),
        (lambda rows: rows.with_columns(bought=None), "None of the 400 rows .* has a label"),
    ],
)
def test_a_day_that_cannot_be_used_is_refused_with_a_sentence(
    manifest: Manifest,
    lake: Path,
    visits: Visits,
    tmp_path: Path,
    *,
    change: Callable[[pl.DataFrame], pl.DataFrame],
    told: str,
) -> None:
    put(lake, change(visits(DAY)))
    with pytest.raises(StepRefusal, match=told):
        prepare_scored_day(manifest, Folder(lake), DAY, tmp_path / "day")


def test_an_empty_day_is_refused_by_name(manifest: Manifest, lake: Path, tmp_path: Path) -> None:
    with pytest.raises(StepRefusal, match="no data for 2024-04-01"):
        prepare_scored_day(manifest, Folder(lake), dt.date(2024, 4, 1), tmp_path / "day")


def test_a_window_of_a_single_class_is_refused(
    manifest: Manifest, lake: Path, visits: Visits, tmp_path: Path
) -> None:
    for number in range(1, 12):
        day = dt.date(2024, 3, number)
        put(lake, visits(day).with_columns(bought=pl.lit(value=False)), day)
    with pytest.raises(StepRefusal, match="single class"):
        prepare_window(manifest, Folder(lake), WindowSpan(DAY, 10, 3), tmp_path / "train")


def test_a_scored_day_of_a_single_class_is_left_to_the_gate(
    manifest: Manifest, lake: Path, visits: Visits, tmp_path: Path
) -> None:
    put(lake, visits(DAY).with_columns(bought=pl.lit(value=True)))
    counts = prepare_scored_day(manifest, Folder(lake), DAY, tmp_path / "day")
    assert counts.positives == counts.labelled == 400


def test_a_window_needs_days_before_those_that_stop_training() -> None:
    with pytest.raises(StepRefusal, match="ValidationDays"):
        WindowSpan(DAY, 7, 7)


def test_kept_negatives_weigh_what_they_stand_for(
    lake: Path, visits: Visits, tmp_path: Path
) -> None:
    text = 'name = "v"\nnumeric = ["age"]\n[time]\ncolumn = "at"\n[label]\ncolumn = "bought"\n'
    manifest = parse_manifest(text + "[weight]\nnegatives_kept = 0.25\n", "m.toml")
    found = prepared(manifest, lake, tmp_path)
    assert found.filter(pl.col(LABEL) == 0)[WEIGHT].unique().to_list() == [4.0]
    assert found.filter(pl.col(LABEL) == 1)[WEIGHT].unique().to_list() == [1.0]


def test_a_weight_that_is_missing_is_refused(lake: Path, visits: Visits, tmp_path: Path) -> None:
    text = 'name = "v"\nnumeric = ["age"]\n[time]\ncolumn = "at"\n[label]\ncolumn = "bought"\n'
    manifest = parse_manifest(text + '[weight]\ncolumn = "w"\n', "m.toml")
    put(lake, visits(DAY).with_columns(w=pl.when(pl.col("age") > 20).then(1.5)))
    with pytest.raises(StepRefusal, match="no positive weight in w"):
        prepared(manifest, lake, tmp_path)


@pytest.mark.parametrize(
    ("fmt", "zone", "written"),
    [
        ("iso", "UTC", "2024-03-12T09:30:00Z"),
        ("iso", "UTC", "2024-03-12T18:30:00.250+09:00"),
        ("iso", "Asia/Tokyo", "2024-03-12 18:30:00"),
        ("iso", "Asia/Tokyo", "2024-03-12T18:30"),
        ("seconds", "UTC", "1710235800"),
        ("milliseconds", "UTC", "1710235800000"),
    ],
)
def test_times_are_read_as_the_manifest_says(
    tmp_path: Path, fmt: str, zone: str, written: str
) -> None:
    text = (
        f'name = "v"\nnumeric = ["age"]\n[label]\ncolumn = "bought"\n'
        f'[time]\ncolumn = "at"\nformat = "{fmt}"\nzone = "{zone}"\n'
    )
    folder = tmp_path / f"day={DAY}"
    folder.mkdir()
    (folder / "a.csv").write_text(f"at,age,bought\n{written},3,1\n{written},,0\n", encoding="utf-8")
    found = prepared(parse_manifest(text, "m.toml"), tmp_path, tmp_path)
    moment = found[TIME][0].replace(microsecond=0)
    assert moment == dt.datetime(2024, 3, 12, 9, 30, tzinfo=dt.UTC)
    assert found["age"].to_list() == [3.0, None]


def test_a_time_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    text = (
        'name = "v"\nnumeric = ["age"]\n[label]\ncolumn = "bought"\n'
        '[time]\ncolumn = "at"\nformat = "iso"\n'
    )
    folder = tmp_path / f"day={DAY}"
    folder.mkdir()
    (folder / "a.csv").write_text("at,age,bought\nyesterday,3,1\n", encoding="utf-8")
    with pytest.raises(StepRefusal, match="1 rows have no readable time in at"):
        prepared(parse_manifest(text, "m.toml"), tmp_path, tmp_path)


def test_days_of_s3_are_read_where_the_environment_says(
    aws: str, manifest: Manifest, lake: Path, tmp_path: Path
) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="lake")
    s3.upload_file(str(lake / f"day={DAY}" / "part-0.parquet"), "lake", f"v/day={DAY}/a.parquet")
    counts = prepare_scored_day(manifest, open_lake("s3://lake/v"), DAY, tmp_path / "day")
    assert counts.read == 400
    with pytest.raises(StepRefusal, match="no bucket called nowhere"):
        prepare_scored_day(manifest, open_lake("s3://nowhere/v"), DAY, tmp_path / "day")


def test_a_refusal_is_one_sentence_where_sagemaker_looks(
    manifest_file: Path, lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = tmp_path / "output" / "message"
    status = prepare.main(
        [
            *("--manifest", str(manifest_file), "--lake", str(lake), "--day", "2024-04-01"),
            *("--day-rows", str(tmp_path / "day"), "--failure", str(message)),
        ]
    )
    told = message.read_text(encoding="utf-8")
    assert status == 1
    assert told.startswith("The data lake has no data for 2024-04-01")
    assert capsys.readouterr().err == told + "\n"
