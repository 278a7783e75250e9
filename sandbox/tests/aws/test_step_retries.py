"""Steps that are tried again by themselves, as their RetryPolicies say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mlpipe_sandbox.aws.definition.retrying import ExceptionType, RetryPolicy, read_retry_policies
from mlpipe_sandbox.aws.execution.retries import Retries
from mlpipe_sandbox.aws.faults import (
    ApiDelayed,
    ApiError,
    ApiReset,
    ApiStatus,
    ApiThrottled,
    JobKilled,
    JobRefused,
)

from .conftest import ROLE, Aws, step, until

CAPACITY = ExceptionType.CAPACITY_ERROR
MANY: Any = {"ExceptionType": [str(each) for each in ExceptionType]}
NONE: Any = {"ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING"], "MaxAttempts": 0}


@pytest.fixture(autouse=True)
def clear(aws: Aws) -> Iterator[None]:
    yield
    aws.sandbox.faults.clear()


def retried(aws: Aws, *policies: Any, text: str = "print(1)") -> dict[str, Any]:
    return aws.step("Only", text, more={"RetryPolicies": list(policies)})


@pytest.mark.parametrize(
    ("fault", "exception"),
    [
        (JobRefused(job="pipelines-*"), "SageMaker.CAPACITY_ERROR"),
        (JobRefused(job="pipelines-*", why="internal_error"), "SageMaker.JOB_INTERNAL_ERROR"),
        (JobRefused(job="pipelines-*", why="resource_limit"), "SageMaker.RESOURCE_LIMIT"),
        (ApiThrottled(operation="CreateProcessingJob", times=1), "Step.THROTTLING"),
        (ApiStatus(operation="CreateProcessingJob", times=1), "Step.SERVICE_FAULT"),
    ],
)
def test_a_policy_for_what_went_wrong_mends_it(aws: Aws, fault: Any, exception: str) -> None:
    happening = aws.sandbox.faults.add(fault)
    ended = aws.run(retried(aws, {"ExceptionType": [exception], "IntervalSeconds": 1}))
    assert ended.status == "Succeeded"
    only = ended.steps["Only"]
    assert (only["AttemptCount"], happening.happened) == (2, 1)
    assert "FailureReason" not in only
    assert (only["EndTime"] - only["StartTime"]).total_seconds() >= 1
    job = only["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    assert aws.processed(job)["ProcessingJobStatus"] == "Completed"


def test_throttling_and_faults_of_the_service_are_retried_without_a_policy(aws: Aws) -> None:
    aws.sandbox.faults.add(ApiReset(operation="CreateProcessingJob", times=1))
    ended = aws.run(aws.step("Only", "print(1)"))
    assert (ended.status, ended.steps["Only"]["AttemptCount"]) == ("Succeeded", 2)


def test_a_policy_takes_the_place_of_what_is_retried_by_itself(aws: Aws) -> None:
    aws.sandbox.faults.add(ApiThrottled(operation="CreateProcessingJob", times=1))
    only = aws.run(retried(aws, NONE)).steps["Only"]
    assert (only["StepStatus"], only["AttemptCount"]) == ("Failed", 1)
    assert only["FailureReason"] == (
        "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: Rate exceeded"
    )


def test_when_the_attempts_are_used_up_the_step_fails_with_the_last_reason(aws: Aws) -> None:
    refused = aws.sandbox.faults.add(JobRefused(times=None))
    ended = aws.run(retried(aws, MANY | {"MaxAttempts": 1}))
    assert (ended.status, refused.happened) == ("Failed", 2)
    only = ended.steps["Only"]
    assert only["AttemptCount"] == 2
    assert only["FailureReason"] == (
        "CapacityError: Unable to provision requested ML compute capacity. Please retry using a"
        " different ML instance type."
    )


@pytest.mark.parametrize(
    "fault",
    [
        JobKilled(),
        ApiError(operation="CreateProcessingJob", error="AccessDeniedException", times=1),
    ],
)
def test_what_no_policy_can_name_is_not_retried(aws: Aws, fault: Any) -> None:
    aws.sandbox.faults.add(fault)
    only = aws.run(retried(aws, MANY, text="import time; time.sleep(60)")).steps["Only"]
    assert (only["StepStatus"], only["AttemptCount"]) == ("Failed", 1)


def test_a_quota_is_refused_in_the_words_of_aws(aws: Aws) -> None:
    aws.sandbox.faults.add(JobRefused(why="resource_limit"))
    ended = aws.run(aws.step("Only", "print(1)"))
    only = ended.steps["Only"]
    assert only["Metadata"] == {}
    assert only["FailureReason"] == (
        "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: The"
        " account-level service limit 'ml.m5.xlarge for processing job usage' is 0 Instances, with"
        " current utilization of 0 Instances and a request delta of 1 Instances. Please use AWS"
        " Service Quotas to request an increase for this quota. If AWS Service Quotas is not"
        " available, contact AWS support to request an increase for this quota.\n"
        f"Retry not appropriate on execution of step with PipelineExecutionArn {ended.arn} and"
        " StepId Only. No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT."
    )


def test_a_call_that_took_effect_is_not_made_twice(aws: Aws) -> None:
    aws.sandbox.faults.add(ApiStatus(operation="CreateProcessingJob", done=True, times=1))
    ended = aws.run(aws.step("Only", "print(1)"))
    assert (ended.status, ended.steps["Only"]["AttemptCount"]) == ("Succeeded", 1)


def test_calls_of_pipelines_are_spared_by_faults_that_name_no_operation(aws: Aws) -> None:
    arn = aws.start(aws.pipeline(aws.step("Only", "print(1)")))
    with aws.sandbox.faults.add(ApiDelayed(seconds=0.01)):
        ended = aws.ended(arn)
    assert (ended.status, ended.steps["Only"]["AttemptCount"]) == ("Succeeded", 1)


def test_a_refused_model_fails_its_step_in_the_words_of_aws(aws: Aws) -> None:
    denied = ApiError(operation="CreateModel", error="AccessDeniedException", message="No.")
    aws.sandbox.faults.add(denied)
    arguments = {"ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": "image:1"}}
    make = aws.run(step("Make", "Model", arguments)).steps["Make"]
    assert make["FailureReason"].startswith(
        "ClientError: Failed to invoke sagemaker:CreateModel. Error Details: No."
    )


def test_stop_ends_the_wait_for_the_next_attempt(aws: Aws) -> None:
    refused = aws.sandbox.faults.add(JobRefused())
    arn = aws.start(aws.pipeline(retried(aws, MANY | {"IntervalSeconds": 43_200})))
    until(lambda: refused.happened == 1)
    assert aws.status(arn) == "Executing"
    aws.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)
    ended = aws.ended(arn)
    assert (ended.status, ended.steps["Only"]["StepStatus"]) == ("Stopped", "Stopped")


def test_intervals_grow_by_the_backoff_rate() -> None:
    (policy,) = read_retry_policies(
        "S", [MANY | {"IntervalSeconds": 3, "BackoffRate": 1.5, "MaxAttempts": 3}]
    )
    retries = Retries([policy], started=0.0)
    assert [retries.wait(CAPACITY, now=0.0) for _ in range(4)] == [3.0, 4.5, 6.75, None]


def test_what_is_not_said_is_as_aws_has_it() -> None:
    (policy,) = read_retry_policies("S", [MANY])
    assert policy == RetryPolicy(frozenset(ExceptionType), 1, 2.0, 5, None)
    retries = Retries([policy], started=0.0)
    assert [retries.wait(CAPACITY, now=9e9) for _ in range(6)] == [1, 2, 4, 8, 16, None]


def test_retries_expire_minutes_after_the_step_began() -> None:
    (policy,) = read_retry_policies("S", [MANY | {"ExpireAfterMin": 2}])
    retries = Retries([policy], started=1000.0)
    assert retries.wait(CAPACITY, now=1000.0 + 119) == 1
    assert retries.wait(CAPACITY, now=1000.0 + 120) is None


def test_each_policy_counts_for_itself() -> None:
    once = {"ExceptionType": [str(CAPACITY)], "MaxAttempts": 1}
    retries = Retries(read_retry_policies("S", [once, MANY]), started=0.0)
    assert retries.wait(CAPACITY, now=0.0) == 1
    assert retries.wait(CAPACITY, now=0.0) is None
    assert retries.wait(ExceptionType.RESOURCE_LIMIT, now=0.0) == 1


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        ({}, "has to be an array"),
        (["x"], "Expecting start of Json Object"),
        ([{}], "ExceptionType has to be an array of Step.SERVICE_FAULT"),
        ([{"ExceptionType": "Step.THROTTLING"}], "ExceptionType has to be an array"),
        ([{"ExceptionType": ["Step.BAD_LUCK"]}], "ExceptionType has to be an array"),
        ([MANY | {"Interval": 1}], "Unknown member 'Interval'"),
        ([MANY | {"IntervalSeconds": 0}], "IntervalSeconds has to be an integer from 1 to 43200"),
        ([MANY | {"IntervalSeconds": 0.5}], "IntervalSeconds has to be an integer"),
        ([MANY | {"BackoffRate": -1}], "BackoffRate has to be a number"),
        ([MANY | {"BackoffRate": True}], "BackoffRate has to be a number"),
        ([MANY | {"MaxAttempts": 21}], "MaxAttempts has to be an integer from 0 to 20"),
        ([MANY | {"ExpireAfterMin": 14_401}], "ExpireAfterMin has to be an integer from 0 to"),
        ([MANY | {"MaxAttempts": 1, "ExpireAfterMin": 1}], "Only one of MaxAttempts and"),
    ],
)
def test_malformed_policies_create_no_pipeline(aws: Aws, policies: Any, message: str) -> None:
    with pytest.raises(ClientError, match=message) as refused:
        aws.pipeline(aws.step("Only", "print(1)", more={"RetryPolicies": policies}))
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert "Unable to parse pipeline definition" in str(refused.value)


def test_a_step_that_calls_nothing_takes_no_policy(aws: Aws) -> None:
    with pytest.raises(ClientError, match="a Fail step takes no RetryPolicies"):
        aws.pipeline(step("No", "Fail", {"ErrorMessage": "no"}, RetryPolicies=[MANY]))
