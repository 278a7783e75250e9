"""AWS within the process, for what needs no running pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from moto import mock_aws

from core.domain import Environment, EnvironmentName, Pipeline, PipelineName
from mlops.aws import Aws

BUCKET = "results"


@pytest.fixture
def environment() -> Environment:
    return Environment(
        name=EnvironmentName("production"),
        region="us-east-1",
        bucket=BUCKET,
        role_arn="arn:aws:iam::123456789012:role/steps",
        image="steps:1",
    )


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(
        name=PipelineName("flights"),
        manifest="flights.toml",
        lake="s3://lake/flights",
        time_zone="America/New_York",
    )


@pytest.fixture
def aws(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(), ThreadPoolExecutor(4) as executor:
        yield Aws(
            environment,
            session=lambda _: boto3.Session(
                aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
            ),
            executor=executor,
        )
