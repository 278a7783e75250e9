"""The metrics of a training job in the embedded SageMaker, while it runs and at its end."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3

from bot.sessions import session_of
from core.domain import Environment, EnvironmentName, Step, StepStatus
from mlops.aws import Aws
from mlops.training_metrics import TrainingMetrics
from mlpipe_sandbox.aws import AwsSandbox
from tests.scenario.tiny_pipeline import IMAGE, ROLE

HERE = Environment(
    name=EnvironmentName("experiment"),
    region="us-east-1",
    bucket="outputs",
    role_arn=ROLE,
    image=IMAGE,
)
SECONDS = 60


async def test_a_running_jobs_metrics_are_read_from_its_log_and_then_from_sagemaker(
    aws: AwsSandbox, tmp_path: Path
) -> None:
    hold = tmp_path / "hold"
    hold.touch()
    sagemaker: Any = boto3.client("sagemaker", region_name="us-east-1")
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="outputs")
    work = f"echo auc=0.71; echo auc=0.74; while [ -e {hold} ]; do sleep 0.05; done; echo auc=0.79"
    job = sagemaker.create_training_job(
        TrainingJobName="train",
        AlgorithmSpecification={
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["sh", "-c", work],
            "MetricDefinitions": [{"Name": "auc", "Regex": "auc=([0-9.]+)"}],
        },
        RoleArn=ROLE,
        OutputDataConfig={"S3OutputPath": "s3://outputs/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    step = Step(
        "Train", StepStatus.EXECUTING, kind="TrainingJob", job_arn=str(job["TrainingJobArn"])
    )
    with ThreadPoolExecutor(2) as executor:
        metrics = TrainingMetrics(Aws(HERE, session=session_of, executor=executor))
        assert await _until(metrics, step, {"auc": 0.74})
        hold.unlink()
        assert await _until(metrics, step, {"auc": 0.79})
    described = sagemaker.describe_training_job(TrainingJobName="train")
    assert described["TrainingJobStatus"] in ("InProgress", "Completed")


async def _until(metrics: TrainingMetrics, step: Step, wanted: dict[str, float]) -> bool:
    """Ask again and again, which takes its time, until that is what comes."""
    deadline = time.monotonic() + SECONDS
    while await metrics.newest(step) != wanted:
        assert time.monotonic() < deadline
    return True
