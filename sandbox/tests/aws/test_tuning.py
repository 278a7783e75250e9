"""Hyperparameter tuning for real: Optuna chooses, training jobs run, the best is found."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mlpipe_sandbox.aws import Image

from .conftest import BUCKET, IMAGE, ROLE, Aws, step, until
from .test_restart import gone

TRAIN = """
import json, pathlib, sys
given = json.loads(pathlib.Path("opt/ml/input/config/hyperparameters.json").read_text())
x, kind = float(given["x"]), given.get("kind", "a")
if given.get("fails") == "yes":
    sys.exit(3)
for n in range(3):
    print(f"loss={(x - 3) ** 2 + (kind == 'b') + 2 - n}", flush=True)
pathlib.Path("opt/ml/model/x").write_text(given["x"])
"""
WAITS = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1]).joinpath(str(os.getpid())).touch()
time.sleep(600)
"""


def request(
    aws: Aws | None,
    script: list[str],
    *,
    ranges: dict[str, Any] | None = None,
    jobs: int | None = 6,
    parallel: int = 2,
    strategy: str = "Bayesian",
    static: dict[str, str] | None = None,
    **config: Any,
) -> dict[str, Any]:
    """CreateHyperParameterTuningJob's request without its name; the image runs the script."""
    limits: dict[str, int] = {"MaxParallelTrainingJobs": parallel}
    if jobs is not None:
        limits["MaxNumberOfTrainingJobs"] = jobs
    continuous = [{"Name": "x", "MinValue": "-10", "MaxValue": "10"}]
    return {
        "HyperParameterTuningJobConfig": {
            "Strategy": strategy,
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": limits,
            "ParameterRanges": ranges or {"ContinuousParameterRanges": continuous},
            "RandomSeed": 1,
            **config,
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": static or {},
            "AlgorithmSpecification": {
                "TrainingImage": image_of(aws, script) if aws else IMAGE,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": r"loss=([-\d.e]+)"}],
            },
            "RoleArn": ROLE,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.xlarge",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        },
    }


def image_of(aws: Aws, script: list[str]) -> str:
    """An image whose ENTRYPOINT is the script: tuning jobs name no command of their own."""
    images = aws.sandbox._images._images
    (base,) = [image for glob, image in images.items() if glob == "*/steps:*"]
    uri = f"registry/tuned-{next(aws.numbers)}"
    images[uri] = Image(bin=base.bin, env=base.env, entrypoint=script)
    return uri


def tune(aws: Aws, given: dict[str, Any]) -> str:
    name = f"tune-{next(aws.numbers)}"
    aws.sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, **given)
    return name


def described(aws: Aws, name: str) -> dict[str, Any]:
    job: dict[str, Any] = aws.sagemaker.describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name
    )
    return job


def ended(aws: Aws, name: str) -> dict[str, Any]:
    until(lambda: described(aws, name)["HyperParameterTuningJobStatus"] not in _RUNS)
    return described(aws, name)


_RUNS = {"InProgress", "Stopping"}


def trained(aws: Aws, name: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        aws.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, MaxResults=100, **asked
        )
    )["TrainingJobSummaries"]
    return found


