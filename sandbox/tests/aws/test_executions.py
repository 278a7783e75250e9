"""Pipelines that really run: order, expressions, failures, stop and retry."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import BUCKET, Aws, step, until

DAY = {"Name": "Day", "Type": "String", "DefaultValue": "2013-06-28"}

WRITE_DAY = """
import json, pathlib, sys
pathlib.Path(sys.argv[1], "gate.json").write_text(json.dumps(
    {"passed": sys.argv[2] == "2013-06-28", "reason": "strange day", "deep": [{"auc": 0.85}]}))
print("wrote", sys.argv[2])
"""


def evaluate_step(aws: Aws, uri: Any) -> dict[str, Any]:
    return aws.step(
        "Evaluate",
        WRITE_DAY,
        arguments=["/opt/ml/processing/out", {"Get": "Parameters.Day"}],
        outputs={"out": uri},
        more={
            "PropertyFiles": [
                {"PropertyFileName": "Gate", "OutputName": "out", "FilePath": "gate.json"}
            ]
        },
    )


def json_get(path: str) -> dict[str, Any]:
    return {
        "Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Gate"}, "Path": path}
    }


def gate_step(aws: Aws, *conditions: dict[str, Any]) -> dict[str, Any]:
    return step(
        "CheckGate",
        "Condition",
        {
            "Conditions": list(conditions),
            "IfSteps": [aws.step("Passed", "print('passed')")],
            "ElseSteps": [
                step(
                    "Refused",
                    "Fail",
                    {
                        "ErrorMessage": {
                            "Std:Join": {"On": ": ", "Values": ["Gate", json_get("reason")]}
                        }
                    },
                )
            ],
        },
    )


def test_steps_run_in_the_order_their_references_imply(aws: Aws) -> None:
    read = aws.step(
        "Read",
        "import pathlib, sys; print(pathlib.Path(sys.argv[1], 'gate.json').read_text())",
        arguments=["/opt/ml/processing/in"],
    )
    read["Arguments"]["ProcessingInputs"] = [
        {
            "InputName": "in",
            "S3Input": {
                "S3Uri": {
                    "Get": "Steps.Evaluate.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri"
                },
                "LocalPath": "/opt/ml/processing/in",
                "S3DataType": "S3Prefix",
                "S3InputMode": "File",
            },
        }
    ]
    ended = aws.run(read, evaluate_step(aws, f"s3://{BUCKET}/order"), parameters=[DAY])
    assert ended.status == "Succeeded"
    assert [s["StepName"] for s in aws.steps(ended.arn)] == ["Evaluate", "Read"]
    job = ended.steps["Read"]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    execution_id = ended.arn.rsplit("/", 1)[-1]
    assert job.startswith(f"pipelines-{execution_id}-Read-")
    assert '"deep": [{"auc": 0.85}]' in aws.lines("/aws/sagemaker/ProcessingJobs", job)[0]
    evaluate, read_step = ended.steps["Evaluate"], ended.steps["Read"]
    assert evaluate["StartTime"] <= evaluate["EndTime"] <= read_step["StartTime"]
    assert evaluate["StartTime"].year == 2013


@pytest.mark.parametrize(
    ("day", "status", "outcome"),
    [("2013-06-28", "Succeeded", "True"), ("2013-06-29", "Failed", "False")],
)
def test_a_condition_on_a_property_file_chooses_the_branch(
    aws: Aws, day: str, status: str, outcome: str
) -> None:
    passed = {"Type": "Equals", "LeftValue": json_get("passed"), "RightValue": True}
    good = {"Type": "GreaterThan", "LeftValue": json_get("deep[0].auc"), "RightValue": 0.5}
    ended = aws.run(
        evaluate_step(aws, f"s3://{BUCKET}/gate/{day}"),
        gate_step(aws, passed, good),
        parameters=[DAY],
        Day=day,
    )
    assert ended.status == status
    assert ended.steps["CheckGate"]["Metadata"] == {"Condition": {"Outcome": outcome}}
    assert ("Passed" in ended.steps) == (outcome == "True")
    if outcome == "False":
        refused = ended.steps["Refused"]
        assert refused["StepStatus"] == "Failed"
        assert refused["FailureReason"] == "Gate: strange day"
        assert refused["Metadata"] == {"Fail": {"ErrorMessage": "Gate: strange day"}}
        assert ended.execution["FailureReason"] == "Step failure: One or multiple steps failed."


def test_a_failing_step_ends_the_execution_and_says_why(aws: Aws) -> None:
    fail = (
        "import pathlib, sys; pathlib.Path('/opt/ml'); pathlib.Path(sys.argv[1])"
        ".write_text('The day is empty.'); sys.exit(1)"
    )
    ended = aws.run(
        aws.step("Prepare", fail, arguments=["/opt/ml/output/message"]),
        aws.step("Train", "print('never')", more={"DependsOn": ["Prepare"]}),
    )
    assert ended.status == "Failed"
    assert list(ended.steps) == ["Prepare"]
    assert ended.steps["Prepare"]["FailureReason"] == (
        "AlgorithmError: See job logs for more information"
    )
    job = ended.steps["Prepare"]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    assert aws.processed(job)["ExitMessage"] == "The day is empty."


def test_the_same_token_starts_one_execution(aws: Aws) -> None:
    pipeline = aws.pipeline(aws.step("Only", "print(1)"))
    first = aws.start(pipeline, token="one-delivery-")
    assert aws.start(pipeline, token="one-delivery-") == first
    assert aws.start(pipeline, token="another-delivery-") != first
    found = aws.sagemaker.list_pipeline_executions(PipelineName=pipeline)
    assert len(found["PipelineExecutionSummaries"]) == 2


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"Dya": "x"}, "Unknown parameter 'Dya'"),
        ({}, "Parameter 'Rows' is undefined."),
        ({"Rows": "many"}, "Unexpected type for parameter 'Rows'"),
        ({"Rows": "1", "Kind": "other"}, "not one of its enum values"),
        ({"Rows": ""}, "is too short (length: 0, required minimum: 1)"),
    ],
)
def test_wrong_parameters_start_nothing(aws: Aws, parameters: dict[str, str], message: str) -> None:
    pipeline = aws.pipeline(
        aws.step("Only", "print(1)"),
        parameters=[
            {"Name": "Rows", "Type": "Integer"},
            {"Name": "Kind", "Type": "String", "DefaultValue": "a", "EnumValues": ["a", "b"]},
        ],
    )
    with pytest.raises(ClientError) as refused:
        aws.start(pipeline, **parameters)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert message in refused.value.response["Error"]["Message"]
    found = aws.sagemaker.list_pipeline_executions(PipelineName=pipeline)
    assert found["PipelineExecutionSummaries"] == []


def test_stop_ends_the_process(aws: Aws) -> None:
    stay = "import os, time; print(os.getpid(), flush=True)\nwhile True: time.sleep(1)"
    arn = aws.start(aws.pipeline(aws.step("Stay", stay)))
    group = "/aws/sagemaker/ProcessingJobs"

    def job() -> str | None:
        for found in aws.steps(arn):
            metadata = found.get("Metadata", {}).get("ProcessingJob")
            if metadata:
                name: str = metadata["Arn"].rsplit("/", 1)[-1]
                streams = aws.logs.describe_log_streams(
                    logGroupName=group, logStreamNamePrefix=name
                )["logStreams"]
                return name if streams and aws.lines(group, name) else None
        return None

    until(lambda: job() is not None)
    name = job()
    assert name is not None
    pid = int(aws.lines(group, name)[0])
    aws.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)
    ended = aws.ended(arn)
    assert ended.status == "Stopped"
    assert ended.steps["Stay"]["StepStatus"] == "Stopped"
    assert aws.processed(name)["ProcessingJobStatus"] == "Stopped"
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    import os

    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_retry_goes_on_from_the_step_that_failed(aws: Aws) -> None:
    flag = aws.folder / f"flag-{next(aws.numbers)}"
    text = f"import pathlib, sys; sys.exit(0 if pathlib.Path({str(flag)!r}).exists() else 1)"
    pipeline = aws.pipeline(
        aws.step("First", "print(1)"),
        aws.step("Flaky", text, more={"DependsOn": ["First"]}),
        aws.step("Last", "print(1)", more={"DependsOn": ["Flaky"]}),
    )
    arn = aws.start(pipeline)
    before = aws.ended(arn)
    assert before.status == "Failed"
    flag.touch()
    aws.sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="r" * 32)
    after = aws.ended(arn)
    assert after.status == "Succeeded"
    assert "FailureReason" not in after.execution
    assert after.steps["First"] == before.steps["First"]
    assert after.steps["Flaky"]["AttemptCount"] == 2
    with pytest.raises(ClientError, match="cannot be retried"):
        aws.sagemaker.retry_pipeline_execution(
            PipelineExecutionArn=arn, ClientRequestToken="q" * 32
        )


def test_branches_that_do_not_need_each_other_run_at_once(aws: Aws) -> None:
    """Each of the two waits for the other's file: one after the other they would never end."""
    folder = aws.folder / f"meet-{next(aws.numbers)}"
    folder.mkdir()
    meet = """
import pathlib, time
pathlib.Path({folder!r}, {mine!r}).touch()
while not pathlib.Path({folder!r}, {other!r}).exists(): time.sleep(0.01)
"""
    left = meet.format(folder=str(folder), mine="a", other="b")
    right = meet.format(folder=str(folder), mine="b", other="a")
    ended = aws.run(
        aws.step("Left", left),
        aws.step("Right", right),
        aws.step("Both", "print(1)", more={"DependsOn": ["Left", "Right"]}),
    )
    assert ended.status == "Succeeded"
    assert [s["StepName"] for s in aws.steps(ended.arn)][-1] == "Both"


