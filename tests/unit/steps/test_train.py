from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from core.manifest import Manifest
from deploy.pipeline.steps import train as step
from deploy.pipeline.steps.columns import LABEL
from deploy.pipeline.steps.lake import Folder
from deploy.pipeline.steps.model import ModelError, load_model, pack
from deploy.pipeline.steps.prepare import WindowSpan, prepare_window
from deploy.pipeline.steps.prepared import Window
from deploy.pipeline.steps.refusal import StepRefusal
from deploy.pipeline.steps.train import Hyperparameters, train

SPAN = WindowSpan(dt.date(2024, 3, 12), 10, 3)
SMALL = Hyperparameters.parse({"MaxTrees": "40", "NumLeaves": "7"})


@pytest.fixture
def window(manifest: Manifest, lake: Path, tmp_path: Path) -> Window:
    return prepare_window(manifest, Folder(lake), SPAN, tmp_path / "train")


def test_the_same_days_and_seed_give_the_same_model(
    manifest: Manifest, window: Window, tmp_path: Path
) -> None:
    texts = []
    for name in ("one", "two"):
        train(manifest, window, SMALL).save(tmp_path / name)
        pack(tmp_path / name, tmp_path / f"{name}.tar.gz")
        texts.append((tmp_path / f"{name}.tar.gz").read_bytes())
    assert texts[0] == texts[1]


def test_a_model_scores_the_same_from_folder_archive_and_memory(
    manifest: Manifest, window: Window, tmp_path: Path
) -> None:
    model = train(manifest, window, SMALL)
    model.save(tmp_path / "model")
    pack(tmp_path / "model", tmp_path / "model.tar.gz")
    rows = pl.read_parquet(window.validation_files[0])
    expected = model.score(rows)
    assert np.array_equal(load_model(tmp_path / "model").score(rows), expected)
    assert np.array_equal(load_model(tmp_path / "model.tar.gz").score(rows), expected)


def test_training_stops_when_the_last_days_gain_nothing(manifest: Manifest, window: Window) -> None:
    many = Hyperparameters.parse({"MaxTrees": "2000", "LearningRate": "0.3"})
    assert train(manifest, window, many).spec.trees < 200


def test_what_was_not_seen_in_training_is_a_missing_value(
    manifest: Manifest, window: Window
) -> None:
    model = train(manifest, window, SMALL)
    rows = pl.read_parquet(window.validation_files[0]).head(5)
    unknown = model.score(rows.with_columns(shop=pl.lit("new")))
    missing = model.score(rows.with_columns(shop=pl.lit(None, dtype=pl.String)))
    assert np.array_equal(unknown, missing)


def test_a_category_that_is_never_filled_in_hinders_nothing(
    manifest: Manifest, lake: Path, tmp_path: Path
) -> None:
    for file in lake.glob("*/*.parquet"):
        empty = pl.lit(None, dtype=pl.String)
        pl.read_parquet(file).with_columns(shop=empty, price=None).write_parquet(file)
    window = prepare_window(manifest, Folder(lake), SPAN, tmp_path / "train")
    rows = pl.read_parquet(window.validation_files[0])
    assert np.isfinite(train(manifest, window, SMALL).score(rows)).all()


def test_shap_values_add_up_to_the_log_odds(manifest: Manifest, window: Window) -> None:
    model = train(manifest, window, SMALL)
    rows = pl.read_parquet(window.validation_files[0]).filter(pl.col(LABEL).is_not_null())
    found = model.contributions(rows)
    total = found.expected_value + sum(found.by_feature.values())
    score = model.score(rows)
    assert total == pytest.approx(np.log(score / (1 - score)), abs=1e-6)


def test_rows_that_lack_a_feature_are_refused_by_its_name(
    manifest: Manifest, window: Window
) -> None:
    model = train(manifest, window, SMALL)
    with pytest.raises(ModelError, match="age"):
        model.score(pl.read_parquet(window.validation_files[0]).drop("age"))


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.tar.gz").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.tar\.gz is not a model"):
        load_model(tmp_path / "model.tar.gz")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"NumLeaves": "many"}, "NumLeaves has to be a whole number"),
        ({"NumLeaves": "1"}, "between 2 and 4096"),
        ({"LearningRate": "nan"}, "between"),
        ({"Leaves": "7"}, "no hyperparameter Leaves"),
    ],
)
def test_a_wrong_hyperparameter_is_refused(given: dict[str, str], told: str) -> None:
    with pytest.raises(StepRefusal, match=told):
        Hyperparameters.parse(given)


def test_sagemakers_own_entries_and_quotes_are_no_hyperparameters() -> None:
    found = Hyperparameters.parse({"sagemaker_program": "x", "NumLeaves": '"63"'})
    assert found.num_leaves == 63


def test_the_command_writes_the_models_files(
    manifest_file: Path, window: Window, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hyperparameters.json").write_text(json.dumps({"MaxTrees": "5"}), encoding="utf-8")
    status = step.main(
        [
            *("--rows", str(tmp_path / "train"), "--manifest", str(manifest_file)),
            *("--hyperparameters", str(tmp_path / "hyperparameters.json")),
            *("--model", str(tmp_path / "model"), "--failure", str(tmp_path / "failure")),
        ]
    )
    assert status == 0
    assert {path.name for path in (tmp_path / "model").iterdir()} == {"model.txt", "model.json"}
    assert not (tmp_path / "failure").exists()
    assert "Trained 5 trees" in capsys.readouterr().out
