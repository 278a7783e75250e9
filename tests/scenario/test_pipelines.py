"""The pipelines run for real: the console defines them, the embedded SageMaker runs the scripts."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import random
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from core import lineage
from core.console import Console
from core.domain import Environment, EnvironmentName, Pipeline, PipelineName
from core.results import ANALYSIS, EVALUATION, FACTS, GATE, RUN, SCORES, DayFacts, Gate, Run
from deploy.pipeline.cli import command
from mlpipe_sandbox.aws import AwsSandbox, Image
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.lake import FlightsLake

pytestmark = pytest.mark.slow

MORNING = dt.datetime(2013, 1, 13, 12, 0, tzinfo=dt.UTC)
DAY = "2013-01-12"
SMALL = {"WindowDays": "6", "ValidationDays": "2", "MaxTrees": "20"}
"""Parameters with which a model is trained in a second."""
NEW_YORK = "America/New_York"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlpipe-steps:latest"
DEADLINE_SECONDS = 180.0
SIX_FILES = {EVALUATION, ANALYSIS, FACTS, GATE, RUN, SCORES}

CLICKS = """
name = "clicks"
numeric = ["price"]
categorical = ["site"]
slices = ["site"]
key = ["id"]

[time]
column = "at"
format = "seconds"
day_zone = "Asia/Tokyo"

[label]
column = "answer"
equals = "yes"
positive = "clicked"

[weight]
column = "stands_for"

[csv]
separator = ";"
"""


@dataclass(frozen=True)
class Execution:
    """A pipeline execution that has ended."""

    arn: str
    status: str
    steps: Mapping[str, Mapping[str, Any]]

    @property
    def id(self) -> str:
        return self.arn.rsplit("/", 1)[-1]


class World:
    """Two environments, two pipelines, and what was run in them."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.sagemaker = boto3.client("sagemaker")
        self.s3 = boto3.client("s3")

    def type(self, *words: str) -> Result:
        return CliRunner().invoke(command, list(words), obj=self.console)

    def start(self, name: str, **parameters: str) -> str:
        arn: str = self.sagemaker.start_pipeline_execution(
            PipelineName=name,
            ClientRequestToken=secrets.token_hex(16),
            PipelineParameters=[{"Name": key, "Value": text} for key, text in parameters.items()],
        )["PipelineExecutionArn"]
        return arn

    def ended(self, arn: str) -> Execution:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            found = self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
            if found["PipelineExecutionStatus"] not in {"Executing", "Stopping"}:
                break
            assert time.monotonic() < deadline, f"{arn} has not ended"
            time.sleep(0.2)
        steps = self.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
        by_name = {step["StepName"]: step for step in steps["PipelineExecutionSteps"]}
        return Execution(arn, found["PipelineExecutionStatus"], by_name)

    def results(self, bucket: str, day: str, run: str, pipeline: str = "flights") -> set[str]:
        prefix = f"{pipeline}/days/{day}/{run}/"
        found = self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return {item["Key"].removeprefix(prefix) for item in found}

    def read(self, bucket: str, key: str) -> bytes:
        content: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def packages(self, group: str) -> list[Mapping[str, Any]]:
        found = self.sagemaker.list_model_packages(ModelPackageGroupName=group)
        return [
            self.sagemaker.describe_model_package(ModelPackageName=each["ModelPackageArn"])
            for each in found["ModelPackageSummaryList"]
        ]


