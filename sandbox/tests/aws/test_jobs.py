"""Processing and training jobs by the container contract."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import BUCKET, IMAGE, ROLE, Aws, processing, until

PROCESSING = "/aws/sagemaker/ProcessingJobs"
TRAINING = "/aws/sagemaker/TrainingJobs"


def train(aws: Aws, text: str, *arguments: str, **more: Any) -> str:
    """Create a training job that runs a script; returns its name."""
    name = f"training-{next(aws.numbers)}"
    request: dict[str, Any] = {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": aws.script(text),
            **({"ContainerArguments": list(arguments)} if arguments else {}),
        },
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models/"},
        "ResourceConfig": {
            "InstanceCount": 1,
            "InstanceType": "ml.m5.xlarge",
            "VolumeSizeInGB": 10,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    }
    aws.sagemaker.create_training_job(TrainingJobName=name, RoleArn=ROLE, **(request | more))
    return name


def test_inputs_come_from_s3_and_outputs_go_there(aws: Aws) -> None:
    aws.put("in/deep/a.txt", "one")
    aws.put("in/b.txt", "two")
    one = aws.put("single/c.txt", "three")
    copy = """
import pathlib, shutil, sys
for source in sys.argv[1:3]:
    shutil.copytree(source, sys.argv[3], dirs_exist_ok=True)
"""
    name = aws.process(
        copy,
        inputs={"folder": f"s3://{BUCKET}/in", "file": one},
        outputs={"out": f"s3://{BUCKET}/out"},
        arguments=[f"/opt/ml/processing/{part}" for part in ("folder", "file", "out")],
    )
    assert aws.processed(name)["ProcessingJobStatus"] == "Completed"
    assert [aws.get(f"out/{key}") for key in ("deep/a.txt", "b.txt", "c.txt")] == [
        "one",
        "two",
        "three",
    ]


def test_a_failed_job_still_uploads_what_it_wrote(aws: Aws) -> None:
    text = "import pathlib, sys; pathlib.Path(sys.argv[1], 'half').write_text('x'); sys.exit(3)"
    name = aws.process(
        text, outputs={"out": f"s3://{BUCKET}/failed"}, arguments=["/opt/ml/processing/out"]
    )
    job = aws.processed(name)
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: See job logs for more information"
    assert "ExitMessage" not in job
    assert aws.get("failed/half") == "x"


def test_a_job_sees_the_sandbox_and_its_own_environment_only(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "secret")
    name = aws.process(
        "import json, os; print(json.dumps(dict(os.environ)))",
        Environment={"WHERE": "/opt/ml/model", "PLAIN": "s3://bucket/opt/ml"},
    )
    aws.processed(name)
    seen = json.loads(aws.lines(PROCESSING, name)[0])
    folder = aws.folder / "jobs" / name
    assert seen["AWS_ENDPOINT_URL"] == aws.sandbox.endpoint_url
    assert seen["WHERE"] == f"{folder}/opt/ml/model"
    assert seen["PLAIN"] == "s3://bucket/opt/ml"
    assert seen["FROM_IMAGE"] == f"{folder}/opt/ml/x"
    assert "SLACK_BOT_TOKEN" not in seen


def test_stdout_and_stderr_are_the_log_by_the_sandboxs_clock(aws: Aws) -> None:
    name = aws.process("import sys; print('first'); print('second', file=sys.stderr)")
    aws.processed(name)
    assert aws.lines(PROCESSING, name) == ["first", "second"]
    (stream,) = aws.logs.describe_log_streams(
        logGroupName=PROCESSING, logStreamNamePrefix=f"{name}/algo-1-"
    )["logStreams"]
    (first, _) = aws.logs.get_log_events(
        logGroupName=PROCESSING, logStreamName=stream["logStreamName"]
    )["events"]
    assert abs(first["timestamp"] / 1000 - aws.clock.now().timestamp()) < 3600


def test_an_image_without_programs_says_how_to_map_it(aws: Aws) -> None:
    name = aws.process("print(1)", image="somewhere/else:latest")
    job = aws.processed(name)
    assert job["ProcessingJobStatus"] == "Failed"
    assert "somewhere/else:latest" in job["FailureReason"]
    assert "[[images]]" in job["FailureReason"]


def test_a_job_that_somebody_else_kills_is_taken_for_one_without_memory(aws: Aws) -> None:
    job = aws.processed(aws.process("import os; os.kill(os.getpid(), 9)"))
    assert job["ProcessingJobStatus"] == "Failed"
    assert "more memory" in job["FailureReason"]


def test_a_missing_input_names_its_uri(aws: Aws) -> None:
    name = aws.process("print(1)", inputs={"in": f"s3://{BUCKET}/nothing/here"})
    job = aws.processed(name)
    assert f's3://{BUCKET}/nothing/here" given in input data source' in job["FailureReason"]


def test_a_program_that_is_not_there_fails_the_job(aws: Aws) -> None:
    name = f"job-{next(aws.numbers)}"
    aws.sagemaker.create_processing_job(
        ProcessingJobName=name, RoleArn=ROLE, **processing(["no-such-program"])
    )
    assert "Cannot start 'no-such-program'" in aws.processed(name)["FailureReason"]


def test_a_job_that_runs_too_long_is_ended(aws: Aws) -> None:
    name = aws.process("import time; time.sleep(600)", StoppingCondition={"MaxRuntimeInSeconds": 1})
    job = aws.processed(name)
    assert job["ProcessingJobStatus"] == "Stopped"
    assert "MaxRuntimeInSeconds, 1" in job["FailureReason"]


def test_a_name_is_given_once(aws: Aws) -> None:
    name = aws.process("print(1)")
    with pytest.raises(ClientError, match="Job name must be unique") as refused:
        aws.sagemaker.create_processing_job(
            ProcessingJobName=name, RoleArn=ROLE, **processing(aws.script("print(1)"))
        )
    assert refused.value.response["Error"]["Code"] == "ResourceInUse"
    found = aws.sagemaker.list_processing_jobs(NameContains=name)["ProcessingJobSummaries"]
    assert [job["ProcessingJobName"] for job in found] == [name]


def test_training_turns_channels_into_a_model(aws: Aws) -> None:
    rows = aws.put("rows/rows.csv", "1,2")
    text = """
