"""The pipelines run for real: the console defines them, the embedded SageMaker runs the scripts."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.known_days import KnownDaysBook
from bot.store.database import open_database
from bot.store.notes import Notes
from core import lineage
from core.domain import EnvironmentName, Person, PipelineName, TeamId, UserId
from core.notes import Note, NoteKey
from core.results import (
    ANALYSIS,
    EVALUATION,
    FACTS,
    GATE,
    OTHER_VALUES,
    RUN,
    SCORES,
    DayFacts,
    Gate,
    Run,
)
from core.spans import Span
from tests.scenario.pipelines_story import DAY, IMAGE, MORNING, Execution, Story, told

pytestmark = pytest.mark.slow

EXPERIMENT = "flights-experiment"
SIX_FILES = {EVALUATION, ANALYSIS, FACTS, GATE, RUN, SCORES}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with told(tmp_path_factory.mktemp("pipelines")) as story:
        yield story


def _names(execution: Execution) -> Sequence[str]:
    return sorted(execution.steps, key=lambda name: execution.steps[name]["StartTime"])


def test_a_day_is_trained_evaluated_and_registered(story: Story) -> None:
    done = story.trained

    assert done.status == "Succeeded", done.steps
    assert _names(done) == ["Resolve", "Prepare", "Train", "Evaluate", "CheckGate", "Register"]
    assert story.world.results("mlpipe-experiment", DAY, done.id) == SIX_FILES
    (version,) = story.world.packages("flights-experiment")
    assert version["ModelApprovalStatus"] == "PendingManualApproval"
    metadata = version["CustomerMetadataProperties"]
    assert metadata[lineage.DAY] == DAY
    assert metadata[lineage.EXECUTION] == done.arn
    assert metadata[lineage.STARTED_BY] == "T0ACME/U0ANA"
    assert metadata[lineage.IMAGE] == IMAGE
    results = f"s3://mlpipe-experiment/flights/days/{DAY}/{done.id}"
    metrics = version["ModelMetrics"]
    assert metrics["ModelQuality"]["Statistics"]["S3Uri"] == f"{results}/{EVALUATION}"
    assert metrics["Explainability"]["Report"]["S3Uri"] == f"{results}/{ANALYSIS}"


def test_an_execution_has_one_summary_trial_component(story: Story) -> None:
    sagemaker = story.world.sagemaker
    done = story.trained

    found = sagemaker.list_trial_components(TrialName=done.id)["TrialComponentSummaries"]
    summaries = [
        each["TrialComponentName"]
        for each in found
        if each["TrialComponentName"].endswith("-summary")
    ]
    assert summaries == [f"{done.id}-summary"]
    summary = sagemaker.describe_trial_component(TrialComponentName=summaries[0])
    assert summary["Parameters"]["WindowDays"] == {"NumberValue": 6.0}
    assert summary["Parameters"]["started_by"] == {"StringValue": "T0ACME/U0ANA"}
    assert {"auc", "log_loss"} <= {metric["MetricName"] for metric in summary["Metrics"]}


def test_a_failed_gate_skips_register_and_keeps_the_results(story: Story) -> None:
    done = story.refused

    assert done.status == "Failed"
    assert _names(done)[-2:] == ["CheckGate", "Fail"]
    assert story.world.results("mlpipe-experiment", DAY, done.id) == SIX_FILES
    key = f"flights/days/{DAY}/{done.id}/{GATE}"
    gate = Gate.model_validate_json(story.world.read("mlpipe-experiment", key))
    assert not gate.passed
    assert "100000" in gate.reason
    assert done.steps["Fail"]["FailureReason"] == gate.reason
    registered = {
        version["CustomerMetadataProperties"][lineage.EXECUTION]
        for version in story.world.packages("flights-experiment")
    }
    assert done.arn not in registered


def test_a_day_without_data_fails_with_a_sentence(story: Story) -> None:
    done = story.lost

    assert done.status == "Failed"
    assert _names(done) == ["Resolve", "Prepare"]
    arn = done.steps["Prepare"]["Metadata"]["ProcessingJob"]["Arn"]
    job = story.world.sagemaker.describe_processing_job(ProcessingJobName=arn.rsplit("/", 1)[-1])
    assert job["ExitMessage"] == (
        "The data lake has no data for 2013-06-28: day=2013-06-28 is not there."
    )


def test_a_backfill_fills_in_days_and_registers_the_last(story: Story) -> None:
    result = story.backfilled

    assert result.exit_code == 0, result.output
    name = result.output.splitlines()[0].removeprefix("Started ").removesuffix(".")
    assert f"{name} has completed." in result.output
    for day in ("2013-01-10", "2013-01-11", DAY):
        assert story.world.results("mlpipe-production", day, f"backfill-{name}") >= SIX_FILES
        key = f"flights/days/{day}/backfill-{name}/{RUN}"
        run = Run.model_validate_json(story.world.read("mlpipe-production", key))
        assert run.backfilled
        assert run.started.date() == MORNING.date()
        assert run.parameters["WindowDays"] == "6"
    (version,) = story.world.packages("flights-production")
    assert version["CustomerMetadataProperties"][lineage.DAY] == DAY


def test_a_report_is_written_without_slack(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert story.backfilled.exit_code == 0
    monkeypatch.setenv("MLPIPE_CONFIG", str(Path(__file__).parents[2] / "mlpipe.toml"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'mlpipe.db'}")
    monkeypatch.delenv("MLPIPE_CLOCK_URL", raising=False)
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    asyncio.run(_note(tmp_path / "mlpipe.db", "the feed was late"))
    words = ["report", "--day", DAY, "--language", "ja", "--out", str(tmp_path / "shelf")]
    answer = CliRunner().invoke(main, words)

    assert answer.exit_code == 0, answer.output
    name = f"flights-production-{DAY}"
    files = {path.name: path for path in (tmp_path / "shelf").iterdir()}
    assert set(files) == {f"{name}.md", f"{name}.html", f"{name}-morning.png"}
    assert answer.output.splitlines() == [str(files[each]) for each in sorted(files, key=_by_kind)]
    assert files[f"{name}-morning.png"].read_bytes().startswith(b"\x89PNG")
    text = files[f"{name}.md"].read_text(encoding="utf-8")
    assert f"({name}-morning.png)" in text
    assert "AUC" in text
    assert "the feed was late" in text
    assert "data:image/png;base64," in files[f"{name}.html"].read_text(encoding="utf-8")

    below_a_file = str(files[f"{name}.md"] / "shelf")
    nowhere = CliRunner().invoke(main, ["report", "--day", DAY, "--out", below_a_file])
    assert nowhere.exit_code == 1
    assert "cannot be written to: Not a directory. Name another folder." in nowhere.output
    words = ["report", "--day", "2013-01-20", "--out", str(tmp_path)]
    silent = CliRunner().invoke(main, words)
    assert silent.exit_code == 0
    assert "2013-01-20 has not been evaluated. The nearest that are: 2013-01-1" in silent.stderr
    silence = (tmp_path / "flights-production-2013-01-20.md").read_text(encoding="utf-8")
    assert "⚫" in silence


async def _note(database: Path, text: str) -> None:
    engine = open_database(f"sqlite+aiosqlite:///{database}")
    day = dt.date.fromisoformat(DAY)
    key = NoteKey(PipelineName("flights"), EnvironmentName("production"), Span(day, day))
    ana = Person(TeamId("T0ACME"), UserId("U0ANA"))
    await KnownDaysBook(Notes(engine)).put(Note(key, text, False, ana, MORNING))
    await engine.dispose()


def _by_kind(name: str) -> int:
    return (".md", ".html", ".png").index(Path(name).suffix)


def test_a_backfilled_and_an_executed_version_are_of_one_recipe(story: Story) -> None:
    assert story.trained.status == "Succeeded"
    (tried,) = story.world.packages("flights-experiment")
    (filled,) = story.world.packages("flights-production")

    recipes = {version["CustomerMetadataProperties"][lineage.RECIPE] for version in (tried, filled)}
    assert len(recipes) == 1


def test_evaluate_scores_the_day_without_training(story: Story) -> None:
    done = story.evaluated

    assert done.status == "Succeeded", done.steps
    assert _names(done) == ["Resolve", "Prepare", "Evaluate", "CheckGate"]
    assert story.world.results("mlpipe-experiment", DAY, done.id) == SIX_FILES
    key = f"flights/days/{DAY}/{done.id}/{FACTS}"
    facts = DayFacts.model_validate_json(story.world.read("mlpipe-experiment", key))
    assert facts.subject == "reference"
    assert facts.models["reference"].version == 1
    assert facts.named("carrier", "B6") == "JetBlue Airways"


def test_another_dataset_runs_by_its_manifest_alone(story: Story) -> None:
    done = story.clicks

    assert done.status == "Succeeded", done.steps
    key = f"clicks/days/{DAY}/{done.id}/{FACTS}"
    facts = DayFacts.model_validate_json(story.world.read("mlpipe-experiment", key))
    assert facts.rows.scored == 300
    assert facts.rows.weight > 2 * facts.rows.scored
    assert {slice_.column for slice_ in facts.slices} == {"site"}
    assert facts.names == {"site": {"a": "Asahi", "b": "Bara"}}
    assert facts.worth is not None
    assert facts.worth.currency == "JPY"
    assert facts.worth.all == pytest.approx(sum(part.worth or 0.0 for part in facts.slices))
    (site,) = (each for each in facts.features if each.kind == "categorical")
    assert len(site.shares or {}) == 3
    assert OTHER_VALUES in (site.shares or {})
    analysis = json.loads(story.world.read("mlpipe-experiment", key.replace(FACTS, ANALYSIS)))
    assert "clicked" in analysis["explanations"]["kernel_shap"]


def test_a_sweep_scores_rolling_days_and_finds_the_best(story: Story) -> None:
    sagemaker, done = story.world.sagemaker, story.swept

    assert done.status == "Succeeded", done.steps
    assert _names(done) == ["Prepare", "Tune"]
    name = done.steps["Tune"]["Metadata"]["TuningJob"]["Arn"].rsplit("/", 1)[-1]
    job = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    assert job["TrainingJobStatusCounters"]["Completed"] == 3
    best = job["BestTrainingJob"]
    trial = sagemaker.describe_trial_component(
        TrialComponentName=f"{best['TrainingJobName']}-summary".lower()
    )
    assert trial["Status"] == {"PrimaryStatus": "Completed"}
    metrics = {metric["MetricName"]: metric["Last"] for metric in trial["Metrics"]}
    objective = best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert metrics.keys() == {"mean_log_loss", "mean_auc"}
    assert metrics["mean_log_loss"] == pytest.approx(objective, abs=1e-6)
    parameters = trial["Parameters"]
    tuned = best["TunedHyperParameters"]
    assert parameters["NumLeaves"] == {"NumberValue": float(tuned["NumLeaves"])}
    assert parameters["LearningRate"]["NumberValue"] in {0.05, 0.3}
    assert parameters["ScoredDays"] == {"NumberValue": 2.0}
    assert parameters["day"] == {"StringValue": DAY}
    assert parameters["started_by"] == {"StringValue": "T0ACME/U0ANA"}
    found = sagemaker.search(
        Resource="ExperimentTrialComponent",
        SearchExpression={
            "Filters": [
                {"Name": "Parents.ExperimentName", "Operator": "Equals", "Value": EXPERIMENT},
                {"Name": "Parents.TrialName", "Operator": "Equals", "Value": done.id},
                {"Name": "TrialComponentName", "Operator": "Contains", "Value": "-summary"},
            ]
        },
        SortBy="Metrics.mean_log_loss.Last",
        SortOrder="Ascending",
    )["Results"]
    names = [each["TrialComponent"]["TrialComponentName"] for each in found]
    assert len(names) == 3
    assert names[0] == f"{best['TrainingJobName']}-summary".lower()


def test_a_sweep_changes_nothing_of_what_is_defined(story: Story) -> None:
    assert story.swept_arn
    again = story.world.type(
        "diff", "--env", "experiment", "--pipeline", "flights", "--kind", "sweep"
    )

    assert (again.exit_code, again.output) == (0, "")


def test_what_was_upserted_does_not_differ(story: Story) -> None:
    assert {line.split()[0] for line in story.upserted.output.splitlines()} == {"created"}

    again = story.world.type("diff", "--env", "production", "--pipeline", "clicks")

    assert (again.exit_code, again.output) == (0, "")