def test_a_job_that_its_operation_refuses_fails_the_step_as_aws_words_it(aws: Aws) -> None:
    ended = aws.run(
        aws.step("Bad", "print(1)", arguments=[{"Get": "Parameters.Count"}]),
        parameters=[{"Name": "Count", "Type": "Integer", "DefaultValue": 3}],
    )
    reason = ended.steps["Bad"]["FailureReason"]
    assert reason.startswith(
        "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: "
    )
    assert ended.steps["Bad"]["Metadata"] == {}


def test_a_step_that_runs_too_long_fails(aws: Aws) -> None:
    ended = aws.run(
        aws.step(
            "Slow", "import time; time.sleep(600)", StoppingCondition={"MaxRuntimeInSeconds": 1}
        )
    )
    assert ended.status == "Failed"
    assert "MaxRuntimeInSeconds, 1" in ended.steps["Slow"]["FailureReason"]


def test_a_property_file_that_was_not_written_fails_the_condition(aws: Aws) -> None:
    evaluate = evaluate_step(aws, f"s3://{BUCKET}/not-written")
    evaluate["Arguments"]["AppSpecification"]["ContainerEntrypoint"] = aws.script("print(1)")
    passed = {"Type": "Equals", "LeftValue": json_get("passed"), "RightValue": True}
    ended = aws.run(evaluate, gate_step(aws, passed), parameters=[DAY])
    assert ended.status == "Failed"
    assert f"s3://{BUCKET}/not-written/gate.json" in ended.steps["CheckGate"]["FailureReason"]


def test_parameters_are_listed_with_their_defaults(aws: Aws) -> None:
    ended = aws.run(
        step("No", "Fail", {"ErrorMessage": {"Get": "Parameters.Day"}}),
        parameters=[DAY, {"Name": "Big", "Type": "Boolean", "DefaultValue": False}],
        Day="2013-06-01",
    )
    found = aws.sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=ended.arn)
    assert found["PipelineParameters"] == [
        {"Name": "Day", "Value": "2013-06-01"},
        {"Name": "Big", "Value": "false"},
    ]
    assert ended.steps["No"]["FailureReason"] == "2013-06-01"
