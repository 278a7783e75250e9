from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import boto3
import pytest

from core.console import Console
from core.domain import Adopted, Pipeline, PipelineName, ResultFile
from deploy.pipeline import backfill
from deploy.pipeline.steps import backfill as script
from tests.unit.pipeline.conftest import EXPERIMENT, FLIGHTS, PRODUCTION, Run
from tests.unit.pipeline.expressions import faults

TRAIN = ("--env", "production", "--kind", "train")
DAYS = ("--from", "2013-06-26", "--to", "2013-06-28")
BACKFILL = ("backfill", "--env", "production", "--pipeline", "flights")


def test_importing_the_command_does_not_import_the_sdk() -> None:
    code = "import sys, deploy.pipeline.cli; print('sagemaker' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_upsert_creates_then_leaves_alone_then_updates(run: Run, console: Console) -> None:
    first = run("upsert", "--create-bucket")
    again = run("upsert")
    changed = replace(PRODUCTION, instance_type="ml.m5.4xlarge")
    console = replace(console, environments={**console.environments, changed.name: changed})
    after = run("upsert", *TRAIN, console=console)

    assert [line.split()[0] for line in first.output.splitlines()] == ["created"] * 6
    assert [line.split()[0] for line in again.output.splitlines()] == ["unchanged"] * 6
    arn = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/flights-production-train"
    assert after.output == f"updated {arn}\n"


def test_upsert_creates_what_the_pipelines_stand_on(run: Run) -> None:
    assert run("upsert", "--create-bucket", *TRAIN).exit_code == 0

    sagemaker = boto3.client("sagemaker", region_name="us-east-1")
    sagemaker.describe_model_package_group(ModelPackageGroupName="flights-production")
    sagemaker.describe_experiment(ExperimentName="flights-production")
    s3 = boto3.client("s3", region_name="us-east-1")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket="mlpipe-production")["Contents"]]
    tables, manifest = keys
    assert manifest.startswith("flights/config/")
    assert tables == manifest.replace("manifest.toml", "airlines.csv")
    definition = json.loads(
        sagemaker.describe_pipeline(PipelineName="flights-production-train")["PipelineDefinition"]
    )
    prepare = definition["Steps"][1]["Arguments"]["ProcessingInputs"][0]["S3Input"]["S3Uri"]
    assert f"{prepare}/manifest.toml" == f"s3://mlpipe-production/{manifest}"


def test_upsert_says_which_bucket_is_missing(run: Run) -> None:
    result = run("upsert")

    assert result.exit_code == 1
    assert result.output.startswith("Error: The bucket mlpipe-production of production is not")


def test_diff_shows_what_would_change(run: Run) -> None:
    before = run("diff", *TRAIN)
    run("upsert", "--create-bucket", *TRAIN)
    after = run("diff", *TRAIN)

    assert before.exit_code == 1
    assert before.output.startswith("--- flights-production-train (not there yet)\n")
    assert (after.exit_code, after.output) == (0, "")


def test_show_prints_the_definition(run: Run) -> None:
    result = run("show", "--env", "experiment", "--pipeline", "flights", "--kind", "evaluate")

    assert json.loads(result.output)["PipelineExperimentConfig"]["ExperimentName"] == (
        "flights-experiment"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "--env", "prod"), "There is no environment prod. There are production, exp"),
        (("diff", "--pipeline", "trains"), "There is no pipeline trains. There are flights."),
        (
            ("upsert", "--kind", "tune"),
            "There is no definition tune. There are train, evaluate, sweep.",
        ),
        ((*BACKFILL, *DAYS, "NumLeafs=3"), "There is no parameter NumLeafs. Did you mean NumLea"),
        ((*BACKFILL, *DAYS, "NumLeaves=x"), "NumLeaves has to be a whole number, not x."),
        ((*BACKFILL, *DAYS, "NumLeaves=1"), "NumLeaves has to be 2 … 4096, not 1."),
        ((*BACKFILL, *DAYS, "63"), "63 is not a parameter: write one such as NumLeaves=63."),
        ((*BACKFILL, *DAYS, "Seed=1", "Seed=2"), "Seed is given twice: write it once."),
        ((*BACKFILL, "--from", "June", "--to", "2013-06-28"), "June is not a day: write one such"),
        ((*BACKFILL, "--from", "2013-06-28", "--to", "2013-06-26"), "The first day, 2013-06-28,"),
        (
            (*BACKFILL, "--from", "2013-06-28", "--to", "2013-07-02"),
            "2013-07-02 has not happened yet: it is 2013-06-29.",
        ),
    ],
)
def test_wrong_input_is_told_in_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {said}")
    assert len(result.output.splitlines()) == 1


