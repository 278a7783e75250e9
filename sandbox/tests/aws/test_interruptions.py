"""Executions that do not go straight to their end: failed branches, stops, time-outs, retries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mlpipe_sandbox.aws.jobs import process

from .conftest import BUCKET, IMAGE, ROLE, Aws, step, until
from .test_restart import gone

STEP_FAILURE = "Step failure: One or multiple steps failed."


@dataclass(frozen=True)
class Stage:
    """Steps that tell when they run and end when they are let go."""

    aws: Aws
    folder: Path

    def held(self, name: str, *, broken: bool = False, **more: Any) -> dict[str, Any]:
        """A step that runs until `let_go`; a `broken` one fails until `mend`."""
        text = f"""
import os, pathlib, sys, time
folder = pathlib.Path({str(self.folder)!r})
(folder / "{name}.pid").write_text(str(os.getpid()))
while not (folder / "{name}.go").exists(): time.sleep(0.01)
sys.exit({broken} and not (folder / "{name}.mended").exists())
"""
        return self.aws.step(name, text, more=more)

    def let_go(self, *names: str) -> None:
        for name in names:
            (self.folder / f"{name}.go").touch()

    def hold_again(self, name: str) -> None:
        (self.folder / f"{name}.go").unlink()

    def mend(self, name: str) -> None:
        (self.folder / f"{name}.mended").touch()

    def pid(self, name: str) -> int:
        """The process of a step, once it runs."""
        file = self.folder / f"{name}.pid"
        until(lambda: file.exists() and bool(file.read_text()))
        return int(file.read_text())

    def state(self, arn: str, name: str) -> str | None:
        """The StepStatus of a step; None before it starts."""
        steps = {each["StepName"]: each["StepStatus"] for each in self.aws.steps(arn)}
        return steps.get(name)

    def stop(self, arn: str) -> None:
        self.aws.sagemaker.stop_pipeline_execution(
            PipelineExecutionArn=arn, ClientRequestToken=self._token()
        )

    def retry(self, arn: str, **more: Any) -> None:
        self.aws.sagemaker.retry_pipeline_execution(
            PipelineExecutionArn=arn, ClientRequestToken=self._token(), **more
        )

    def _token(self) -> str:
        return f"token-{next(self.aws.numbers)}-".ljust(32, "x")


@pytest.fixture
def stage(aws: Aws, tmp_path: Path) -> Stage:
    return Stage(aws, tmp_path)


def test_a_failure_lets_the_other_branch_end_and_starts_nothing_more(stage: Stage) -> None:
    aws = stage.aws
    pipeline = aws.pipeline(
        stage.held("Left", broken=True),
        stage.held("Right"),
        stage.held("Later", DependsOn=["Right"]),
        stage.held("Last", DependsOn=["Left", "Later"]),
    )
    arn = aws.start(pipeline)
    stage.pid("Right")
    stage.let_go("Left")
    until(lambda: stage.state(arn, "Left") == "Failed")
    assert (aws.status(arn), stage.state(arn, "Right")) == ("Executing", "Executing")
    stage.let_go("Right")
    failed = aws.ended(arn)
    assert (failed.status, failed.execution["FailureReason"]) == ("Failed", STEP_FAILURE)
    assert {name: each["StepStatus"] for name, each in failed.steps.items()} == {
        "Left": "Failed",
        "Right": "Succeeded",
    }

    stage.mend("Left")
    stage.let_go("Later", "Last")
    stage.retry(arn)
    done = aws.ended(arn)
    assert done.status == "Succeeded"
    assert done.steps["Right"] == failed.steps["Right"], "it is not done again"
    attempts = {name: each["AttemptCount"] for name, each in done.steps.items()}
    assert attempts == {"Left": 2, "Right": 1, "Later": 1, "Last": 1}


def test_what_both_branches_lost_is_tried_again_in_both(stage: Stage) -> None:
    arn = stage.aws.start(
        stage.aws.pipeline(stage.held("Left", broken=True), stage.held("Right", broken=True))
    )
    assert stage.pid("Left") != stage.pid("Right")
    stage.let_go("Left", "Right")
    assert stage.aws.ended(arn).status == "Failed"
    stage.mend("Left")
    stage.mend("Right")
    stage.retry(arn)
    done = stage.aws.ended(arn)
    assert done.status == "Succeeded"
    assert [each["AttemptCount"] for each in done.steps.values()] == [2, 2]


def test_the_execution_is_executing_as_soon_as_its_retry_is_answered(stage: Stage) -> None:
    aws = stage.aws
    pipeline = aws.pipeline(stage.held("Only", broken=True))
    arn = aws.start(pipeline)
    stage.let_go("Only")
    aws.ended(arn)
    for _ in range(3):
        stage.hold_again("Only")
        stage.retry(arn)
        described = aws.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        (listed,) = aws.sagemaker.list_pipeline_executions(PipelineName=pipeline)[
            "PipelineExecutionSummaries"
        ]
        assert described["PipelineExecutionStatus"] == "Executing"
        assert listed["PipelineExecutionStatus"] == "Executing"
        assert "FailureReason" not in described
        stage.let_go("Only")
        assert aws.ended(arn).status == "Failed"


@pytest.mark.parametrize("where", ["pipeline", "retry"])
def test_no_more_steps_run_at_once_than_allowed(stage: Stage, where: str) -> None:
    aws, one = stage.aws, {"MaxParallelExecutionSteps": 1}
    stage.let_go("Left", "Right")
    first = [stage.held("First", broken=True)] if where == "retry" else []
    needs: dict[str, Any] = {"DependsOn": ["First"]} if first else {}
    pipeline = aws.pipeline(*first, stage.held("Left", **needs), stage.held("Right", **needs))
    if where == "pipeline":
        aws.sagemaker.update_pipeline(PipelineName=pipeline, ParallelismConfiguration=one)
        arn = aws.start(pipeline)
    else:
        stage.let_go("First")
        arn = aws.start(pipeline)
        aws.ended(arn)
        stage.mend("First")
        stage.retry(arn, ParallelismConfiguration=one)
    ended = aws.ended(arn)
    assert ended.status == "Succeeded"
    earlier, later = sorted(
        (ended.steps["Left"], ended.steps["Right"]), key=lambda each: each["StartTime"]
    )
    assert earlier["EndTime"] <= later["StartTime"]


def test_stop_ends_every_process_and_what_it_started(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that ignores SIGTERM is killed, a child that its parent left alone too."""
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.3)
    aws = stage.aws
    stubborn = f"""
import os, pathlib, signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "600"])
(pathlib.Path({str(stage.folder)!r}) / "child.pid").write_text(str(child.pid))
(pathlib.Path({str(stage.folder)!r}) / "Stubborn.pid").write_text(str(os.getpid()))
while True: time.sleep(1)
"""
    arn = aws.start(
        aws.pipeline(
            aws.step("Stubborn", stubborn),
            stage.held("Tame"),
            stage.held("After", DependsOn=["Tame"]),
        )
    )
    pids = [stage.pid("Stubborn"), stage.pid("child"), stage.pid("Tame")]
    stage.stop(arn)
    stopped = aws.ended(arn)
    assert stopped.status == "Stopped"
    assert {name: each["StepStatus"] for name, each in stopped.steps.items()} == {
        "Stubborn": "Stopped",
        "Tame": "Stopped",
    }
    until(lambda: all(gone(pid) for pid in pids))


