"""What EventBridge is told, received as an app receives it: by a rule with a queue as target."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Aws

EXECUTION = "SageMaker Model Building Pipeline Execution Status Change"
STEP = "SageMaker Model Building Pipeline Execution Step Status Change"
MODEL_PACKAGE = "SageMaker Model Package State Change"


class Inbox:
    """A queue that a rule fills."""

    def __init__(self, aws: Aws, name: str, pattern: dict[str, Any]) -> None:
        self.rule = name
        self._rules = aws.sandbox.client("events")
        self._queues = aws.sandbox.client("sqs")
        self._url = self._queues.create_queue(QueueName=name)["QueueUrl"]
        attributes = self._queues.get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["QueueArn"]
        )
        self._rules.put_rule(Name=name, EventPattern=json.dumps(pattern))
        self._rules.put_targets(
            Rule=name, Targets=[{"Id": "queue", "Arn": attributes["Attributes"]["QueueArn"]}]
        )

    def events(self) -> list[dict[str, Any]]:
        """What has come, in the order in which it came."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self._queues.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            messages = answer.get("Messages", [])
            if not messages:
                return found
            for message in messages:
                found.append(json.loads(message["Body"]))
                self._queues.delete_message(
                    QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"]
                )

    def switch_off(self) -> None:
        self._rules.disable_rule(Name=self.rule)

    def close(self) -> None:
        self._rules.remove_targets(Rule=self.rule, Ids=["queue"])
        self._rules.delete_rule(Name=self.rule)
        self._queues.delete_queue(QueueUrl=self._url)


@pytest.fixture
def inboxes(aws: Aws) -> Iterator[Any]:
    """Makes inboxes, and takes them down."""
    made: list[Inbox] = []

    def inbox(kind: str, **detail: Any) -> Inbox:
        pattern: dict[str, Any] = {"source": ["aws.sagemaker"], "detail-type": [kind]}
        if detail:
            pattern["detail"] = detail
        made.append(Inbox(aws, f"inbox-{len(made)}", pattern))
        return made[-1]

    yield inbox
    for each in made:
        each.close()


def test_an_execution_tells_each_of_its_statuses_once(aws: Aws, inboxes: Any) -> None:
    inbox = inboxes(EXECUTION)
    arn = aws.start(aws.pipeline(aws.step("Only", "pass")))
    aws.ended(arn)
    began, ended = inbox.events()
    assert began["detail"]["currentPipelineExecutionStatus"] == "Executing"
    assert "previousPipelineExecutionStatus" not in began["detail"]
    assert ended["detail"]["previousPipelineExecutionStatus"] == "Executing"
    assert ended["detail"]["currentPipelineExecutionStatus"] == "Succeeded"
    assert ended["detail"]["pipelineExecutionArn"] == arn
    assert ended["resources"] == [arn.split("/execution/")[0], arn]
    assert ended["detail"]["executionEndTime"].startswith("2013-06-29T")
    assert ended["time"].startswith("2013-06-29T"), "the sandbox's clock"
    assert ended["id"] != began["id"]


def test_a_step_tells_its_statuses_with_its_type_and_job(aws: Aws, inboxes: Any) -> None:
    inbox = inboxes(STEP)
    arn = aws.start(aws.pipeline(aws.step("Breaks", "raise SystemExit(1)")))
    aws.ended(arn)
    starting, executing, failed = [event["detail"] for event in inbox.events()]
    assert starting["currentStepStatus"] == "Starting"
    assert (executing["previousStepStatus"], executing["currentStepStatus"]) == (
        "Starting",
        "Executing",
    )
    assert failed["currentStepStatus"] == "Failed"
    assert failed["stepType"] == "Processing"
    assert failed["metadata"]["processingJob"]["arn"].startswith("arn:aws:sagemaker")
    assert failed["failureReason"]


def test_a_step_from_the_cache_tells_whose_run_it_is(aws: Aws, inboxes: Any) -> None:
    cached = {"CacheConfig": {"Enabled": True, "ExpireAfter": "P1D"}}
    pipeline = aws.pipeline(aws.step("Only", "pass", more=cached))
    first = aws.start(pipeline)
    aws.ended(first)
    inbox = inboxes(STEP)
    aws.ended(aws.start(pipeline))
    starting, _, succeeded = [event["detail"] for event in inbox.events()]
    assert "cacheHitResult" not in starting
    assert succeeded["cacheHitResult"] == {"sourcePipelineExecutionArn": first}


def test_a_stop_is_told_as_stopping_and_stopped(aws: Aws, inboxes: Any) -> None:
    inbox = inboxes(EXECUTION)
    arn = aws.start(aws.pipeline(aws.step("Long", "import time; time.sleep(60)")))
    aws.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    aws.ended(arn)
    assert [event["detail"]["currentPipelineExecutionStatus"] for event in inbox.events()] == [
        "Executing",
        "Stopping",
        "Stopped",
    ]


def test_a_version_is_told_when_it_is_registered_and_when_it_is_decided(
    aws: Aws, inboxes: Any
) -> None:
    inbox = inboxes(MODEL_PACKAGE)
    aws.sagemaker.create_model_package_group(ModelPackageGroupName="told")
    arn = aws.sagemaker.create_model_package(ModelPackageGroupName="told")["ModelPackageArn"]
    aws.sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    registered, approved = inbox.events()
    assert registered["detail"]["ModelApprovalStatus"] == "PendingManualApproval"
    assert approved["detail"]["ModelApprovalStatus"] == "Approved"
    assert approved["resources"] == [arn]


def test_a_rule_is_sent_what_its_pattern_matches(aws: Aws, inboxes: Any) -> None:
    failures = inboxes(EXECUTION, currentPipelineExecutionStatus=["Failed"])
    everything = inboxes(EXECUTION)
    aws.ended(aws.start(aws.pipeline(aws.step("Fine", "pass"))))
    assert failures.events() == []
    assert len(everything.events()) == 2
    aws.ended(aws.start(aws.pipeline(aws.step("Breaks", "raise SystemExit(1)"))))
    assert len(failures.events()) == 1


def test_a_rule_that_is_switched_off_is_sent_nothing(aws: Aws, inboxes: Any) -> None:
    inbox = inboxes(EXECUTION)
    inbox.switch_off()
    aws.ended(aws.start(aws.pipeline(aws.step("Only", "pass"))))
    assert inbox.events() == []


def test_a_target_that_is_gone_does_not_end_an_execution(aws: Aws, inboxes: Any) -> None:
    inbox = inboxes(EXECUTION)
    inbox._queues.delete_queue(QueueUrl=inbox._url)
    ended = aws.ended(aws.start(aws.pipeline(aws.step("Only", "pass"))))
    assert ended.status == "Succeeded"
    inbox._url = inbox._queues.create_queue(QueueName=inbox.rule)["QueueUrl"]
