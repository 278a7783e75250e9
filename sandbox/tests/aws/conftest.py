"""A sandbox on a real socket, and what the tests of it share."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mlpipe_sandbox.aws import AwsSandbox, Image
from mlpipe_sandbox.clock import Clock

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/steps:1"
ROLE = "arn:aws:iam::123456789012:role/pipeline"
MORNING = dt.datetime(2013, 6, 29, 12, 5, tzinfo=dt.UTC)
BUCKET = "bucket"
DEADLINE_SECONDS = 30.0


@dataclass
class Aws:
    """A running sandbox with boto3's clients of it."""

    sandbox: AwsSandbox
    clock: Clock
    folder: Path
    sagemaker: Any
    s3: Any
    logs: Any
    metrics: Any
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def script(self, text: str) -> list[str]:
        """Entrypoint that runs a Python script, which lies outside of the job's folder."""
        file = self.folder / f"script-{next(self.numbers)}.py"
        file.write_text(text)
        return ["python", str(file)]

    def step(self, name: str, text: str, *, more: Any = None, **request: Any) -> dict[str, Any]:
        """A processing step that runs a Python script."""
        arguments = processing(self.script(text), **request) | {"RoleArn": ROLE}
        return step(name, "Processing", arguments, **(more or {}))

    def put(self, key: str, content: str) -> str:
        """An object in the bucket; returns its URI."""
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content.encode())
        return f"s3://{BUCKET}/{key}"

    def get(self, key: str) -> str:
        content: bytes = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return content.decode()

    def pipeline(
        self, *steps: dict[str, Any], parameters: Any = (), name: str | None = None, **more: Any
    ) -> str:
        """Create a pipeline of these steps; returns its name."""
        name = name or f"pipeline-{next(self.numbers)}"
        definition = {
            "Version": "2020-12-01",
            "Parameters": list(parameters),
            "Steps": list(steps),
            **more,
        }
        self.sagemaker.create_pipeline(
            PipelineName=name,
            PipelineDefinition=json.dumps(definition),
            RoleArn=ROLE,
            ClientRequestToken=f"{name}-".ljust(32, "x"),
        )
        return name

    def start(self, pipeline: str, *, token: str | None = None, **parameters: str) -> str:
        arn: str = self.sagemaker.start_pipeline_execution(
            PipelineName=pipeline,
            ClientRequestToken=(token or f"{pipeline}-{next(self.numbers)}-").ljust(32, "x"),
            PipelineParameters=[{"Name": n, "Value": v} for n, v in parameters.items()],
        )["PipelineExecutionArn"]
        return arn

    def run(self, *steps: dict[str, Any], parameters: Any = (), **values: str) -> Ended:
        """Create a pipeline, execute it to its end."""
        return self.ended(self.start(self.pipeline(*steps, parameters=parameters), **values))

    def ended(self, arn: str) -> Ended:
        until(lambda: self.status(arn) not in {"Executing", "Stopping"})
        return Ended(
            arn,
            self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn),
            {step["StepName"]: step for step in self.steps(arn)},
        )

    def status(self, arn: str) -> str:
        status: str = self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)[
            "PipelineExecutionStatus"
        ]
        return status

    def steps(self, arn: str) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = self.sagemaker.list_pipeline_execution_steps(
            PipelineExecutionArn=arn, SortOrder="Ascending"
        )["PipelineExecutionSteps"]
        return steps

    def process(self, text: str, **more: Any) -> str:
        """Create a processing job that runs a script; returns its name."""
        name = f"job-{next(self.numbers)}"
        self.sagemaker.create_processing_job(
            ProcessingJobName=name, RoleArn=ROLE, **processing(self.script(text), **more)
        )
        return name

    def processed(self, name: str) -> dict[str, Any]:
        """A processing job once it has ended."""

        def describe() -> dict[str, Any]:
            job: dict[str, Any] = self.sagemaker.describe_processing_job(ProcessingJobName=name)
            return job

        until(lambda: describe()["ProcessingJobStatus"] not in {"InProgress", "Stopping"})
        return describe()

    def trained(self, name: str) -> dict[str, Any]:
        """A training job once it has ended."""

        def describe() -> dict[str, Any]:
            job: dict[str, Any] = self.sagemaker.describe_training_job(TrainingJobName=name)
            return job

        until(lambda: describe()["TrainingJobStatus"] not in {"InProgress", "Stopping"})
        return describe()

    def lines(self, group: str, job: str) -> list[str]:
        """What a job printed."""
        (stream,) = self.logs.describe_log_streams(
            logGroupName=group, logStreamNamePrefix=f"{job}/"
        )["logStreams"]
        events = self.logs.get_log_events(
            logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
        )["events"]
        return [event["message"] for event in events]


@dataclass(frozen=True)
class Ended:
    """An execution that has ended."""

    arn: str
    execution: dict[str, Any]
    steps: dict[str, dict[str, Any]]

    @property
    def status(self) -> str:
        status: str = self.execution["PipelineExecutionStatus"]
        return status


def until(holds: Callable[[], bool], *, seconds: float = DEADLINE_SECONDS) -> None:
    """Look until something holds; fail if it does not within the deadline."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def processing(
    entrypoint: list[str],
    *,
    inputs: dict[str, str] | None = None,
    outputs: dict[str, Any] | None = None,
    arguments: list[Any] | None = None,
    image: str = IMAGE,
    **more: Any,
) -> dict[str, Any]:
    """CreateProcessingJob's request without names: inputs and outputs by name → URI."""
    application: dict[str, Any] = {"ImageUri": image, "ContainerEntrypoint": entrypoint}
    if arguments is not None:
        application["ContainerArguments"] = arguments
    cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 10}
    return {
        "AppSpecification": application,
        "ProcessingResources": {"ClusterConfig": cluster},
        "ProcessingInputs": [
            {
                "InputName": name,
                "S3Input": {
                    "S3Uri": uri,
                    "LocalPath": f"/opt/ml/processing/{name}",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            }
            for name, uri in (inputs or {}).items()
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": name,
                    "S3Output": {
                        "S3Uri": uri,
                        "LocalPath": f"/opt/ml/processing/{name}",
                        "S3UploadMode": "EndOfJob",
                    },
                }
                for name, uri in (outputs or {}).items()
            ]
        },
        **more,
    }


def step(name: str, kind: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A step of a definition."""
    return {"Name": name, "Type": kind, "Arguments": arguments, **more}


# Not longer than a file's tests: a process has one sandbox at a time, and others want theirs.
@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    clock = Clock(MORNING)
    folder = tmp_path_factory.mktemp("aws")
    images = {"*/steps:*": Image(bin=Path(sys.executable).parent, env={"FROM_IMAGE": "/opt/ml/x"})}
    with AwsSandbox(state=folder, clock=clock, images=images) as sandbox:
        services = ("sagemaker", "s3", "logs", "sagemaker-metrics")
        yield Aws(sandbox, clock, folder, *(sandbox.client(service) for service in services))


@pytest.fixture
def aws(running: Aws) -> Aws:
    """The sandbox, shared by a file's tests: they name what they create apart."""
    buckets = {bucket["Name"] for bucket in running.s3.list_buckets()["Buckets"]}
    if BUCKET not in buckets:
        running.s3.create_bucket(Bucket=BUCKET)
    return running
