"""Very many runs at once, started elsewhere: followed within the budget, at Slack's pace."""

from __future__ import annotations

import dataclasses
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.service import Tempo
from mlops.aws import BUDGETED, Aws
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.slack import SlackSandbox, default_workspace
from tests.scenario.stage import ROOT, Stage
from tests.scenario.tiny_pipeline import IMAGE, ROLE

ENVIRONMENTS = {
    "production": "C0DAILY",
    "experiment": "C0EXP",
    "staging": "C0STAGE",
    "research": "C0RES",
}
"""Each is followed in a channel of its own."""
CALLS_PER_SECOND = 2
WINDOW_SECONDS = 10.0
"""In any such span the budget holds; after a quiet time a second's worth more may be spent."""
ON_THEIR_WAY = 8
"""Calls that may have waited for a thread since their turn."""
ENDS = {"Succeeded": ": done.", "Failed": ": Work failed.", "Stopped": ": stopped."}
"""How a card's text ends, by the status that SageMaker has."""
MORE_ENVIRONMENT = """
[environments.{name}]
region = "us-east-1"
bucket = "mlpipe-{name}"
role_arn = "arn:aws:iam::123456789012:role/mlpipe-pipeline"
image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlpipe-steps:latest"
"""
TRIVIAL: dict[str, Any] = {
    "Version": "2020-12-01",
    "Metadata": {},
    "Parameters": [
        {"Name": "Day", "Type": "String", "DefaultValue": "2013-06-28"},
        {"Name": "Work", "Type": "String"},
    ],
    "Steps": [
        {
            "Name": "Work",
            "Type": "Processing",
            "Arguments": {
                "ProcessingResources": {
                    "ClusterConfig": {
                        "InstanceCount": 1,
                        "InstanceType": "ml.m5.xlarge",
                        "VolumeSizeInGB": 10,
                    }
                },
                "AppSpecification": {
                    "ImageUri": IMAGE,
                    "ContainerEntrypoint": ["sh", "-c", {"Get": "Parameters.Work"}],
                },
                "ProcessingInputs": [],
                "ProcessingOutputConfig": {"Outputs": []},
                "RoleArn": ROLE,
            },
        }
    ],
}


@pytest.fixture
def slack(clock: Clock) -> Iterator[SlackSandbox]:
    """A workspace with more channels, as strict about rates as Slack."""
    manifest = json.loads((ROOT / "deploy/slack/manifest.json").read_text())
    workspace = default_workspace(manifest)
    (like,) = [each for each in workspace.channels if each.id == "C0EXP"]
    more = [
        dataclasses.replace(like, id=channel, name=name)
        for name, channel in ENVIRONMENTS.items()
        if channel not in {each.id for each in workspace.channels}
    ]
    workspace = dataclasses.replace(workspace, channels=(*workspace.channels, *more))
    with SlackSandbox(workspace, clock=clock) as sandbox:
        sandbox.faults.enforce_rates()
        yield sandbox


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[float]]:
    """When SageMaker and its logs were called, by environment."""
    made: dict[str, list[float]] = defaultdict(list)
    work = Aws._work

    def noted(self: Aws, each: Callable[[Any], Any], service: str, openings: int) -> Any:
        if service in BUDGETED:
            made[self.environment.name].append(time.monotonic())
        return work(self, each, service, openings)

    monkeypatch.setattr(Aws, "_work", noted)
    return made


@pytest.mark.proof
def test_very_many_runs_at_once_are_followed_within_the_budget_and_slacks_rates(
    stage: Stage, calls: dict[str, list[float]], *, proving: bool
) -> None:
    runs = 200 if proving else 30
    declare(stage)
    stage.bot.tempo = Tempo()
    stage.start()
    started = [start(stage, number, longest=60 if proving else 6) for number in range(runs)]
    for number, run in enumerate(started):
        if number % 10 == 9:
            stage.pipeline.sagemaker.stop_pipeline_execution(PipelineExecutionArn=run)
    statuses = ended(stage, runs, seconds=900 if proving else 90)
    assert set(statuses.values()) == set(ENDS), "some succeeded, some failed, some were stopped"
    wanted = {arn: ENDS[status] for arn, status in statuses.items()}

    def all_told() -> bool | None:
        return cards_of(stage) == {arn: [end] for arn, end in wanted.items()} or None

    stage.slack.wait_for(all_told, timeout=1200 if proving else 120)
    assert not [each for each in stage.slack.calls() if "ratelimited" in str(each.response)]
    for environment, times in calls.items():
        assert most_in_a_window(times) <= (
            CALLS_PER_SECOND * (WINDOW_SECONDS + 1) + ON_THEIR_WAY
        ), environment


