from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest

from core.manifest import Manifest
from deploy.pipeline.steps import prepare, tune
from deploy.pipeline.steps.lake import Folder
from deploy.pipeline.steps.refusal import StepRefusal
from deploy.pipeline.steps.rolling import (
    Rolling,
    ScoredDay,
    means,
    prepare_rolling,
    read_rolling,
    roll,
)
from deploy.pipeline.steps.train import Hyperparameters

LAST = dt.date(2024, 3, 12)
SMALL = Hyperparameters.parse({"MaxTrees": "20", "NumLeaves": "7"})


def rolling(**changed: Any) -> Rolling:
    given = {"window_days": 6, "validation_days": 2, "scored_days": 3, "lag": 0, "days": ()}
    return Rolling(day=LAST, **{**given, **changed})


def test_each_day_has_the_window_that_its_morning_would_have(
    manifest: Manifest, lake: Path, tmp_path: Path
) -> None:
    prepared = prepare_rolling(manifest, Folder(lake), rolling(), tmp_path)
    assert read_rolling(tmp_path) == prepared
    assert [each.day.day for each in prepared.days] == list(range(4, 13))
    told: list[int] = []

    def scored(days: Sequence[ScoredDay]) -> None:
        told.append(len(days))
        final[:] = days

    final: list[ScoredDay] = []
    model = roll(manifest, prepared, tmp_path, SMALL, scored)
    assert told == [1, 2, 3]
    assert [each.day.day for each in final] == [10, 11, 12]
    assert (model.spec.first_day.day, model.spec.last_day.day) == (6, 11)
    found = means(final)
    assert found["mean_log_loss"] == pytest.approx(sum(each.log_loss for each in final) / 3)
    assert 0.5 < found["mean_auc"] < 1


def test_labels_that_come_late_leave_days_out_of_each_window() -> None:
    (first, *_, last) = rolling(lag=2).spans
    assert first.all_days[-1] == dt.date(2024, 3, 7)
    assert last.all_days[-1] == dt.date(2024, 3, 9)


def test_a_day_without_rows_is_left_out_but_not_the_last(
    manifest: Manifest, lake: Path, tmp_path: Path
) -> None:
    (lake / "day=2024-03-11" / "part-0.parquet").unlink()
    prepared = prepare_rolling(manifest, Folder(lake), rolling(), tmp_path)
    done: list[ScoredDay] = []
    roll(manifest, prepared, tmp_path, SMALL, lambda days: done.__setitem__(slice(None), days))
    assert [each.day.day for each in done] == [10, 12]
    later = rolling().model_copy(update={"day": dt.date(2024, 3, 13)})
    with pytest.raises(StepRefusal, match="no data for 2024-03-13"):
        prepare_rolling(manifest, Folder(lake), later, tmp_path)


@pytest.fixture
def job(
    aws: str, manifest_file: Path, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The folder of a training job of a sweep, as SageMaker lays it out."""
    folder = tmp_path / "ml"
    config = folder / "input" / "data" / "config"
    config.mkdir(parents=True)
    manifest_file.rename(config / "manifest.toml")
    (folder / "input" / "config").mkdir()
    words = ["--manifest", str(config / "manifest.toml"), "--lake", str(lake)]
    words += ["--day", str(LAST), "--window-days", "6", "--validation-days", "2"]
    words += ["--train", str(folder / "input" / "data" / "train"), "--scored-days", "2"]
    assert prepare.main(words) == 0
    for name, value in {
        "MLPIPE_PIPELINE": "visits",
        "MLPIPE_ENVIRONMENT": "experiment",
        "MLPIPE_EXPERIMENT": "visits-experiment",
        "MLPIPE_RUN": "abc123",
        "MLPIPE_STARTED": "2024-03-13T06:00:00.000Z",
        "MLPIPE_STARTED_BY": "T0/U0",
        "MLPIPE_DAY": str(LAST),
        "TRAINING_JOB_NAME": "tune-001",
    }.items():
        monkeypatch.setenv(name, value)
    return folder


def give(job: Path, **hyperparameters: str) -> None:
    file = job / "input" / "config" / "hyperparameters.json"
    given = {"_tuning_objective_metric": "mean_log_loss", **hyperparameters}
    file.write_text(json.dumps(given), encoding="utf-8")


def test_a_trial_of_a_sweep_is_kept_with_its_parameters_and_objective(
    job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    give(job, NumLeaves="7", MaxTrees="10")
    assert tune.main(["--ml", str(job), "train"]) == 0
    assert (job / "model" / "model.txt").is_file()
    lines = [line for line in capsys.readouterr().out.splitlines() if "mean_log_loss=" in line]
    assert len(lines) == 2
    found = boto3.client("sagemaker").describe_trial_component(
        TrialComponentName="tune-001-summary"
    )
    assert found["Status"] == {"PrimaryStatus": "Completed"}
    assert found["Parameters"]["NumLeaves"] == {"NumberValue": 7.0}
    assert found["Parameters"]["ScoredDays"] == {"NumberValue": 2.0}
    assert found["Parameters"]["started_by"] == {"StringValue": "T0/U0"}


def test_a_trial_that_fails_says_so(job: Path) -> None:
    give(job, NumLeaves="7")
    (job / "input" / "data" / "config" / "manifest.toml").write_text("name = 1", encoding="utf-8")
    assert tune.main(["--ml", str(job), "train"]) == 1
    assert "manifest" in (job / "output" / "failure").read_text(encoding="utf-8")
    found = boto3.client("sagemaker").describe_trial_component(
        TrialComponentName="tune-001-summary"
    )
    assert found["Status"]["PrimaryStatus"] == "Failed"