def test_a_pipeline_tunes_and_names_the_best(aws: Aws) -> None:
    parameters = [
        {"Name": "Most", "Type": "String", "DefaultValue": "10"},
        {"Name": "Jobs", "Type": "Integer", "DefaultValue": 6},
    ]
    given = request(aws, aws.script(TRAIN), static={"kind": "a"})
    config = given["HyperParameterTuningJobConfig"]
    config["ParameterRanges"]["ContinuousParameterRanges"][0]["MaxValue"] = {
        "Get": "Parameters.Most"
    }
    config["ResourceLimits"]["MaxNumberOfTrainingJobs"] = {"Get": "Parameters.Jobs"}
    best = {"Get": "Steps.Tune.BestTrainingJob.TrainingJobName"}
    tell = aws.step("Tell", "import sys; print(sys.argv[1])", arguments=[best])
    pipeline = aws.pipeline(
        step("Tune", "Tuning", given),
        tell,
        parameters=parameters,
        PipelineExperimentConfig={
            "ExperimentName": "sweeps",
            "TrialName": {"Get": "Execution.PipelineExecutionId"},
        },
    )
    done = aws.ended(aws.start(pipeline, Most="8"))
    assert done.status == "Succeeded"
    name = done.steps["Tune"]["Metadata"]["TuningJob"]["Arn"].rsplit("/", 1)[-1]
    job = described(aws, name)
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    assert job["TrainingJobStatusCounters"]["Completed"] == 6
    ranked = trained(aws, name, SortBy="FinalObjectiveMetricValue", SortOrder="Ascending")
    values = [each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for each in ranked]
    assert values == sorted(values)
    assert len(values) == 6
    assert job["BestTrainingJob"]["TrainingJobName"] == ranked[0]["TrainingJobName"]
    x = float(ranked[0]["TunedHyperParameters"]["x"])
    assert math.isclose(values[0], (x - 3) ** 2, abs_tol=1e-9)
    told = done.steps["Tell"]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    assert aws.lines("/aws/sagemaker/ProcessingJobs", told) == [ranked[0]["TrainingJobName"]]
    one = aws.sagemaker.describe_training_job(TrainingJobName=ranked[0]["TrainingJobName"])
    assert one["TuningJobArn"] == job["HyperParameterTuningJobArn"]
    assert one["HyperParameters"] == {
        "kind": "a",
        "x": ranked[0]["TunedHyperParameters"]["x"],
        "_tuning_objective_metric": "loss",
    }
    found = aws.sagemaker.search(
        Resource="ExperimentTrialComponent",
        SearchExpression={
            "Filters": [
                {"Name": "Parents.ExperimentName", "Operator": "Equals", "Value": "sweeps"},
                {"Name": "Parameters.x", "Operator": "Exists"},
            ]
        },
        SortBy="Metrics.loss.Last",
        SortOrder="Ascending",
    )["Results"]
    assert [each["TrialComponent"]["Metrics"][0]["Last"] for each in found] == values


def test_a_grid_tries_each_point_once(aws: Aws) -> None:
    ranges = {
        "CategoricalParameterRanges": [
            {"Name": "x", "Values": ["1", "3", "5"]},
            {"Name": "kind", "Values": ["a", "b"]},
        ]
    }
    given = request(aws, aws.script(TRAIN), ranges=ranges, strategy="Grid", jobs=None, parallel=3)
    job = ended(aws, tune(aws, given))
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    points = {
        tuple(sorted(each["TunedHyperParameters"].items()))
        for each in trained(aws, job["HyperParameterTuningJobName"])
    }
    assert len(points) == 6
    assert job["BestTrainingJob"]["TunedHyperParameters"] == {"x": "3", "kind": "a"}


@pytest.mark.parametrize("strategy", ["Random", "Hyperband"])
def test_every_strategy_finds_something(aws: Aws, strategy: str) -> None:
    ranges = {"IntegerParameterRanges": [{"Name": "x", "MinValue": "-4", "MaxValue": "9"}]}
    given = request(aws, aws.script(TRAIN), ranges=ranges, strategy=strategy, jobs=4)
    job = ended(aws, tune(aws, given))
    counters = job["TrainingJobStatusCounters"]
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    assert counters["Completed"] + counters["Stopped"] == 4
    assert float(job["BestTrainingJob"]["TunedHyperParameters"]["x"]).is_integer()