@dataclass
class Story:
    """What was started, in the order in which it could be; each part is waited for when asked."""

    world: World
    upserted: Result
    trained_arn: str
    refused_arn: str
    lost_arn: str
    clicks_arn: str
    backfilled: Result
    evaluated_arn: str

    @cached_property
    def trained(self) -> Execution:
        return self.world.ended(self.trained_arn)

    @cached_property
    def refused(self) -> Execution:
        return self.world.ended(self.refused_arn)

    @cached_property
    def lost(self) -> Execution:
        return self.world.ended(self.lost_arn)

    @cached_property
    def clicks(self) -> Execution:
        return self.world.ended(self.clicks_arn)

    @cached_property
    def evaluated(self) -> Execution:
        return self.world.ended(self.evaluated_arn)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Everything at once, because most of the time goes into starting Python."""
    folder = tmp_path_factory.mktemp("pipelines")
    image = Image(bin=Path(sys.executable).parent, env={})
    with (
        AwsSandbox(
            state=folder / "state", clock=Clock(MORNING), images={"*/mlpipe-steps:*": image}
        ) as aws,
        mock.patch.dict(os.environ, aws.environment()),
    ):
        FlightsLake(aws.endpoint_url).publish_until(MORNING.date())
        world = World(_console(folder))
        _publish_clicks(world.s3)
        upserted = world.type("upsert", "--create-bucket")
        assert upserted.exit_code == 0, upserted.output
        small = {"Day": DAY, **SMALL}
        trained = world.start("flights-experiment-train", **small, StartedBy="T0ACME/U0ANA")
        refused = world.start("flights-experiment-train", **small, MinimumRows="100000")
        lost = world.start("flights-experiment-train", Day="2013-06-28", **SMALL)
        clicks = world.start("clicks-experiment-train", **small)
        backfilled = world.type(
            *("backfill", "--env", "production", "--pipeline", "flights", "--wait"),
            *("--from", "2013-01-10", "--to", DAY),
            *(f"{name}={text}" for name, text in SMALL.items()),
        )
        evaluated = world.start("flights-experiment-evaluate", Day=DAY)
        yield Story(world, upserted, trained, refused, lost, clicks, backfilled, evaluated)


def _console(root: Path) -> Console:
    (root / "clicks.toml").write_text(CLICKS, encoding="utf-8")
    flights = Path(__file__).parents[2] / "deploy/pipeline/datasets/flights.toml"
    shutil.copy(flights, root / "flights.toml")
    environments = [
        Environment(
            name=EnvironmentName(name),
            region="us-east-1",
            bucket=f"mlpipe-{name}",
            role_arn="arn:aws:iam::123456789012:role/mlpipe-pipeline",
            image=IMAGE,
        )
        for name in ("production", "experiment")
    ]
    pipelines = [
        Pipeline(PipelineName("flights"), "flights.toml", "s3://mlpipe-lake/flights", NEW_YORK),
        Pipeline(PipelineName("clicks"), "clicks.toml", "s3://clicks-lake/log", "Asia/Tokyo"),
    ]
    return Console(
        root=root,
        environments={each.name: each for each in environments},
        pipelines={each.name: each for each in pipelines},
        session=lambda environment: boto3.Session(region_name=environment.region),
    )


def _publish_clicks(s3: Any) -> None:
    s3.create_bucket(Bucket="clicks-lake")
    dice = random.Random(7)
    last = dt.date.fromisoformat(DAY)
    for ago in range(7):
        day = last - dt.timedelta(days=ago)
        content = _clicks_of(day, dice)
        s3.put_object(Bucket="clicks-lake", Key=f"log/day={day}/part-0.csv", Body=content)


def _clicks_of(day: dt.date, dice: random.Random) -> bytes:
    """300 rows of one day in Tokyo: cheap things on the site `a` are clicked more often."""
    midnight = dt.datetime.combine(day, dt.time(), dt.timezone(dt.timedelta(hours=9)))
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerow(["id", "at", "site", "price", "answer", "stands_for"])
    for number in range(300):
        site, price = dice.choice("abc"), round(dice.uniform(1, 9), 2)
        clicked = dice.random() < (0.6 if site == "a" else 0.2) * (1.2 - price / 10)
        at = int(midnight.timestamp()) + number * 200
        answer, stands_for = ("yes", 1) if clicked else ("no", 4)
        rows.writerow([f"{day}-{number}", at, site, price, answer, stands_for])
    return text.getvalue().encode()


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
    monkeypatch.delenv("MLPIPE_CLOCK_URL", raising=False)
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
    assert "data:image/png;base64," in files[f"{name}.html"].read_text(encoding="utf-8")


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


def test_another_dataset_runs_by_its_manifest_alone(story: Story) -> None:
    done = story.clicks

    assert done.status == "Succeeded", done.steps
    key = f"clicks/days/{DAY}/{done.id}/{FACTS}"
    facts = DayFacts.model_validate_json(story.world.read("mlpipe-experiment", key))
    assert facts.rows.scored == 300
    assert facts.rows.weight > 2 * facts.rows.scored
    assert {slice_.column for slice_ in facts.slices} == {"site"}
    analysis = json.loads(story.world.read("mlpipe-experiment", key.replace(FACTS, ANALYSIS)))
    assert "clicked" in analysis["explanations"]["kernel_shap"]


def test_what_was_upserted_does_not_differ(story: Story) -> None:
    assert {line.split()[0] for line in story.upserted.output.splitlines()} == {"created"}

    again = story.world.type("diff", "--env", "production", "--pipeline", "clicks")

    assert (again.exit_code, again.output) == (0, "")
