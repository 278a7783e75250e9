"""What the pipelines do for real, all at once: two environments, two pipelines, a backfill."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import random
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
from click.testing import CliRunner, Result

from core.console import Console
from core.domain import Environment, EnvironmentName, Pipeline, PipelineName
from core.parameters import SWEEP_PARAMETERS
from core.sweeps import Strategy, Sweep, read_range, with_sweep
from deploy.pipeline.cli import command
from mlpipe_sandbox.aws import AwsSandbox, Image
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.lake import FlightsLake

MORNING = dt.datetime(2013, 1, 13, 12, 0, tzinfo=dt.UTC)
DAY = "2013-01-12"
SMALL = {"WindowDays": "6", "ValidationDays": "2", "MaxTrees": "20"}
"""Parameters with which a model is trained in a second."""
SWEPT = {"WindowDays": "5", "ValidationDays": "1", "MaxTrees": "10", "ScoredDays": "2"}
SWEPT_OVER = {"NumLeaves": "4..32", "LearningRate": "0.05,0.3"}
NEW_YORK = "America/New_York"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlpipe-steps:latest"
DEADLINE_SECONDS = 180.0

CLICKS = """
name = "clicks"
numeric = ["price"]
categorical = ["site"]
slices = ["site"]
key = ["id"]

[time]
column = "at"
format = "seconds"
day_zone = "Asia/Tokyo"

[label]
column = "answer"
equals = "yes"
positive = "clicked"

[weight]
column = "stands_for"

[value]
column = "price"
currency = "JPY"

[names.site]
file = "s3://clicks-lake/names/sites.csv"
code = "site"
name = "called"

[cardinality.site]
cap = 2

[csv]
separator = ";"
"""


@dataclass(frozen=True)
class Execution:
    """A pipeline execution that has ended."""

    arn: str
    status: str
    steps: Mapping[str, Mapping[str, Any]]

    @property
    def id(self) -> str:
        return self.arn.rsplit("/", 1)[-1]


class World:
    """Two environments, two pipelines, and what was run in them."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.sagemaker = boto3.client("sagemaker")
        self.s3 = boto3.client("s3")

    def type(self, *words: str) -> Result:
        return CliRunner().invoke(command, list(words), obj=self.console)

    def start(self, name: str, **parameters: str) -> str:
        return self._start(name, parameters)

    def _start(self, name: str, parameters: Mapping[str, str], **which: Any) -> str:
        arn: str = self.sagemaker.start_pipeline_execution(
            **which,
            PipelineName=name,
            ClientRequestToken=secrets.token_hex(16),
            PipelineParameters=[{"Name": key, "Value": text} for key, text in parameters.items()],
        )["PipelineExecutionArn"]
        return arn

    def sweep(self, name: str, **parameters: str) -> str:
        """Start a small sweep, as a version of the pipeline."""
        stored = json.loads(
            self.sagemaker.describe_pipeline(PipelineName=name)["PipelineDefinition"]
        )
        known = {each.name: each for each in SWEEP_PARAMETERS}
        ranges = tuple(read_range(known[name], text) for name, text in SWEPT_OVER.items())
        sweep = Sweep(ranges, Strategy.RANDOM, trials=3, parallel=3)
        version = self.sagemaker.update_pipeline(
            PipelineName=name, PipelineDefinition=json.dumps(with_sweep(stored, sweep))
        )["PipelineVersionId"]
        return self._start(name, parameters, PipelineVersionId=version)

    def ended(self, arn: str) -> Execution:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            found = self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
            if found["PipelineExecutionStatus"] not in {"Executing", "Stopping"}:
                break
            assert time.monotonic() < deadline, f"{arn} has not ended"
            time.sleep(0.2)
        steps = self.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
        by_name = {step["StepName"]: step for step in steps["PipelineExecutionSteps"]}
        return Execution(arn, found["PipelineExecutionStatus"], by_name)

    def results(self, bucket: str, day: str, run: str, pipeline: str = "flights") -> set[str]:
        prefix = f"{pipeline}/days/{day}/{run}/"
        found = self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return {item["Key"].removeprefix(prefix) for item in found}

    def read(self, bucket: str, key: str) -> bytes:
        content: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def packages(self, group: str) -> list[Mapping[str, Any]]:
        found = self.sagemaker.list_model_packages(ModelPackageGroupName=group)
        return [
            self.sagemaker.describe_model_package(ModelPackageName=each["ModelPackageArn"])
            for each in found["ModelPackageSummaryList"]
        ]


