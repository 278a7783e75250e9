from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import boto3
import lightgbm
import numpy as np
import polars as pl
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from core.manifest import Labels, Manifest, UntilThen
from core.results import (
    ANALYSIS,
    CANDIDATE,
    EVALUATION,
    FACTS,
    GATE,
    PRODUCTION,
    REFERENCE,
    RUN,
    SCORES,
    DayFacts,
    Gate,
    LateLabels,
    Run,
)
from deploy.pipeline.steps import evaluate as step
from deploy.pipeline.steps.columns import LABEL
from deploy.pipeline.steps.evaluate import PreparedDay, evaluate, load_models
from deploy.pipeline.steps.evaluation import Evaluation
from deploy.pipeline.steps.lake import Folder
from deploy.pipeline.steps.model import Model, pack
from deploy.pipeline.steps.prepare import WindowSpan, prepare_scored_day, prepare_window
from deploy.pipeline.steps.prepared import ROWS
from deploy.pipeline.steps.refusal import StepRefusal
from deploy.pipeline.steps.resolved import VERSIONS, Resolved, ScoringVersion, archive_of
from deploy.pipeline.steps.train import Hyperparameters, train
from deploy.pipeline.steps.trial import summary_trial

DAY = dt.date(2024, 3, 12)
RUN_OF_DAY = Run(
    pipeline="visits",
    environment="production",
    day=DAY,
    run="abc",
    kind="train",
    started=dt.datetime(2024, 3, 13, 6, tzinfo=dt.UTC),
)
Visits = Callable[..., pl.DataFrame]


def trained(manifest: Manifest, lake: Path, folder: Path, *, leaves: int) -> Model:
    window = prepare_window(manifest, Folder(lake), WindowSpan(DAY, 10, 3), folder)
    return train(manifest, window, Hyperparameters.parse({"NumLeaves": str(leaves)}))


@pytest.fixture
def model(manifest: Manifest, lake: Path, tmp_path: Path) -> Model:
    return trained(manifest, lake, tmp_path / "train", leaves=15)


@pytest.fixture
def day(manifest: Manifest, lake: Path, tmp_path: Path) -> PreparedDay:
    counts = prepare_scored_day(manifest, Folder(lake), DAY, tmp_path / "day")
    return PreparedDay(manifest, tmp_path / "day" / ROWS, counts)


def resolved_as(folder: Path, models: dict[str, Model]) -> Resolved:
    """Put models where *Resolve* puts them."""
    versions = []
    for number, (role, model) in enumerate(models.items(), start=1):
        model.save(folder / "unpacked" / role)
        archive_of(folder, role).parent.mkdir(parents=True, exist_ok=True)
        pack(folder / "unpacked" / role, archive_of(folder, role))
        versions.append(ScoringVersion(role=role, version=number, arn=f"arn:v{number}"))
    return Resolved(versions=tuple(versions))


def evaluated(
    day: PreparedDay, model: Model | None, resolved: Resolved, folder: Path
) -> Evaluation:
    models = load_models(model, resolved, folder)
    return evaluate(day, models, RUN_OF_DAY, minimum_rows=100)


def constant(model: Model, value: float) -> Model:
    """The same features, and one score for all rows."""
    random = np.random.default_rng(1).random((50, len(model.spec.features)))
    data = lightgbm.Dataset(random, label=np.repeat([0.0, 1.0], 25))
    booster = lightgbm.train({"objective": "binary", "verbosity": -1, "num_leaves": 2}, data, 1)
    text = booster.model_to_string().replace("leaf_value=", "leaf_value_was=")
    leaves = f"leaf_value={value} {value}\nleaf_value_was="
    return Model(lightgbm.Booster(model_str=text.replace("leaf_value_was=", leaves, 1)), model.spec)


