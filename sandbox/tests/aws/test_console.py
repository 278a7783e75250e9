"""The log page that an app's links to AWS's console lead to."""

from __future__ import annotations

from typing import Any

import httpx

from .conftest import ROLE, Aws, processing, until

GROUP = "/aws/sagemaker/ProcessingJobs"


def ask(aws: Aws, operation: str, body: dict[str, Any]) -> Any:
    """A request as the page makes it: no browser can sign."""
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"Logs_20140328.{operation}",
        "Authorization": "AWS4-HMAC-SHA256 Credential=sandbox/20130101/us-east-1/logs/"
        "aws4_request, SignedHeaders=host, Signature=0",
    }
    return httpx.post(aws.sandbox.endpoint_url, json=body, headers=headers).json()


def test_the_page_is_where_the_environment_says(aws: Aws) -> None:
    address = aws.sandbox.environment()["AWS_CONSOLE_URL"]
    answer = httpx.get(f"{address}/cloudwatch/home?region=us-east-1")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "log-groups" in answer.text


def test_what_the_page_asks_is_answered(aws: Aws) -> None:
    request = processing(aws.script("print('hello from the job')"))
    aws.sagemaker.create_processing_job(ProcessingJobName="talks", RoleArn=ROLE, **request)
    until(
        lambda: (
            aws.sagemaker.describe_processing_job(ProcessingJobName="talks")["ProcessingJobStatus"]
            == "Completed"
        )
    )
    found = ask(aws, "DescribeLogStreams", {"logGroupName": GROUP, "logStreamNamePrefix": "talks/"})
    (stream,) = found["logStreams"]
    page = ask(
        aws,
        "GetLogEvents",
        {
            "logGroupName": GROUP,
            "logStreamName": stream["logStreamName"],
            "startFromHead": True,
        },
    )
    assert "hello from the job" in [event["message"] for event in page["events"]]
