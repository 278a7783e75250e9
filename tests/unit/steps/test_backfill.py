from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import polars as pl
import pytest

from core.results import ANALYSIS, EVALUATION, FACTS, GATE, RUN, SCORES, DayFacts, Run
from deploy.pipeline.steps import backfill, evaluate, prepare, train
from deploy.pipeline.steps.resolved import VERSIONS, Resolved

FILES = {EVALUATION, ANALYSIS, FACTS, GATE, RUN, SCORES}


@pytest.fixture
def bucket(aws: str) -> str:
    boto3.client("s3").create_bucket(Bucket="results")
    return "results"


def run_backfill(
    manifest: Path, lake: Path, first: str, last: str, *more: str, failure: Path | None = None
) -> int:
    return backfill.main(
        [
            *(
                "--pipeline",
                "visits",
                "--environment",
                "production",
                "--group",
                "visits-production",
            ),
            *("--production-group", "visits-production", "--started-by", "T1/U1"),
            *("--image", "image", "--code-commit", "c0ffee", "--recipe", "r1"),
            *("--manifest", str(manifest), "--lake", str(lake), "--bucket", "results"),
            *("--first-day", first, "--last-day", last, "--job", "history"),
            *("--started", "2024-03-13T06:00:00Z", "--parameter", "WindowDays=6"),
            *("--parameter", "ValidationDays=2", "--parameter", "MaxTrees=20", *more),
            *(("--failure", str(failure)) if failure else ()),
        ]
    )


def stored(key: str) -> str:
    return boto3.client("s3").get_object(Bucket="results", Key=key)["Body"].read().decode()


def keys() -> set[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket="results").get("Contents", [])
    return {item["Key"] for item in listed}


def test_each_day_lies_where_its_own_execution_would_have_put_it(
    bucket: str, manifest_file: Path, lake: Path
) -> None:
    assert run_backfill(manifest_file, lake, "2024-03-10", "2024-03-12") == 0
    for day in ("2024-03-10", "2024-03-11", "2024-03-12"):
        prefix = f"visits/days/{day}/backfill-history/"
        assert {prefix + name for name in FILES} <= keys()
        run = Run.model_validate_json(stored(prefix + RUN))
        assert run.backfilled
        assert run.day.isoformat() == day
        assert run.parameters["Day"] == day
        assert run.parameters["WindowDays"] == "6"
        assert run.train_last_day is not None
        assert run.train_last_day < run.day


