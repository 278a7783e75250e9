"""What holds for every operation that the sandbox answers itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from mlpipe_sandbox.aws.jobs.runtime import Runtime
from mlpipe_sandbox.aws.model import SAGEMAKER, Model
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.region import Region
from mlpipe_sandbox.aws.store import Store
from mlpipe_sandbox.clock import Clock

from .conftest import Aws

MODEL = Model(SAGEMAKER)
OPERATIONS = sorted(
    Region(
        place=Place("us-east-1", Clock()),
        store=Store(),
        # nothing runs here
        runtime=cast("Runtime", SimpleNamespace(transfer=None, supervisor=None)),
        model=MODEL,
        create_model=lambda _: {},
    ).sagemaker
)
REQUIRING = [
    name
    for name in OPERATIONS
    if (shape := MODEL.input_shape(name)) is not None and shape.metadata.get("required")
]


def ask(aws: Aws, operation: str, body: str) -> httpx.Response:
    """A request that boto3 itself would not send."""
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"SageMaker.{operation}",
        "Authorization": "AWS4-HMAC-SHA256 Credential=x/20130101/us-east-1/sagemaker/aws4_request",
    }
    return httpx.post(aws.sandbox.endpoint_url, content=body, headers=headers)


def test_those_of_pipelines_are_all_here() -> None:
    assert {
        "StartPipelineExecution",
        "StopPipelineExecution",
        "RetryPipelineExecution",
        "ListPipelineExecutionSteps",
        "StopTrainingJob",
        "StopProcessingJob",
        "UpdateModelPackage",
        "Search",
    } <= set(OPERATIONS)


@pytest.mark.parametrize("operation", REQUIRING)
def test_a_missing_member_is_refused_as_aws_does(aws: Aws, operation: str) -> None:
    answer = ask(aws, operation, "{}")
    assert answer.status_code == 400
    told: dict[str, Any] = answer.json()
    assert told["__type"] == "ValidationException"
    assert "failed to satisfy constraint: Member must not be null" in told["message"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_no_json_is_refused_as_aws_does(aws: Aws, operation: str) -> None:
    answer = ask(aws, operation, "{")
    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name.startswith("List")])
def test_a_page_larger_than_aws_gives_is_refused(aws: Aws, operation: str) -> None:
    shape = MODEL.input_shape(operation)
    if shape is None or "MaxResults" not in getattr(shape, "members", {}):
        return
    answer = ask(aws, operation, '{"MaxResults": 101}')
    assert answer.json()["__type"] == "ValidationException"


def test_an_answer_that_aws_could_not_give_is_a_fault_of_the_sandbox() -> None:
    with pytest.raises(Exception, match="The sandbox's answer to DescribePipeline is wrong"):
        MODEL.check_response("DescribePipeline", {"PipelineName": 3})
