"""Steps that are answered from an earlier run of the same pipeline."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mlpipe_sandbox.aws.definition.caching import read_cache_config
from mlpipe_sandbox.aws.errors import ValidationError

from .conftest import BUCKET, IMAGE, ROLE, Aws, Ended, step
from .test_executions import evaluate_step, gate_step, json_get
from .test_restart import killed_in_the_end

FOR_AN_HOUR = {"Enabled": True, "ExpireAfter": "PT1H"}
DAY = {"Name": "Day", "Type": "String", "DefaultValue": "2013-06-28"}


def told(ended: Ended, name: str) -> str | None:
    """ARN of the execution that a step was taken from; None if it ran."""
    source: str | None = (
        ended.steps[name].get("CacheHitResult", {}).get("SourcePipelineExecutionArn")
    )
    return source


def cached(aws: Aws, text: str, config: Any = FOR_AN_HOUR, **more: Any) -> dict[str, Any]:
    return aws.step("Prepare", text, more={"CacheConfig": config}, **more)


def test_a_step_with_the_same_arguments_is_taken_from_the_run_before(aws: Aws) -> None:
    folder = f"s3://{BUCKET}/cached-{next(aws.numbers)}"
    write = "import pathlib, sys; pathlib.Path(sys.argv[1], 'rows').write_text(sys.argv[2])"
    arguments = ["/opt/ml/processing/out", {"Get": "Parameters.Day"}]
    unique = {"Std:Join": {"On": "/", "Values": [folder, {"Get": "Execution.PipelineExecutionId"}]}}
    prepare = cached(aws, write, arguments=arguments, outputs={"out": unique})
    read = aws.step(
        "Read",
        "import pathlib, sys; print(pathlib.Path(sys.argv[1], 'rows').read_text())",
        arguments=["/opt/ml/processing/in"],
        inputs={
            "in": {"Get": "Steps.Prepare.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri"}
        },
    )
    pipeline = aws.pipeline(prepare, read, parameters=[DAY])
    first = aws.ended(aws.start(pipeline))
    second = aws.ended(aws.start(pipeline))
    other = aws.ended(aws.start(pipeline, Day="2013-06-29"))
    third = aws.ended(aws.start(pipeline))

    assert [each.status for each in (first, second, other, third)] == ["Succeeded"] * 4
    assert (told(first, "Prepare"), told(other, "Prepare")) == (None, None)
    assert told(second, "Prepare") == told(third, "Prepare") == first.arn
    assert second.steps["Prepare"]["Metadata"] == first.steps["Prepare"]["Metadata"]
    assert told(second, "Read") is None  # it has no CacheConfig
    job = second.steps["Read"]["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    assert aws.lines("/aws/sagemaker/ProcessingJobs", job) == ["2013-06-28"]


def test_a_condition_reads_the_property_file_of_the_earlier_run(aws: Aws) -> None:
    folder = f"s3://{BUCKET}/gate-{next(aws.numbers)}"
    unique = {"Std:Join": {"On": "/", "Values": [folder, {"Get": "Execution.PipelineExecutionId"}]}}
    evaluate = evaluate_step(aws, unique) | {"CacheConfig": FOR_AN_HOUR}
    passed = {"Type": "Equals", "LeftValue": json_get("passed"), "RightValue": True}
    pipeline = aws.pipeline(evaluate, gate_step(aws, passed), parameters=[DAY])
    first = aws.ended(aws.start(pipeline))
    second = aws.ended(aws.start(pipeline))
    assert told(second, "Evaluate") == first.arn
    assert second.steps["CheckGate"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    assert "Passed" in second.steps


def test_what_counts_are_the_documented_arguments_only(aws: Aws) -> None:
    """Bigger instances and another time limit change nothing; the environment does."""
    prepare = cached(aws, "print(1)", Environment={"A": "1"})
    pipeline = aws.pipeline(prepare)
    first = aws.ended(aws.start(pipeline))

    def run_with(**arguments: Any) -> str | None:
        changed = prepare | {"Arguments": prepare["Arguments"] | arguments}
        update(aws, pipeline, changed)
        return told(aws.ended(aws.start(pipeline)), "Prepare")

    big = {"InstanceCount": 1, "InstanceType": "ml.m5.24xlarge", "VolumeSizeInGB": 100}
    assert run_with(ProcessingResources={"ClusterConfig": big}) == first.arn
    assert run_with(StoppingCondition={"MaxRuntimeInSeconds": 60}) == first.arn
    assert run_with(Environment={"A": "2"}) is None


def update(aws: Aws, pipeline: str, *steps: dict[str, Any]) -> None:
    definition = {"Version": "2020-12-01", "Steps": list(steps)}
    aws.sagemaker.update_pipeline(
        PipelineName=pipeline, PipelineDefinition=json.dumps(definition), RoleArn=ROLE
    )


def test_an_earlier_run_expires(aws: Aws) -> None:
    pipeline = aws.pipeline(cached(aws, "print(1)", {"Enabled": True, "ExpireAfter": "30dT5h"}))
    first = aws.ended(aws.start(pipeline))
    aws.clock.advance(dt.timedelta(days=30, hours=4))
    try:
        assert told(aws.ended(aws.start(pipeline)), "Prepare") == first.arn
        aws.clock.advance(dt.timedelta(hours=2))
        late = aws.ended(aws.start(pipeline))
        assert told(late, "Prepare") is None  # though it was taken meanwhile
        assert told(aws.ended(aws.start(pipeline)), "Prepare") == late.arn
    finally:
        aws.clock.advance(-dt.timedelta(days=30, hours=6))


def test_a_failed_run_is_never_taken_and_hides_none_that_succeeded(
    aws: Aws, tmp_path: Path
) -> None:
    flag = tmp_path / "broken"
    text = f"import pathlib, sys; sys.exit(pathlib.Path({str(flag)!r}).exists())"
    prepare = cached(aws, text)
    pipeline = aws.pipeline(prepare)
    flag.touch()
    assert aws.ended(aws.start(pipeline)).status == "Failed"
    flag.unlink()
    good = aws.ended(aws.start(pipeline))
    assert told(good, "Prepare") is None
    flag.touch()
    update(aws, pipeline, prepare | {"CacheConfig": {"Enabled": False}})
    assert aws.ended(aws.start(pipeline)).status == "Failed"
    update(aws, pipeline, prepare)
    assert told(aws.ended(aws.start(pipeline)), "Prepare") == good.arn


def test_another_pipeline_and_one_made_anew_start_without(aws: Aws) -> None:
    prepare = cached(aws, "print(1)")
    first, other = aws.pipeline(prepare), aws.pipeline(prepare)
    aws.ended(aws.start(first))
    assert told(aws.ended(aws.start(other)), "Prepare") is None
    aws.sagemaker.delete_pipeline(PipelineName=first, ClientRequestToken="d" * 32)
    definition = {"Version": "2020-12-01", "Steps": [prepare]}
    aws.sagemaker.create_pipeline(
        PipelineName=first,
        PipelineDefinition=json.dumps(definition),
        RoleArn=ROLE,
        ClientRequestToken=f"{first}-again".ljust(32, "x"),
    )
    assert told(aws.ended(aws.start(first)), "Prepare") is None


def test_training_is_cached_by_its_hyperparameters(aws: Aws) -> None:
    arguments = {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": aws.script("print(1)"),
        },
        "HyperParameters": {"depth": {"Get": "Parameters.Depth"}},
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
        "ResourceConfig": {
            "InstanceCount": 1,
            "InstanceType": "ml.m5.xlarge",
            "VolumeSizeInGB": 1,
        },
        "RoleArn": ROLE,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }
    train = step("Train", "Training", arguments, CacheConfig=FOR_AN_HOUR)
    depth = {"Name": "Depth", "Type": "String", "DefaultValue": "3"}
    pipeline = aws.pipeline(train, parameters=[depth])
    first = aws.ended(aws.start(pipeline))
    assert first.status == "Succeeded"
    again = aws.ended(aws.start(pipeline))
    assert told(again, "Train") == first.arn
    assert again.steps["Train"]["Metadata"] == first.steps["Train"]["Metadata"]
    assert told(aws.ended(aws.start(pipeline, Depth="4")), "Train") is None


def test_the_cache_outlives_the_sandbox(tmp_path: Path) -> None:
    with killed_in_the_end(tmp_path) as aws:
        first = aws.ended(aws.start(aws.pipeline(cached(aws, "print(1)"), name="p"), token="a"))
        assert first.status == "Succeeded"
    with killed_in_the_end(tmp_path) as aws:
        assert told(aws.ended(aws.start("p", token="b")), "Prepare") == first.arn


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("PT1H", dt.timedelta(hours=1)),
        ("30d", dt.timedelta(days=30)),
        ("T16m", dt.timedelta(minutes=16)),
        ("30dT5h", dt.timedelta(days=30, hours=5)),
        ("5y", dt.timedelta(days=5 * 365)),
        ("P1M1W", dt.timedelta(days=37)),
    ],
)
def test_durations_are_read_as_aws_writes_them(text: str, age: dt.timedelta) -> None:
    assert read_cache_config("S", {"Enabled": True, "ExpireAfter": text}) == age
    assert read_cache_config("S", {"Enabled": False, "ExpireAfter": text}) is None


@pytest.mark.parametrize("text", ["", "P", "PT", "T", "1", "1 hour", "PT5S", "P-1D", 3600, []])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValidationError, match="Unable to parse pipeline definition"):
        read_cache_config("S", {"Enabled": True, "ExpireAfter": text})


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "needs Enabled"),
        ({"Enabled": "true"}, "needs Enabled"),
        ([], "needs Enabled"),
        ({"Enabled": True}, "needs ExpireAfter"),
        ({"Enabled": True, "ExpireAfter": "1 hour"}, "ISO 8601 duration"),
        (FOR_AN_HOUR | {"Expires": "1d"}, "Unknown member 'Expires'"),
    ],
)
def test_a_malformed_cache_config_creates_no_pipeline(aws: Aws, config: Any, message: str) -> None:
    with pytest.raises(ClientError, match=message) as refused:
        aws.pipeline(cached(aws, "print(1)", config))
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_steps_that_make_nothing_are_not_cached(aws: Aws) -> None:
    with pytest.raises(ClientError, match="a Fail step takes no CacheConfig"):
        aws.pipeline(step("No", "Fail", {"ErrorMessage": "no"}, CacheConfig=FOR_AN_HOUR))