def test_a_stopped_execution_goes_on_from_what_was_stopped(stage: Stage) -> None:
    aws = stage.aws
    arn = aws.start(aws.pipeline(stage.held("First"), stage.held("Second", DependsOn=["First"])))
    stage.let_go("First")
    stage.pid("Second")
    stage.stop(arn)
    stopped = aws.ended(arn)
    assert stopped.status == "Stopped"
    assert "FailureReason" not in stopped.execution
    with pytest.raises(ClientError, match="cannot be stopped") as refused:
        stage.stop(arn)
    assert refused.value.response["Error"]["Code"] == "ConflictException"
    stage.let_go("Second")
    stage.retry(arn)
    done = aws.ended(arn)
    assert done.status == "Succeeded"
    assert (done.steps["First"]["AttemptCount"], done.steps["Second"]["AttemptCount"]) == (1, 2)


def test_an_execution_that_runs_cannot_be_retried(stage: Stage) -> None:
    arn = stage.aws.start(stage.aws.pipeline(stage.held("Only")))
    with pytest.raises(ClientError, match="cannot be retried: it is Executing") as refused:
        stage.retry(arn)
    assert refused.value.response["Error"]["Code"] == "ConflictException"
    stage.let_go("Only")
    assert stage.aws.ended(arn).status == "Succeeded"


def test_a_training_step_that_runs_too_long_fails_and_its_retry_may_not(stage: Stage) -> None:
    aws = stage.aws
    text = f"""
import pathlib, time
while not pathlib.Path({str(stage.folder / "Train.go")!r}).exists(): time.sleep(0.01)
"""
    arguments = {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": aws.script(text),
        },
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
        "ResourceConfig": {
            "InstanceCount": 1,
            "InstanceType": "ml.m5.xlarge",
            "VolumeSizeInGB": 1,
        },
        "RoleArn": ROLE,
        "StoppingCondition": {"MaxRuntimeInSeconds": 1},
    }
    late = aws.run(step("Train", "Training", arguments))
    assert (late.status, late.steps["Train"]["StepStatus"]) == ("Failed", "Failed")
    assert "MaxRuntimeInSeconds" in late.steps["Train"]["FailureReason"]
    job = aws.trained(late.steps["Train"]["Metadata"]["TrainingJob"]["Arn"].rpartition("/")[2])
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    stage.let_go("Train")
    stage.retry(late.arn)
    assert aws.ended(late.arn).status == "Succeeded"
