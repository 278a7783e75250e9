"""Starting and ending a sandbox, each in a process of its own: moto's state is one a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlpipe_sandbox.aws import AwsSandbox

from .conftest import BUCKET, Aws, until

SERVE = [sys.executable, "-m", "mlpipe_sandbox.aws", "--port", "0"]


def test_a_second_sandbox_in_the_process_is_refused(aws: Aws, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="has an AwsSandbox already"):
        AwsSandbox(state=tmp_path).__enter__()


def test_objects_are_as_old_as_the_clock_says(aws: Aws) -> None:
    aws.put("dated", "x")
    head = aws.s3.head_object(Bucket=BUCKET, Key="dated")
    assert head["LastModified"].year == 2013


def test_children_reach_it_even_behind_a_proxy(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "example.org")
    environment = aws.sandbox.environment()
    assert environment["AWS_ENDPOINT_URL"] == aws.sandbox.endpoint_url
    assert environment["NO_PROXY"] == "example.org,127.0.0.1,localhost"


def test_its_end_is_the_end_of_every_job(tmp_path: Path) -> None:
    job = tmp_path / "job.py"
    job.write_text(
        "import os, pathlib, time\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid()))\n"
        "while True: time.sleep(1)\n"
    )
    script = f"""
import pathlib, sys, time
from mlpipe_sandbox.aws import AwsSandbox, Image
folder = pathlib.Path({str(tmp_path)!r})
images = {{"*": Image(bin=pathlib.Path(sys.executable).parent)}}
with AwsSandbox(state=folder, images=images) as aws:
    aws.client("sagemaker").create_processing_job(
        ProcessingJobName="stay", RoleArn="arn:aws:iam::123456789012:role/pipeline",
        AppSpecification={{"ImageUri": "any", "ContainerEntrypoint": ["python", {str(job)!r}]}},
        ProcessingResources={{"ClusterConfig": {{"InstanceCount": 1,
            "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}}}})
    while not (folder / "pid").exists() or not (folder / "pid").read_text(): time.sleep(0.02)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_alone_it_prints_what_a_client_needs_and_ends_when_told(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*SERVE, "--state", str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        lines = iter(server.stdout.readline, "")
        address = next(line for line in lines if "AWS_ENDPOINT_URL" in line)
        assert "http://127.0.0.1:" in address
        server.terminate()
        until(lambda: server.poll() is not None)
    assert server.returncode == 0
