"""Pipelines: what is created, listed, refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import ROLE, Aws, step, until


def create(aws: Aws, definition: Any, name: str | None = None) -> str:
    name = name or f"created-{next(aws.numbers)}"
    text = definition if isinstance(definition, str) else json.dumps(definition)
    arn: str = aws.sagemaker.create_pipeline(
        PipelineName=name,
        PipelineDefinition=text,
        RoleArn=ROLE,
        ClientRequestToken=f"{next(aws.numbers)}".ljust(32, "x"),
    )["PipelineArn"]
    return arn


def document(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Version": "2020-12-01", "Steps": list(steps), **more}


FAIL = step("Fail", "Fail", {"ErrorMessage": "no"})


def condition(name: str, **more: Any) -> dict[str, Any]:
    return step(name, "Condition", {"Conditions": [], "IfSteps": [], "ElseSteps": []}, **more)


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("{", "Unable to parse pipeline definition. It is not JSON"),
        ({"Version": "1"}, "Version must be '2020-12-01'"),
        (document(FAIL, FAIL), "Duplicate step name 'Fail'"),
        (document(step("T", "Transform", {})), "no step of type 'Transform'"),
        (document(condition("A", DependsOn=["B"])), "depends on 'B', which does not exist"),
        (document(FAIL, condition("A", DependsOn=["Fail"])), "A can not depends on Fail"),
        (
            document(condition("A", DependsOn=["B"]), condition("B", DependsOn=["A"])),
            "in a circle: A, B",
        ),
        (
            document(step("F", "Fail", {"ErrorMessage": {"Get": "Parameters.X"}})),
            "Parameter 'X', used by step 'F', is undefined",
        ),
        (
            document(step("R", "RegisterModel", {"ModelPackageName": "x"})),
            "Unknown Argument member 'ModelPackageName'",
        ),
        (
            document(step("R", "RegisterModel", {"ModelPackageGroup": "x"})),
            "Unknown member 'ModelPackageGroup'",
        ),
    ],
)
def test_a_definition_that_cannot_run_is_refused(aws: Aws, definition: Any, message: str) -> None:
    with pytest.raises(ClientError) as refused:
        create(aws, definition)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert message in refused.value.response["Error"]["Message"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_name_is_given_once_as_the_sdk_expects_to_hear(aws: Aws) -> None:
    name = create(aws, document(FAIL)).rsplit("/", 1)[-1]
    with pytest.raises(ClientError, match="Pipeline names must be unique within") as refused:
        create(aws, document(FAIL), name)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_an_execution_keeps_the_definition_it_started_with(aws: Aws) -> None:
    before, after = document(FAIL), document(FAIL, condition("More"))
    name = create(aws, before).rsplit("/", 1)[-1]
    arn = aws.start(name)
    aws.sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=json.dumps(after))
    then = aws.sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    now = aws.sagemaker.describe_pipeline(PipelineName=name)
    assert json.loads(then["PipelineDefinition"]) == before
    assert json.loads(now["PipelineDefinition"]) == after
    assert now["LastRunTime"].year == 2013
    aws.ended(arn)


def test_what_is_not_there_is_not_found(aws: Aws) -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/none/execution/abc"
    calls: list[Callable[[], object]] = [
        lambda: aws.sagemaker.describe_pipeline(PipelineName="none"),
        lambda: aws.sagemaker.list_pipeline_executions(PipelineName="none"),
        lambda: aws.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn),
        lambda: aws.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn),
    ]
    for call in calls:
        with pytest.raises(ClientError, match="does not exist") as missing:
            call()
        assert missing.value.response["Error"]["Code"] == "ResourceNotFound"


def test_a_request_that_breaks_its_model_is_worded_as_aws_does(aws: Aws) -> None:
    with pytest.raises(ClientError) as refused:
        aws.sagemaker.start_pipeline_execution(PipelineName="p!", ClientRequestToken="x" * 32)
    message = refused.value.response["Error"]["Message"]
    assert message.startswith(
        "1 validation error detected: Value 'p!' at 'pipelineName' failed to satisfy constraint:"
        " Member must satisfy regular expression pattern"
    )


def test_executions_come_newest_first_and_in_pages(aws: Aws) -> None:
    name = create(aws, document(FAIL)).rsplit("/", 1)[-1]
    arns = []
    for _ in range(3):
        arns.append(aws.start(name))
        aws.ended(arns[-1])
    first = aws.sagemaker.list_pipeline_executions(PipelineName=name, MaxResults=2)
    rest = aws.sagemaker.list_pipeline_executions(
        PipelineName=name, MaxResults=2, NextToken=first["NextToken"]
    )
    listed = first["PipelineExecutionSummaries"] + rest["PipelineExecutionSummaries"]
    assert [execution["PipelineExecutionArn"] for execution in listed] == arns[::-1]
    assert "NextToken" not in rest
    assert listed[0]["PipelineExecutionFailureReason"].startswith("Step failure")
    middle = aws.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arns[1])
    later = aws.sagemaker.list_pipeline_executions(
        PipelineName=name, CreatedAfter=middle["CreationTime"].replace(microsecond=0)
    )["PipelineExecutionSummaries"]
    assert arns[2] in [execution["PipelineExecutionArn"] for execution in later]


def test_tags_follow_their_pipeline(aws: Aws) -> None:
    arn = create(aws, document(FAIL))
    aws.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "ads"}])
    assert aws.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "ads"}]
    aws.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team"])
    assert aws.sagemaker.list_tags(ResourceArn=arn)["Tags"] == []


def test_a_pipeline_is_deleted_only_when_nothing_runs(aws: Aws) -> None:
    name = aws.pipeline(aws.step("Stay", "import time; time.sleep(600)"))
    arn = aws.start(name)
    with pytest.raises(ClientError) as refused:
        aws.sagemaker.delete_pipeline(PipelineName=name, ClientRequestToken="d" * 32)
    assert refused.value.response["Error"]["Code"] == "ConflictException"
    aws.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)
    until(lambda: aws.status(arn) == "Stopped")
    aws.sagemaker.delete_pipeline(PipelineName=name, ClientRequestToken="d" * 32)


def test_what_is_not_ours_is_motos(aws: Aws) -> None:
    aws.sagemaker.create_model(
        ModelName=f"model-{next(aws.numbers)}",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": "image:1"},
    )
    assert aws.sandbox.client("sts").get_caller_identity()["Account"] == "123456789012"
