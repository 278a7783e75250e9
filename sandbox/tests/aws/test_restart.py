"""A sandbox that was killed, and the next one on its state folder."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from mlpipe_sandbox.aws.jobs.logs import PROCESSING
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.database import StateError, alone, open_database
from mlpipe_sandbox.lifeline import end_leftovers

from .conftest import BUCKET, IMAGE, ROLE, Aws, processing, step, until

STAYS_ONCE = """
import os, pathlib, time
pid = pathlib.Path({pid!r})
again = pid.exists()
pid.write_text(str(os.getpid()))
while not again: time.sleep(1)
"""


@contextlib.contextmanager
def killed_in_the_end(state: Path, programs: Path | None = None) -> Iterator[Aws]:
    """A sandbox in a process of its own, which ends by SIGKILL; `programs` stand for the image."""
    serve = [sys.executable, "-m", "mlpipe_sandbox.aws", "--port", "0", "--state", str(state)]
    image = ["--image", IMAGE, str(programs or Path(sys.executable).parent)]
    with subprocess.Popen([*serve, *image], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            exported = iter(server.stdout.readline, "export no_proxy")
            line = next(line for line in exported if "AWS_ENDPOINT_URL" in line)
            url = line.partition("=")[2].strip().strip("'")
            services = ("sagemaker", "s3", "logs", "sagemaker-metrics")
            made = (_client(service, url) for service in services)
            yield Aws(None, Clock(), state, *made)  # type: ignore[arg-type]  # it is over there
        finally:
            server.kill()


def _client(service: str, url: str) -> Any:
    config = Config(proxies={}, s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=config,
    )


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    with contextlib.suppress(OSError):  # a zombie whose parent has not looked is gone too
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return False


def test_an_execution_killed_with_its_runner_fails_and_can_be_retried(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    with killed_in_the_end(tmp_path) as aws:
        done = aws.step("Done", "print('done')")
        staying = aws.step("Staying", STAYS_ONCE.format(pid=str(pid)))
        arn = aws.start(aws.pipeline(done, staying | {"DependsOn": ["Done"]}, name="p"), token="t")
        until(lambda: pid.exists() and bool(pid.read_text()))
        assert aws.status(arn) == "Executing"
    until(lambda: gone(int(pid.read_text())))

    with killed_in_the_end(tmp_path) as aws:
        ended = aws.ended(arn)
        assert ended.status == "Failed"
        assert ended.execution["FailureReason"] == "Step failure: One or multiple steps failed."
        assert ended.steps["Done"]["StepStatus"] == "Succeeded"
        assert ended.steps["Staying"]["StepStatus"] == "Failed"
        assert "InternalServerError" in ended.steps["Staying"]["FailureReason"]
        job_arn = ended.steps["Staying"]["Metadata"]["ProcessingJob"]["Arn"]
        job = aws.processed(job_arn.rpartition("/")[2])
        assert job["ProcessingJobStatus"] == "Failed"
        assert "InternalServerError" in job["FailureReason"]
        assert "ProcessingEndTime" in job

        aws.sagemaker.retry_pipeline_execution(
            PipelineExecutionArn=arn, ClientRequestToken="again".ljust(32, "x")
        )
        again = aws.ended(arn)
        assert again.status == "Succeeded"
        assert again.steps["Staying"]["AttemptCount"] == 2
        assert again.steps["Done"]["EndTime"] == ended.steps["Done"]["EndTime"]
        assert aws.start("p", token="t") == arn


def test_sagemaker_s3_and_logs_are_kept_over_a_kill(tmp_path: Path) -> None:
    with killed_in_the_end(tmp_path) as aws:
        _fill_s3(aws)
        experiment = {"ExperimentName": "e", "TrialName": "t"}
        arguments = processing(aws.script("print('one')\nprint('two')")) | {"RoleArn": ROLE}
        name = aws.pipeline(
            step("Only", "Processing", arguments), name="p", PipelineExperimentConfig=experiment
        )
        arn = aws.start(name, token="t")
        before = _seen(aws, arn)
        aws.sagemaker.create_model_package_group(
            ModelPackageGroupName="g", Tags=[{"Key": "team", "Value": "data"}]
        )
    with killed_in_the_end(tmp_path) as aws:
        assert _seen(aws, arn) == before
        _check_s3(aws)
        group = aws.sagemaker.describe_model_package_group(ModelPackageGroupName="g")
        tags = aws.sagemaker.list_tags(ResourceArn=group["ModelPackageGroupArn"])["Tags"]
        assert tags == [{"Key": "team", "Value": "data"}]


def _seen(aws: Aws, arn: str) -> Any:
    """All there is to see of an execution of one step."""
    ended = aws.ended(arn)
    job = ended.steps["Only"]["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    components = aws.sagemaker.list_trial_components(TrialName="t")["TrialComponentSummaries"]
    execution = ended.execution
    execution.pop("ResponseMetadata")
    return execution, ended.steps, components, aws.lines(PROCESSING, job)


def _fill_s3(aws: Aws) -> None:
    aws.s3.create_bucket(Bucket=BUCKET)
    aws.put("gone", "x")
    aws.put("also gone", "x")
    aws.put("überschrieben/a b+c", "old")
    aws.s3.put_object(
        Bucket=BUCKET,
        Key="überschrieben/a b+c",
        Body=b"new",
        Metadata={"who": "me"},
        ContentType="text/csv",
        Tagging="k=v",
    )
    aws.s3.delete_object(Bucket=BUCKET, Key="gone")
    aws.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "also gone"}]})
    aws.s3.create_bucket(Bucket="versioned")
    aws.s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    for content in (b"1", b"2"):
        aws.s3.put_object(Bucket="versioned", Key="key", Body=content)
    aws.s3.delete_object(Bucket="versioned", Key="key")
    aws.s3.create_bucket(Bucket="emptied")
    aws.s3.delete_bucket(Bucket="emptied")


def _check_s3(aws: Aws) -> None:
    assert {bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"]} == {BUCKET, "versioned"}
    listed = aws.s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [item["Key"] for item in listed] == ["überschrieben/a b+c"]
    read = aws.s3.get_object(Bucket=BUCKET, Key="überschrieben/a b+c")
    assert read["Body"].read() == b"new"
    assert (read["Metadata"], read["ContentType"]) == ({"who": "me"}, "text/csv")
    tagging = aws.s3.get_object_tagging(Bucket=BUCKET, Key="überschrieben/a b+c")
    assert tagging["TagSet"] == [{"Key": "k", "Value": "v"}]
    versions = aws.s3.list_object_versions(Bucket="versioned")
    (marker,) = versions["DeleteMarkers"]
    assert marker["IsLatest"]
    contents = [
        aws.s3.get_object(Bucket="versioned", Key="key", VersionId=version["VersionId"])["Body"]
        for version in versions["Versions"]
    ]
    assert [content.read() for content in contents] == [b"2", b"1"]
    with pytest.raises(ClientError, match="NoSuchKey"):
        aws.s3.get_object(Bucket="versioned", Key="key")


def test_what_a_job_of_the_folder_left_running_is_ended(tmp_path: Path) -> None:
    ours, other = (
        subprocess.Popen(["sleep", "60"], env={**os.environ, "HOME": str(home)})
        for home in (tmp_path / "jobs" / "a", tmp_path / "elsewhere")
    )
    try:
        if Path("/proc/self/environ").exists():
            end_leftovers(tmp_path / "jobs")
            assert ours.wait(10) == -signal.SIGKILL
        assert other.poll() is None
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(StateError, match="Another sandbox"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_a_file_of_another_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StateError, match="another version of the sandbox: remove"):
        open_database(file, "")
    file.write_bytes(b"no database" * 100)
    with pytest.raises(StateError, match="cannot be read"):
        open_database(file, "")


def test_a_tuning_job_killed_with_its_runner_fails_and_keeps_what_it_tried(tmp_path: Path) -> None:
    from .test_tuning import described, request, trained, tune

    programs, pids = tmp_path / "bin", tmp_path / "pids"
    programs.mkdir()
    pids.mkdir()
    train = programs / "train"
    train.write_text(f"#!/bin/sh\ntouch {pids}/$$\nexec sleep 600\n")
    train.chmod(0o755)
    with killed_in_the_end(tmp_path / "state", programs) as aws:
        name = tune(aws, request(None, [], jobs=9, parallel=2))
        until(lambda: len(list(pids.iterdir())) == 2)
    until(lambda: all(gone(int(pid.name)) for pid in pids.iterdir()))
    with killed_in_the_end(tmp_path / "state", programs) as aws:
        job = described(aws, name)
        assert job["HyperParameterTuningJobStatus"] == "Failed"
        assert job["FailureReason"].startswith("InternalServerError")
        assert [each["TrainingJobStatus"] for each in trained(aws, name)] == ["Failed", "Failed"]