def test_only_the_last_days_version_is_registered(
    bucket: str, manifest_file: Path, lake: Path, tmp_path: Path
) -> None:
    assert run_backfill(manifest_file, lake, "2024-03-10", "2024-03-12") == 0
    sagemaker = boto3.client("sagemaker")
    listed = sagemaker.list_model_packages(ModelPackageGroupName="visits-production")
    (only,) = listed["ModelPackageSummaryList"]
    found: dict[str, Any] = dict(
        sagemaker.describe_model_package(ModelPackageName=only["ModelPackageArn"])
    )
    assert found["ModelApprovalStatus"] == "PendingManualApproval"
    assert found["CustomerMetadataProperties"] == {
        "day": "2024-03-12",
        "code_commit": "c0ffee",
        "image": "image",
        "recipe": "r1",
        "started_by": "T1/U1",
    }
    quality = found["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert quality == "s3://results/visits/days/2024-03-12/backfill-history/evaluation.json"
    (container,) = found["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"].removeprefix("s3://results/") in keys()


def test_a_backfilled_day_scores_what_its_own_execution_scores(
    bucket: str, manifest_file: Path, lake: Path, tmp_path: Path
) -> None:
    """The days before it in the same process leave no trace in it."""
    assert run_backfill(manifest_file, lake, "2024-03-10", "2024-03-12") == 0
    day = "2024-03-12"
    facts = DayFacts.model_validate_json(stored(f"visits/days/{day}/backfill-history/facts.json"))
    resolved = tmp_path / "resolved"
    resolved.mkdir()
    run = stored(f"visits/days/{day}/backfill-history/run.json")
    (resolved / RUN).write_text(run, encoding="utf-8")
    (resolved / VERSIONS).write_text(Resolved().model_dump_json(), encoding="utf-8")
    (tmp_path / "h.json").write_text(json.dumps({"MaxTrees": "20"}), encoding="utf-8")
    manifest = ("--manifest", str(manifest_file))
    rows, window = ("--day-rows", str(tmp_path / "d")), ("--train", str(tmp_path / "t"))
    days = ("--window-days", "6", "--validation-days", "2")
    model = ("--model", str(tmp_path / "m"))
    assert prepare.main([*manifest, "--lake", str(lake), "--day", day, *days, *window, *rows]) == 0
    hyperparameters = ("--hyperparameters", str(tmp_path / "h.json"))
    assert train.main([*manifest, "--rows", str(tmp_path / "t"), *hyperparameters, *model]) == 0
    output = ("--minimum-rows", "100", "--output", str(tmp_path / "out"))
    place = ("--resolved", str(resolved))
    assert evaluate.main([*manifest, *rows, *window, *place, *model, *output]) == 0
    alone = DayFacts.model_validate_json((tmp_path / "out" / FACTS).read_text(encoding="utf-8"))
    assert alone.models["candidate"] == facts.models["candidate"]
    assert alone.importance == facts.importance


def test_a_later_backfill_scores_with_the_versions_that_existed_for_the_day(
    bucket: str, manifest_file: Path, lake: Path
) -> None:
    assert run_backfill(manifest_file, lake, "2024-03-11", "2024-03-11") == 0
    assert run_backfill(manifest_file, lake, "2024-03-10", "2024-03-12", "--job", "second") == 0
    before, after = (
        DayFacts.model_validate_json(stored(f"visits/days/{day}/backfill-second/facts.json"))
        for day in ("2024-03-10", "2024-03-12")
    )
    assert "trained for 2024-03-11" in before.missing["reference"]
    assert after.models["reference"].version == 1


def test_a_day_that_cannot_be_done_is_left_out_and_named(
    bucket: str, manifest_file: Path, lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lake / "day=2024-03-11" / "part-0.parquet").unlink()
    assert run_backfill(manifest_file, lake, "2024-03-10", "2024-03-12") == 0
    assert "2024-03-11 is left out" in capsys.readouterr().out
    assert not any("2024-03-11" in key for key in keys())


@pytest.mark.parametrize(
    ("first", "last", "more", "told"),
    [
        ("2024-03-12", "2024-03-10", (), "comes after the last"),
        ("2024-03-12", "2024-03-13", (), "The last day, 2024-03-13, could not be done"),
        (
            "2024-03-12",
            "2024-03-12",
            ("--parameter", "MinimumRows=500"),
            "no version is registered",
        ),
        ("2024-03-12", "2024-03-12", ("--parameter", "Leaves=5"), "no parameter called Leaves"),
        ("2024-03-12", "2024-03-12", ("--parameter", "WindowDays=1"), "between 2 and 730"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    bucket: str,
    manifest_file: Path,
    lake: Path,
    tmp_path: Path,
    *,
    first: str,
    last: str,
    more: tuple[str, ...],
    told: str,
) -> None:
    status = run_backfill(manifest_file, lake, first, last, *more, failure=tmp_path / "message")
    assert status == 1
    assert told in (tmp_path / "message").read_text(encoding="utf-8")


def test_a_day_whose_labels_come_late_is_kept_as_it_was_known_and_as_it_is(
    bucket: str, manifest_file: Path, lake: Path
) -> None:
    """The last day has not matured on the morning after it; the first one has."""
    late = '[labels]\narrived_at = "known_at"\nmatures_after = 3\n'
    manifest_file.write_text(manifest_file.read_text(encoding="utf-8") + late, encoding="utf-8")
    for file in lake.glob("day=*/part-0.parquet"):
        come = pl.col("at") + pl.duration(hours=pl.int_range(pl.len()) % 48)
        pl.read_parquet(file).with_columns(known_at=come).write_parquet(file)
    assert run_backfill(manifest_file, lake, "2024-03-10", "2024-03-12") == 0
    known = {}
    for run in ("backfill-history", "backfill-history-matured"):
        for day in ("2024-03-10", "2024-03-12"):
            prefix = f"visits/days/{day}/{run}/"
            if prefix + RUN in keys():
                told = Run.model_validate_json(stored(prefix + RUN))
                facts = DayFacts.model_validate_json(stored(prefix + FACTS))
                known[day, told.label_age] = facts.rows.positives
                assert told.train_last_day is not None
                assert told.train_last_day.isoformat() < day
    assert list(known) == [("2024-03-10", 1), ("2024-03-12", 1), ("2024-03-10", None)]
    assert known["2024-03-10", 1] < known["2024-03-10", None]