def declare(stage: Stage) -> None:
    """Four environments with a pipeline of one trivial step, each followed in its channel."""
    more = "".join(
        MORE_ENVIRONMENT.format(name=name)
        for name in ENVIRONMENTS
        if name in ("staging", "research")
    )
    follows = "".join(
        f'\n[[follows]]\nchannel = "{channel}"\nenvironment = "{name}"\n'
        for name, channel in ENVIRONMENTS.items()
    )
    stage.configure()
    text = stage.config.read_text().replace("[pipelines.flights]", f"{more}\n[pipelines.flights]")
    text = text.replace("[roles]", f"{follows}\n[roles]")
    image = 'mlpipe-steps:latest"\n'
    text = text.replace(image, f"{image}calls_per_second = {CALLS_PER_SECOND}\n")
    stage.config.write_text(text)
    for name in ENVIRONMENTS:
        if name in ("staging", "research"):
            stage.pipeline.create(name)
        stage.pipeline.sagemaker.update_pipeline(
            PipelineName=f"flights-{name}-train", PipelineDefinition=json.dumps(TRIVIAL)
        )


def start(stage: Stage, number: int, *, longest: int) -> str:
    """One run: every fifth fails, every tenth is to be stopped; some last longer than others."""
    environment = list(ENVIRONMENTS)[number % len(ENVIRONMENTS)]
    work = f"sleep {number % 7 * longest // 6}; exit {1 if number % 5 == 3 else 0}"
    if number % 10 == 9:
        work = "sleep 600"
    answer = stage.pipeline.sagemaker.start_pipeline_execution(
        PipelineName=f"flights-{environment}-train",
        PipelineParameters=[{"Name": "Work", "Value": work}],
    )
    return str(answer["PipelineExecutionArn"])


def ended(stage: Stage, runs: int, *, seconds: float) -> dict[str, str]:
    """Each run's ARN → its status, once all have ended."""

    def statuses() -> dict[str, str] | None:
        found: dict[str, str] = {}
        for name in ENVIRONMENTS:
            answer = stage.pipeline.sagemaker.list_pipeline_executions(
                PipelineName=f"flights-{name}-train", MaxResults=100
            )
            for each in answer["PipelineExecutionSummaries"]:
                found[each["PipelineExecutionArn"]] = each["PipelineExecutionStatus"]
        running = {"Executing", "Stopping"} & set(found.values())
        return found if len(found) == runs and not running else None

    return stage.slack.wait_for(statuses, timeout=seconds)


def cards_of(stage: Stage) -> dict[str, list[str]]:
    """Each run's ARN → how the text of each of its cards ends."""
    found: dict[str, list[str]] = defaultdict(list)
    for environment, channel in ENVIRONMENTS.items():
        for message in stage.person("U0DANA").messages(channel):
            origin = json.dumps(message["blocks"][-1])
            run = origin.partition("execution `")[2].partition("`")[0]
            arn = (
                "arn:aws:sagemaker:us-east-1:123456789012:"
                f"pipeline/flights-{environment}-train/execution/{run}"
            )
            text = str(message["text"])
            found[arn].append(next((end for end in ENDS.values() if text.endswith(end)), text))
    return dict(found)


def most_in_a_window(times: list[float]) -> int:
    """The most calls in any span of WINDOW_SECONDS."""
    return max(
        (sum(first <= each < first + WINDOW_SECONDS for each in times) for first in times),
        default=0,
    )
