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
from .test_jobs import train

STAY = "import time\ntime.sleep(60)"


@pytest.fixture(autouse=True)
def clear(aws: Aws) -> Iterator[None]:
    yield
    aws.sandbox.faults.clear()


def client(aws: Aws, service: str = "sagemaker", *, attempts: int = 1, timeout: float = 10) -> Any:
    retries: Any = {"total_max_attempts": attempts, "mode": "standard"}
    session: Any = boto3.Session()  # its types know a service only by a literal name
    return session.client(
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
    ("fault", "reason"),
    [
        (
            JobKilled(times=2),
            (
                "ClientError: Please use an instance type with more memory, or reduce the size of"
                " job data processed on an instance."
            ),
        ),
        (
            JobRefused(times=2),
            (
                "CapacityError: Unable to provision requested ML compute capacity. Please retry"
                " using a different ML instance type."
            ),
        ),
        (
            JobRefused(why="internal_error", times=2),
            "InternalServerError: We encountered an internal error. Please try again.",
        ),
    ],
)
def test_a_job_fails_in_the_words_of_aws(aws: Aws, fault: Any, reason: str) -> None:
    aws.sandbox.faults.add(fault)
    job = aws.processed(aws.process(STAY))
    assert (job["ProcessingJobStatus"], job["FailureReason"]) == ("Failed", reason)
    job = aws.trained(train(aws, STAY))
    assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", reason)


def test_a_job_that_is_out_of_time_is_stopped(aws: Aws) -> None:
    aws.sandbox.faults.add(JobTimedOut(times=2))
    job = aws.processed(aws.process(STAY))
    assert job["ProcessingJobStatus"] == "Stopped"
    assert "MaxRuntimeInSeconds, 86400" in job["FailureReason"]
    job = aws.trained(train(aws, STAY))
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_a_job_beyond_the_quota_is_not_created(aws: Aws) -> None:
    aws.sandbox.faults.add(JobRefused(why="resource_limit"))
    with pytest.raises(ClientError, match="for training job usage' is 0 Instances") as refused:
        train(aws, STAY)
    assert refused.value.response["Error"]["Code"] == "ResourceLimitExceeded"
    aws.trained(train(aws, "print(1)"))