def test_a_stop_ends_every_process_and_starts_no_more(aws: Aws) -> None:
    pids = aws.folder / "pids"
    pids.mkdir()
    script = [*aws.script(WAITS), str(pids)]
    arn = aws.start(aws.pipeline(step("Tune", "Tuning", request(aws, script, jobs=9, parallel=2))))
    until(lambda: len(list(pids.iterdir())) == 2)
    aws.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    done = aws.ended(arn)
    assert done.status == "Stopped"
    assert done.steps["Tune"]["StepStatus"] == "Stopped"
    assert all(gone(int(pid.name)) for pid in pids.iterdir())
    name = done.steps["Tune"]["Metadata"]["TuningJob"]["Arn"].rsplit("/", 1)[-1]
    job = described(aws, name)
    assert job["HyperParameterTuningJobStatus"] == "Stopped"
    assert [each["TrainingJobStatus"] for each in trained(aws, name)] == ["Stopped"] * 2
    with pytest.raises(ClientError, match="is in status Stopped"):
        aws.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def test_training_jobs_that_all_fail_end_it(aws: Aws) -> None:
    given = request(aws, aws.script(TRAIN), static={"fails": "yes"}, jobs=9, parallel=3)
    job = ended(aws, tune(aws, given))
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("No training job succeeded after ")
    assert 5 <= job["TrainingJobStatusCounters"]["NonRetryableError"] <= 7
    assert "BestTrainingJob" not in job


def test_it_is_done_once_the_target_is_reached(aws: Aws) -> None:
    criteria = {"TargetObjectiveMetricValue": 1000.0}
    given = request(
        aws, aws.script(TRAIN), jobs=50, parallel=1, TuningJobCompletionCriteria=criteria
    )
    job = ended(aws, tune(aws, given))
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    assert job["TrainingJobStatusCounters"]["Completed"] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ranges": {"IntegerParameterRanges": []}}, "At least one hyperparameter range"),
        (
            {
                "ranges": {
                    "IntegerParameterRanges": [{"Name": "x", "MinValue": "1.5", "MaxValue": "2"}]
                }
            },
            "must each be an integer",
        ),
        (
            {
                "ranges": {
                    "ContinuousParameterRanges": [{"Name": "x", "MinValue": "3", "MaxValue": "2"}]
                }
            },
            "must not be greater than MaxValue",
        ),
        ({"static": {"x": "1"}}, "must be given once"),
        ({"strategy": "Grid"}, "categorical parameter ranges only"),
        ({"jobs": 2, "parallel": 3}, "MaxParallelTrainingJobs must not be greater"),
        ({"jobs": None}, "MaxNumberOfTrainingJobs must be specified"),
        ({"strategy": "Cleverly"}, "must satisfy enum value set"),
        (
            {"HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "auc"}},
            "must be one of the metric definitions",
        ),
    ],
)
def test_what_cannot_be_tuned_is_refused(aws: Aws, change: dict[str, Any], words: str) -> None:
    with pytest.raises(ClientError, match=words):
        tune(aws, request(aws, ["python"], **change))


def test_a_version_of_a_pipeline_is_executed_by_its_number(aws: Aws) -> None:
    name = aws.pipeline(aws.step("First", "print(1)"))
    second = aws.step("Second", "print(2)")
    definition = {"Version": "2020-12-01", "Steps": [second]}
    number = aws.sagemaker.update_pipeline(
        PipelineName=name, PipelineDefinition=json.dumps(definition)
    )["PipelineVersionId"]
    assert number == 2
    for version, ran in ((1, {"First"}), (2, {"Second"})):
        arn = aws.sagemaker.start_pipeline_execution(
            PipelineName=name, PipelineVersionId=version, ClientRequestToken=f"v{version}".ljust(32)
        )["PipelineExecutionArn"]
        done = aws.ended(arn)
        assert (done.status, set(done.steps)) == ("Succeeded", ran)
        assert done.execution["PipelineVersionId"] == version
    versions = aws.sagemaker.list_pipeline_versions(PipelineName=name)["PipelineVersionSummaries"]
    assert [each["PipelineVersionId"] for each in versions] == [2, 1]
    with pytest.raises(ClientError, match="has no version 9"):
        aws.sagemaker.describe_pipeline(PipelineName=name, PipelineVersionId=9)