def test_a_manifest_that_is_not_there_is_named(run: Run, console: Console) -> None:
    lost = replace(FLIGHTS, manifest="datasets/lost.toml")
    result = run("show", console=replace(console, pipelines={lost.name: lost}))

    assert result.exit_code == 2
    assert "datasets/lost.toml of flights cannot be read" in result.output


def test_a_manifest_with_days_of_another_zone_is_refused(run: Run, console: Console) -> None:
    moved = replace(FLIGHTS, time_zone="Asia/Tokyo")
    result = run("show", console=replace(console, pipelines={moved.name: moved}))

    assert result.exit_code == 2
    assert "Asia/Tokyo in mlpipe.toml and of America/New_York in" in result.output


def test_a_backfill_wants_the_pipeline_to_be_there(run: Run) -> None:
    result = run(*BACKFILL, *DAYS)

    assert result.exit_code == 1
    assert "run `mlpipe pipeline upsert --env production` first" in result.output


def test_a_backfill_runs_what_is_deployed(run: Run) -> None:
    run("upsert", "--create-bucket", *TRAIN)
    result = run(*BACKFILL, *DAYS, "num_leaves=63", "--started-by", "T0ACME/U0ANA")

    assert result.exit_code == 0
    name = result.output.removeprefix("Started ").removesuffix(".\n")
    sagemaker = boto3.client("sagemaker", region_name="us-east-1")
    job = sagemaker.describe_processing_job(ProcessingJobName=name)
    options = script._parser().parse_args(job["AppSpecification"]["ContainerArguments"])
    assert (options.job, options.started_by) == (name, "T0ACME/U0ANA")
    assert dict(options.parameter)["NumLeaves"] == "63"
    assert options.recipe.endswith(":60/7/63/0.05/500/50/1.0/1.0/1")
    assert job["RoleArn"] == PRODUCTION.role_arn
    assert job["AppSpecification"]["ImageUri"] == PRODUCTION.image


def test_sagemaker_takes_the_backfills_request(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    real = backfill.job_request

    def keep(*words: Any, **named: Any) -> dict[str, Any]:
        sent.append(real(*words, **named))
        return sent[-1]

    monkeypatch.setattr(backfill, "job_request", keep)
    run("upsert", "--create-bucket", *TRAIN)
    run(*BACKFILL, *DAYS)

    assert faults("CreateProcessingJobRequest", sent[0]) == []


def test_buckets_are_created_in_their_own_region(run: Run) -> None:
    run("upsert", "--create-bucket")

    s3 = boto3.client("s3", region_name="us-east-1")
    where = s3.get_bucket_location(Bucket=EXPERIMENT.bucket)["LocationConstraint"]
    assert where == EXPERIMENT.region


def test_a_backfill_that_fails_says_why_and_exits_with_1(run: Run) -> None:
    """The embedded SageMaker knows no image here, so the job fails as one without an image does."""
    run("upsert", "--create-bucket", *TRAIN)
    result = run(*BACKFILL, *DAYS, "--wait")

    assert result.exit_code == 1
    started, said = result.output.splitlines()
    name = started.removeprefix("Started ").removesuffix(".")
    assert said.startswith(f"Error: The backfill {name} failed: ")
    assert PRODUCTION.image in said


def test_a_pipeline_that_was_adopted_is_defined_elsewhere(run: Run, console: Console) -> None:
    abalone = Pipeline(
        name=PipelineName("abalone"),
        manifest="",
        lake="",
        time_zone="UTC",
        adopted=Adopted("AbalonePipeline", PRODUCTION.name, ResultFile("Register")),
    )
    alone = replace(console, pipelines={abalone.name: abalone})
    assert "abalone was adopted: AbalonePipeline in SageMaker is defined where it always was" in (
        run("upsert", "--pipeline", "abalone", console=alone).stderr
    )
    assert "Every pipeline of mlpipe.toml was adopted" in run("upsert", console=alone).stderr
    both = replace(console, pipelines={**console.pipelines, abalone.name: abalone})
    assert run("show", *TRAIN, console=both).output == run("show", *TRAIN).output
