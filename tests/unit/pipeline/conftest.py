"""A console over an embedded SageMaker, the two environments of the demo, and golden files."""

from __future__ import annotations

import datetime as dt
import functools
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from core.console import Console
from core.domain import Environment, EnvironmentName, Kind, Pipeline, PipelineName
from deploy.pipeline import defining, sdk
from deploy.pipeline.cli import command
from deploy.pipeline.plan import Plan
from mlpipe_sandbox.aws import AwsSandbox

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[3]
RECORD = "MLPIPE_RECORD"
TODAY = dt.date(2013, 6, 29)

PRODUCTION = Environment(
    name=EnvironmentName("production"),
    region="us-east-1",
    bucket="mlpipe-production",
    role_arn="arn:aws:iam::123456789012:role/mlpipe-pipeline",
    image="123456789012.dkr.ecr.us-east-1.amazonaws.com/mlpipe-steps:1.0",
)
EXPERIMENT = replace(
    PRODUCTION,
    name=EnvironmentName("experiment"),
    region="ap-southeast-7",
    bucket="mlpipe-experiment",
    role_arn="arn:aws:iam::210987654321:role/mlpipe-pipeline",
    image="210987654321.dkr.ecr.ap-southeast-7.amazonaws.com/mlpipe-steps:1.0",
    instance_type="ml.m5.large",
)
FLIGHTS = Pipeline(
    name=PipelineName("flights"),
    manifest="deploy/pipeline/datasets/flights.toml",
    lake="s3://mlpipe-lake/flights",
    time_zone="America/New_York",
)


def plan(environment: Environment = PRODUCTION, kind: Kind = Kind.TRAIN) -> Plan:
    return Plan(
        FLIGHTS,
        environment,
        kind,
        inputs=f"s3://{environment.bucket}/flights/config/{'0' * 64}",
        code_commit="c0ffee" * 6,
        recipe="5" * 64,
    )


Define = Callable[[Plan], dict[str, Any]]


@pytest.fixture(scope="session")
def define() -> Define:
    """Turns plans into definitions, each once; SageMaker's SDK is imported once for all tests."""
    with sdk.offline():
        from deploy.pipeline.definition import Definer
    return functools.cache(Definer())


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares a text with a recorded file; `make golden` records instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get(RECORD):
            path.write_text(text, encoding="utf-8")
        recorded = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text == recorded, f"{path.name} differs: run `make golden` and read the difference"

    return compare


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsSandbox]:
    """An embedded SageMaker that knows no image, so that a job ends as soon as it begins."""
    with AwsSandbox(state=tmp_path) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.fixture
def console(aws: AwsSandbox) -> Console:
    """The demo's console."""
    return Console(
        root=ROOT,
        environments={each.name: each for each in (PRODUCTION, EXPERIMENT)},
        pipelines={FLIGHTS.name: FLIGHTS},
        session=lambda environment: boto3.Session(region_name=environment.region),
        today=lambda _: TODAY,
    )


Run = Callable[..., Result]


@pytest.fixture
def run(console: Console, define: Define, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types at `mlpipe pipeline`."""
    monkeypatch.setattr(defining, "_definer", lambda: define)

    def typed(*words: str, console: Console = console) -> Result:
        return CliRunner().invoke(command, list(words), obj=console)

    return typed