def test_the_six_files_are_written_and_agree_with_the_scores(
    day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    evaluated(day, model, Resolved(), tmp_path).write(tmp_path / "out")
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == {EVALUATION, ANALYSIS, FACTS, GATE, RUN, SCORES}
    facts = DayFacts.model_validate_json((out / FACTS).read_text(encoding="utf-8"))
    scores = pl.read_parquet(out / SCORES)
    found = facts.models[CANDIDATE].metrics
    assert scores.height == facts.rows.scored == 400
    truth, score = scores[LABEL].to_numpy(), scores["mlpipe_score_candidate"].to_numpy()
    assert found["auc"].value == pytest.approx(roc_auc_score(truth, score))
    assert found["log_loss"].value == pytest.approx(log_loss(truth, score))
    quality = json.loads((out / EVALUATION).read_text(encoding="utf-8"))
    assert quality["binary_classification_metrics"]["auc"]["value"] == found["auc"].value
    assert Gate.model_validate_json((out / GATE).read_text(encoding="utf-8")).passed
    run = Run.model_validate_json((out / RUN).read_text(encoding="utf-8"))
    assert {*run.files, RUN} == {path.name for path in out.iterdir()}
    assert run.evaluated is not None
    assert run.model_copy(update={"files": (), "evaluated": None}) == RUN_OF_DAY


def test_importance_is_clarifys_and_names_every_feature(
    day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    found = evaluated(day, model, Resolved(), tmp_path)
    shap = found.analysis["explanations"]["kernel_shap"]["label0"]  # type: ignore[index] # JSON
    assert set(shap["global_shap_values"]) == set(day.manifest.features)
    assert next(iter(found.facts.importance)) == "age"
    assert found.facts.importance_rows == 400


def test_every_role_scores_the_same_rows_and_is_compared(
    day: PreparedDay, model: Model, manifest: Manifest, lake: Path, tmp_path: Path
) -> None:
    other = trained(manifest, lake, tmp_path / "again", leaves=2)
    resolved = resolved_as(
        tmp_path / "r", {PRODUCTION: other, REFERENCE: other, "challenger-3": model}
    )
    facts = evaluated(day, model, resolved, tmp_path / "r").facts
    assert set(facts.models) == {CANDIDATE, PRODUCTION, REFERENCE, "challenger-3"}
    assert facts.models["challenger-3"].version == 3
    pairs = {(pair.model, pair.against) for pair in facts.paired}
    assert pairs == {
        (CANDIDATE, PRODUCTION),
        ("challenger-3", PRODUCTION),
        (CANDIDATE, REFERENCE),
        (PRODUCTION, REFERENCE),
        ("challenger-3", REFERENCE),
    }
    same = [p for p in facts.paired if (p.model, p.against) == (PRODUCTION, REFERENCE)]
    assert {pair.difference.value for pair in same} == {0.0}
    assert {(a.model, a.against) for a in facts.agreement} == pairs


def test_slices_add_up_to_the_day(day: PreparedDay, model: Model, tmp_path: Path) -> None:
    facts = evaluated(day, model, Resolved(), tmp_path).facts
    for column in day.manifest.slices:
        inside = [part for part in facts.slices if part.column == column]
        assert sum(part.rows for part in inside) == facts.rows.labelled
        assert sum(part.positive_weight for part in inside) == facts.rows.positive_weight
    hours = {part.value for part in facts.slices if part.column == "calendar_hour"}
    assert hours <= {str(hour) for hour in range(24)}


def test_features_are_summed_up_without_rows(
    day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    features = {one.name: one for one in evaluated(day, model, Resolved(), tmp_path).facts.features}
    assert set(features) == set(day.manifest.features)
    assert features["age"].quantiles is not None
    assert features["age"].quantiles[3] == pytest.approx(pl.read_parquet(day.file)["age"].median())
    assert features["shop"].shares is not None
    assert sum(features["shop"].shares.values()) == pytest.approx(1.0)


def test_a_model_that_cannot_be_loaded_is_missing_and_the_rest_goes_on(
    day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    resolved = resolved_as(tmp_path / "r", {PRODUCTION: model})
    archive_of(tmp_path / "r", PRODUCTION).write_bytes(b"rubbish")
    facts = evaluated(day, model, resolved, tmp_path / "r").facts
    assert set(facts.models) == {CANDIDATE}
    assert "is not a model" in facts.missing[PRODUCTION]


def test_a_model_that_needs_other_columns_is_missing(
    day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    strange = Model(model.booster, model.spec.model_copy(update={"numeric": ("gone",) * 3}))
    resolved = resolved_as(tmp_path / "r", {REFERENCE: strange})
    facts = evaluated(day, model, resolved, tmp_path / "r").facts
    assert "gone" in facts.missing[REFERENCE]


def test_without_a_candidate_production_is_the_subject(
    day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    resolved = resolved_as(tmp_path / "r", {REFERENCE: model, PRODUCTION: model})
    found = evaluated(day, None, resolved, tmp_path / "r")
    assert found.facts.subject == PRODUCTION
    assert found.trial_metrics["auc"] == found.trial_metrics["production_auc"]


def test_with_nothing_to_score_it_refuses_and_says_what_to_do(
    day: PreparedDay, tmp_path: Path
) -> None:
    with pytest.raises(StepRefusal, match=r"No version is approved yet\..* approve a version"):
        evaluated(day, None, Resolved(absent={PRODUCTION: "No version is approved yet."}), tmp_path)


def test_a_failed_gate_still_leaves_a_whole_evaluation(
    day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    found = evaluated(day, constant(model, -1.0), Resolved(), tmp_path)
    assert not found.gate.passed
    assert found.gate.reason == "The model gives every row the same score."
    assert found.facts.models[CANDIDATE].metrics["auc"].value == 0.5


def test_scores_that_are_no_numbers_fail_the_gate(
    day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    with pytest.raises(StepRefusal, match="None of the scores"):
        evaluated(day, constant(model, float("nan")), Resolved(), tmp_path)


def test_a_single_class_is_evaluated_and_fails_the_gate(
    manifest: Manifest, lake: Path, visits: Visits, model: Model, tmp_path: Path
) -> None:
    rows = visits(DAY).with_columns(bought=pl.lit(value=False))
    rows.write_parquet(lake / f"day={DAY}" / "part-0.parquet")
    counts = prepare_scored_day(manifest, Folder(lake), DAY, tmp_path / "single")
    day = PreparedDay(manifest, tmp_path / "single" / ROWS, counts)
    found = evaluated(day, model, Resolved(), tmp_path)
    assert "single class" in found.gate.reason
    assert "auc" not in found.facts.models[CANDIDATE].metrics
    assert found.facts.models[CANDIDATE].metrics["log_loss"].value > 0


def run_command(folder: Path, manifest_file: Path, model: Model, run: Run) -> int:
    resolved = folder / "resolved"
    resolved.mkdir()
    (resolved / VERSIONS).write_text(Resolved().model_dump_json(), encoding="utf-8")
    (resolved / RUN).write_text(run.model_dump_json(), encoding="utf-8")
    model.save(folder / "unpacked")
    (folder / "model").mkdir()
    pack(folder / "unpacked", folder / "model" / "model.tar.gz")
    return step.main(
        [
            *("--manifest", str(manifest_file), "--day-rows", str(folder / "day")),
            *("--resolved", str(resolved), "--model", str(folder / "model")),
            *("--train", str(folder / "train"), "--minimum-rows", "100"),
            *("--output", str(folder / "out")),
        ]
    )


def test_the_command_reads_folders_and_writes_one(
    manifest_file: Path, day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    assert run_command(tmp_path, manifest_file, model, RUN_OF_DAY) == 0
    run = Run.model_validate_json((tmp_path / "out" / RUN).read_text(encoding="utf-8"))
    assert run.train_rows == 4000
    assert run.train_last_day == DAY - dt.timedelta(days=1)


def test_an_executions_metrics_go_into_its_trial(
    aws: str, manifest_file: Path, day: PreparedDay, model: Model, tmp_path: Path
) -> None:
    run = RUN_OF_DAY.model_copy(update={"execution_arn": "arn:x/abc"})
    summary_trial(run).create("visits-production")
    assert run_command(tmp_path, manifest_file, model, run) == 0
    facts = DayFacts.model_validate_json((tmp_path / "out" / FACTS).read_text(encoding="utf-8"))
    found = boto3.client("sagemaker").describe_trial_component(TrialComponentName="abc-summary")
    last = {metric["MetricName"]: metric["Last"] for metric in found["Metrics"]}
    assert last == {
        name: pytest.approx(m.value) for name, m in facts.models[CANDIDATE].metrics.items()
    }


def test_where_labels_come_late_the_run_tells_their_age(
    manifest: Manifest, lake: Path, model: Model, tmp_path: Path
) -> None:
    late = manifest.model_copy(update={"labels": Labels(matures_after=7)})
    counts = prepare_scored_day(late, Folder(lake), DAY, tmp_path / "late", label_age=1)
    day = PreparedDay(late, tmp_path / "late" / ROWS, counts)
    found = evaluated(day, model, Resolved(), tmp_path)
    assert found.run.labels == LateLabels(age=1, matures_after=7, until_then=UntilThen.NEGATIVE)
    assert (found.run.label_age, RUN_OF_DAY.labels) == (1, None)
