"""What goes wrong in AWS on demand: calls and jobs."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from mlpipe_sandbox.aws.faults import (
    ApiDelayed,
    ApiError,
    ApiReset,
    ApiStatus,
    ApiThrottled,
    JobKilled,
    JobRefused,
    JobTimedOut,
)

from .conftest import Aws

STAY = "import time\ntime.sleep(60)"


@pytest.fixture(autouse=True)
def clear(aws: Aws) -> Iterator[None]:
    yield
    aws.sandbox.faults.clear()


def client(aws: Aws, service: str = "sagemaker", *, attempts: int = 1, timeout: float = 10) -> Any:
    retries: Any = {"total_max_attempts": attempts, "mode": "standard"}
    return boto3.client(
        service,
        endpoint_url=aws.sandbox.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(proxies={}, retries=retries, read_timeout=timeout),
    )


def control(aws: Aws, method: str, path: str = "", body: object = None) -> Any:
    request = urllib.request.Request(  # noqa: S310  # loopback
        f"{aws.sandbox.endpoint_url}/sandbox/faults{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return {"status": error.code, **json.load(error)}


def test_a_throttled_call_is_tried_again_by_boto3(aws: Aws) -> None:
    throttled = aws.sandbox.faults.add(ApiThrottled(operation="ListPipelines", times=1))
    client(aws, attempts=2).list_pipelines()
    assert throttled.happened == 1
    aws.sandbox.faults.add(ApiThrottled(times=1))
    with pytest.raises(ClientError, match="Rate exceeded") as refused:
        client(aws).list_pipelines()
    assert refused.value.response["Error"]["Code"] == "ThrottlingException"


def test_a_fault_of_one_operation_spares_the_others(aws: Aws) -> None:
    denied = ApiError(operation="ListPipelines", error="AccessDeniedException")
    with aws.sandbox.faults.add(denied):
        client(aws).list_experiments()
        with pytest.raises(ClientError, match="AccessDeniedException"):
            client(aws).list_pipelines()
    client(aws).list_pipelines()


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [("s3", "list_buckets", "AccessDenied"), ("sts", "get_caller_identity", "ExpiredToken")],
)
def test_services_that_speak_xml_fail_in_xml(
    aws: Aws, service: str, operation: str, code: str
) -> None:
    aws.sandbox.faults.add(ApiError(service=service, error=code, status=403))
    ask = client(aws, service)
    with pytest.raises(ClientError, match=code):
        getattr(ask, operation)()


def test_what_is_done_before_the_answer_is_lost_stays_done(aws: Aws) -> None:
    aws.sandbox.faults.add(ApiStatus(operation="CreateExperiment", done=True, times=1))
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        client(aws).create_experiment(ExperimentName="lost-answer")
    assert client(aws).describe_experiment(ExperimentName="lost-answer")


def test_a_connection_is_reset_and_an_answer_hangs(aws: Aws) -> None:
    with aws.sandbox.faults.add(ApiReset()), pytest.raises(ConnectionClosedError):
        client(aws).list_pipelines()
    with aws.sandbox.faults.add(ApiDelayed(seconds=3600)), pytest.raises(ReadTimeoutError):
        client(aws, timeout=0.2).list_pipelines()


def test_another_process_orders_faults_over_http(aws: Aws) -> None:
    fault = {"fault": "api_throttled", "operation": "ListPipelines", "times": 1}
    added = control(aws, "POST", body=fault)["fault"]
    with pytest.raises(ClientError, match="Rate exceeded"):
        client(aws).list_pipelines()
    (shown,) = control(aws, "GET")["faults"]
    assert shown == added | {"happened": 1}
    assert control(aws, "DELETE", f"/{added['id']}") == {"ok": True}
    assert control(aws, "DELETE", f"/{added['id']}")["status"] == 404
    wrong = control(aws, "POST", body=fault | {"times": 0})
    assert wrong["status"] == 400
    assert "times" in wrong["error"]


def test_a_step_out_of_memory_fails_and_its_retry_succeeds(aws: Aws) -> None:
    aws.sandbox.faults.add(JobKilled(job="pipelines-*-Heavy-*", seconds=0.1))
    ended = aws.run(aws.step("Heavy", STAY.replace("60", "1")))
    assert ended.status == "Failed"
    assert "more memory" in ended.steps["Heavy"]["FailureReason"]
    aws.sagemaker.retry_pipeline_execution(
        PipelineExecutionArn=ended.arn, ClientRequestToken="again".ljust(32, "x")
    )
    again = aws.ended(ended.arn)
    assert again.status == "Succeeded"
    assert again.steps["Heavy"]["AttemptCount"] == 2


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (JobTimedOut(), "Stopped", "MaxRuntimeInSeconds, 86400"),
        (JobRefused(), "Failed", "CapacityError: Unable to provision"),
        (JobRefused(why="internal_error"), "Failed", "InternalServerError"),
    ],
)
def test_a_job_ends_as_aws_ends_it(aws: Aws, fault: Any, status: str, said: str) -> None:
    aws.sandbox.faults.add(fault)
    job = aws.processed(aws.process(STAY))
    assert job["ProcessingJobStatus"] == status
    assert said in job["FailureReason"]
