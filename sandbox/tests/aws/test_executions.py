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


def evaluate_step(aws: Aws, uri: str) -> dict[str, Any]:
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
