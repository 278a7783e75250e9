from __future__ import annotations

import asyncio
import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError

from core.domain import Environment
from core.errors import MlpipeError, NotFoundError, NotPermittedError, UnavailableError
from mlops.aws import Aws, RefusedError
from mlops.circuit import FAILURES, Circuit


def refusal(code: str, *, status: int = 400, message: str = "no") -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "Describe")


def raising(error: Exception) -> Any:
    def work(client: Any) -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refusal("ResourceNotFound"), NotFoundError),
        (refusal("NoSuchKey", status=404), NotFoundError),
        (refusal("ValidationException", message="ModelPackage x does not exist"), NotFoundError),
        (refusal("AccessDeniedException"), NotPermittedError),
        (refusal("ExpiredTokenException"), UnavailableError),
        (refusal("ThrottlingException"), UnavailableError),
        (refusal("Whatever", status=503), UnavailableError),
        (refusal("ValidationException"), RefusedError),
        (ConnectTimeoutError(endpoint_url="http://aws"), UnavailableError),
        (NoCredentialsError(), NotPermittedError),
    ],
)
async def test_what_aws_says_becomes_one_of_our_errors(
    aws: Aws, error: Exception, expected: type[MlpipeError]
) -> None:
    with pytest.raises(expected):
        await aws.run(raising(error), "sagemaker")


async def test_a_silent_aws_is_not_asked_again_for_a_while(aws: Aws) -> None:
    asked = 0

    def work(client: Any) -> None:
        nonlocal asked
        asked += 1
        raise ConnectTimeoutError(endpoint_url="http://aws")

    for _ in range(FAILURES + 3):
        with pytest.raises(UnavailableError):
            await aws.run(work, "sagemaker")
    assert asked == FAILURES


async def test_a_refusal_is_an_answer_and_keeps_the_door_open(aws: Aws) -> None:
    for _ in range(FAILURES + 3):
        with pytest.raises(RefusedError):
            await aws.run(raising(refusal("ValidationException")), "sagemaker")
    assert await aws.run(lambda _: "answer", "sagemaker") == "answer"


async def test_an_address_where_nobody_listens_is_unavailable(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")
    with ThreadPoolExecutor(1) as executor:
        aws = Aws(
            dataclasses.replace(environment, bucket="none"),
            session=lambda _: session,
            executor=executor,
        )
        with pytest.raises(UnavailableError, match="production"):
            await aws.call("s3", "head_bucket", Bucket="none")


async def test_who_waits_for_a_thread_while_aws_falls_silent_is_not_sent_after_it(
    environment: Environment,
) -> None:
    held = threading.Event()
    circuit = Circuit()
    with ThreadPoolExecutor(1) as executor:
        aws = Aws(
            environment, session=lambda _: boto3.Session(), executor=executor, circuit=circuit
        )
        first = asyncio.create_task(aws.run(lambda _: held.wait(), "sagemaker"))
        second = asyncio.create_task(aws.run(lambda _: "asked", "sagemaker"))
        await asyncio.sleep(0)
        for _ in range(FAILURES):
            circuit.failed()
        held.set()
        with pytest.raises(UnavailableError):
            await second
        assert await first