import json, pathlib, sys
root = pathlib.Path(sys.argv[1])
rows = (root / "input/data/train/rows.csv").read_text()
given = json.loads((root / "input/config/hyperparameters.json").read_text())
channels = json.loads((root / "input/config/inputdataconfig.json").read_text())
(root / "model/model.txt").write_text(json.dumps([rows, given, sorted(channels)]))
print("auc=0.5;")
print("auc=0.75;")
"""
    channel = {
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": rows}},
    }
    name = train(aws, text, "/opt/ml", InputDataConfig=[channel], HyperParameters={"depth": "3"})
    job = aws.trained(name)
    assert job["TrainingJobStatus"] == "Completed"
    uri = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert uri == f"s3://{BUCKET}/models/{name}/output/model.tar.gz"
    body = aws.s3.get_object(Bucket=BUCKET, Key=uri.split("/", 3)[3])["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        model = archive.extractfile("model.txt")
        assert model is not None
        assert json.loads(model.read()) == ["1,2", {"depth": "3"}, ["train"]]
    statuses = [entered["Status"] for entered in job["SecondaryStatusTransitions"]]
    assert statuses == ["Starting", "Downloading", "Training", "Uploading", "Completed"]


def test_training_metrics_are_read_from_the_log(aws: Aws) -> None:
    definition = {
        "TrainingImage": IMAGE,
        "TrainingInputMode": "File",
        "ContainerEntrypoint": aws.script("print('auc=0.5;'); print('auc=0.75;')"),
        "MetricDefinitions": [{"Name": "auc", "Regex": "auc=([0-9.]+);"}],
    }
    job = aws.trained(train(aws, "", AlgorithmSpecification=definition))
    (metric,) = job["FinalMetricDataList"]
    assert (metric["MetricName"], metric["Value"]) == ("auc", 0.75)


def test_a_failed_training_quotes_its_failure_file(aws: Aws) -> None:
    text = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('One class.'); sys.exit(2)"
    job = aws.trained(train(aws, text, "/opt/ml/output/failure"))
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: One class., exit code: 2"
    assert job["SecondaryStatus"] == "Failed"


def test_a_stopped_training_keeps_what_it_has(aws: Aws) -> None:
    text = """
import pathlib, sys, time
pathlib.Path(sys.argv[1], "half.txt").write_text("half")
print("ready")
while True: time.sleep(1)
"""
    name = train(aws, text, "/opt/ml/model")

    def ready() -> bool:
        streams = aws.logs.describe_log_streams(
            logGroupName=TRAINING, logStreamNamePrefix=f"{name}/"
        )["logStreams"]
        return bool(streams) and "ready" in aws.lines(TRAINING, name)

    until(ready)
    aws.sagemaker.stop_training_job(TrainingJobName=name)
    job = aws.trained(name)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    aws.s3.head_object(Bucket=BUCKET, Key=f"models/{name}/output/model.tar.gz")