@dataclass
class Story:
    """What was started, in the order in which it could be; each part is waited for when asked."""

    world: World
    upserted: Result
    trained_arn: str
    refused_arn: str
    lost_arn: str
    clicks_arn: str
    backfilled: Result
    evaluated_arn: str
    swept_arn: str

    @cached_property
    def trained(self) -> Execution:
        return self.world.ended(self.trained_arn)

    @cached_property
    def refused(self) -> Execution:
        return self.world.ended(self.refused_arn)

    @cached_property
    def lost(self) -> Execution:
        return self.world.ended(self.lost_arn)

    @cached_property
    def clicks(self) -> Execution:
        return self.world.ended(self.clicks_arn)

    @cached_property
    def evaluated(self) -> Execution:
        return self.world.ended(self.evaluated_arn)

    @cached_property
    def swept(self) -> Execution:
        return self.world.ended(self.swept_arn)


@contextmanager
def told(folder: Path) -> Iterator[Story]:
    """Everything at once, because most of the time goes into starting Python."""
    tune = ["python3", "-m", "deploy.pipeline.steps.tune", "--ml", "/opt/ml"]
    image = Image(bin=Path(sys.executable).parent, env={}, entrypoint=tune)
    with (
        AwsSandbox(
            state=folder / "state", clock=Clock(MORNING), images={"*/mlpipe-steps:*": image}
        ) as aws,
        mock.patch.dict(os.environ, aws.environment()),
    ):
        FlightsLake(aws.endpoint_url).publish_until(MORNING.date())
        world = World(_console(folder))
        _publish_clicks(world.s3)
        upserted = world.type("upsert", "--create-bucket")
        assert upserted.exit_code == 0, upserted.output
        small = {"Day": DAY, **SMALL}
        trained = world.start("flights-experiment-train", **small, StartedBy="T0ACME/U0ANA")
        refused = world.start("flights-experiment-train", **small, MinimumRows="100000")
        lost = world.start("flights-experiment-train", Day="2013-06-28", **SMALL)
        clicks = world.start("clicks-experiment-train", **small)
        backfilled = world.type(
            *("backfill", "--env", "production", "--pipeline", "flights", "--wait"),
            *("--from", "2013-01-10", "--to", DAY),
            *(f"{name}={text}" for name, text in SMALL.items()),
        )
        evaluated = world.start("flights-experiment-evaluate", Day=DAY)
        swept = world.sweep("flights-experiment-sweep", Day=DAY, **SWEPT, StartedBy="T0ACME/U0ANA")
        yield Story(world, upserted, trained, refused, lost, clicks, backfilled, evaluated, swept)


def _console(root: Path) -> Console:
    (root / "clicks.toml").write_text(CLICKS, encoding="utf-8")
    datasets = Path(__file__).parents[2] / "deploy/pipeline/datasets"
    for file in ("flights.toml", "airlines.csv"):
        shutil.copy(datasets / file, root / file)
    environments = [
        Environment(
            name=EnvironmentName(name),
            region="us-east-1",
            bucket=f"mlpipe-{name}",
            role_arn="arn:aws:iam::123456789012:role/mlpipe-pipeline",
            image=IMAGE,
        )
        for name in ("production", "experiment")
    ]
    pipelines = [
        Pipeline(PipelineName("flights"), "flights.toml", "s3://mlpipe-lake/flights", NEW_YORK),
        Pipeline(PipelineName("clicks"), "clicks.toml", "s3://clicks-lake/log", "Asia/Tokyo"),
    ]
    return Console(
        root=root,
        environments={each.name: each for each in environments},
        pipelines={each.name: each for each in pipelines},
        session=lambda environment: boto3.Session(region_name=environment.region),
        today=lambda _: MORNING.date(),
    )


def _publish_clicks(s3: Any) -> None:
    s3.create_bucket(Bucket="clicks-lake")
    names = b"site,called\na,Asahi\nb,Bara\n"
    s3.put_object(Bucket="clicks-lake", Key="names/sites.csv", Body=names)
    dice = random.Random(7)
    last = dt.date.fromisoformat(DAY)
    for ago in range(7):
        day = last - dt.timedelta(days=ago)
        content = _clicks_of(day, dice)
        s3.put_object(Bucket="clicks-lake", Key=f"log/day={day}/part-0.csv", Body=content)


def _clicks_of(day: dt.date, dice: random.Random) -> bytes:
    """300 rows of one day in Tokyo: cheap things on the site `a` are clicked more often."""
    midnight = dt.datetime.combine(day, dt.time(), dt.timezone(dt.timedelta(hours=9)))
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerow(["id", "at", "site", "price", "answer", "stands_for"])
    for number in range(300):
        site, price = dice.choice("abc"), round(dice.uniform(1, 9), 2)
        clicked = dice.random() < (0.6 if site == "a" else 0.2) * (1.2 - price / 10)
        at = int(midnight.timestamp()) + number * 200
        answer, stands_for = ("yes", 1) if clicked else ("no", 4)
        rows.writerow([f"{day}-{number}", at, site, price, answer, stands_for])
    return text.getvalue().encode()
