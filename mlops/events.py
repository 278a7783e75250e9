"""What EventBridge tells of executions and their steps, taken from a queue in SQS.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.domain import ExecutionArn
from mlops.aws import Aws

logger = logging.getLogger(__name__)

SOURCE: Final = "aws.sagemaker"
WAIT_SECONDS: Final = 5
"""So long SQS keeps a call that finds nothing (at most 20); shorter than our time-outs."""
MOST_MESSAGES: Final = 10
"""The most that one call gives."""


class Events:
    """The queue of one environment."""

    def __init__(self, aws: Aws, queue_url: str) -> None:
        self._aws = aws
        self._queue_url = queue_url

    async def receive(self) -> frozenset[ExecutionArn]:
        """The executions that changed, as soon as some have; none after a while of quiet.

        What was received is deleted: whoever receives has to look at each of them. An event that
        is lost with its receiver is made up for by looking at everything once in a while.
        """
        answer = await self._aws.call(
            "sqs",
            "receive_message",
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=MOST_MESSAGES,
            WaitTimeSeconds=WAIT_SECONDS,
        )
        messages: Sequence[Mapping[str, Any]] = answer.get("Messages", [])
        if messages:
            await self._aws.call(
                "sqs",
                "delete_message_batch",
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": each["ReceiptHandle"]}
                    for number, each in enumerate(messages)
                ],
            )
        told = (execution_of(str(each.get("Body", ""))) for each in messages)
        return frozenset(arn for arn in told if arn is not None)


def execution_of(body: str) -> ExecutionArn | None:
    """The execution that an event is about; None for an event of anything else."""
    try:
        event = json.loads(body)
        if event["source"] != SOURCE:
            return None
        return ExecutionArn(str(event["detail"]["pipelineExecutionArn"]))
    except (ValueError, KeyError, TypeError):
        logger.info("a message in the queue of events is about no execution")
        return None
