"""Events to EventBridge: what SageMaker tells of executions, their steps and model packages.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from typing import Any, Final

from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document

EXECUTION: Final = "SageMaker Model Building Pipeline Execution Status Change"
STEP: Final = "SageMaker Model Building Pipeline Execution Step Status Change"
MODEL_PACKAGE: Final = "SageMaker Model Package State Change"
_ENABLED: Final = "ENABLED"

_log = logging.getLogger(__name__)


class Events:
    """Tells the default event bus of a region, whose rules and targets moto keeps."""

    def __init__(self, place: Place, listen: Callable[[Document], None] | None = None) -> None:
        """Tell `listen` of each event too, whatever rules there are."""
        self._place = place
        self._listen = listen

    def execution_changed(self, execution: Document, *, previous: str | None) -> None:
        """An execution has another status than before; None: it has just begun."""
        ended = execution["PipelineExecutionStatus"] not in {"Executing", "Stopping"}
        detail = {
            "pipelineExecutionDisplayName": execution.get("PipelineExecutionDisplayName"),
            "pipelineExecutionDescription": execution.get("PipelineExecutionDescription"),
            "currentPipelineExecutionStatus": execution["PipelineExecutionStatus"],
            "previousPipelineExecutionStatus": previous,
            "executionStartTime": _moment(execution["CreationTime"]),
            "executionEndTime": _moment(execution["LastModifiedTime"]) if ended else None,
            "pipelineArn": execution["PipelineArn"],
            "pipelineExecutionArn": execution["PipelineExecutionArn"],
        }
        self._send(EXECUTION, [detail["pipelineArn"], detail["pipelineExecutionArn"]], detail)

    def step_changed(self, arn: str, step: Document, *, kind: str, previous: str | None) -> None:
        """A step of the execution of that ARN has another status than before.

        Args:
            arn: Of the execution.
            step: As ListPipelineExecutionSteps tells it.
            kind: Its type in the definition, such as `Processing`.
            previous: Its StepStatus before; None: it has just begun.
        """
        pipeline = arn.split("/execution/", maxsplit=1)[0]
        detail = {
            "metadata": {_small(name): _keys(value) for name, value in step["Metadata"].items()},
            "stepName": step["StepName"],
            "stepType": kind,
            "stepStartTime": _moment(step["StartTime"]),
            "stepEndTime": _moment(step["EndTime"]) if "EndTime" in step else None,
            "currentStepStatus": step["StepStatus"],
            "previousStepStatus": previous,
            "failureReason": step.get("FailureReason"),
            "cacheHitResult": _keys(step["CacheHitResult"]) if "CacheHitResult" in step else None,
            "pipelineArn": pipeline,
            "pipelineExecutionArn": arn,
        }
        self._send(STEP, [pipeline, arn], detail)

    def package_changed(self, package: Document) -> None:
        """A model package was registered, or its state was changed."""
        detail = package | {"CreationTime": int(package["CreationTime"] * 1000)}
        if "LastModifiedTime" in package:
            detail["LastModifiedTime"] = int(package["LastModifiedTime"] * 1000)
        self._send(MODEL_PACKAGE, [package["ModelPackageArn"]], detail)

    def _send(self, kind: str, resources: list[Any], detail: Document) -> None:
        """Hand an event to every rule that is switched on; what a target refuses is only logged."""
        from moto.events.models import events_backends

        now = int(self._place.now())
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": kind,
            "source": "aws.sagemaker",
            "account": self._place.account,
            "time": now,
            "ingestion-time": now,  # AWS's events have none; moto's input transformers want it
            "region": self._place.region,
            "resources": resources,
            "detail": {name: value for name, value in detail.items() if value is not None},
        }
        if self._listen is not None:
            self._listen(event)
        backend: Any = events_backends[self._place.account][self._place.region]
        # Not moto's put_events: it asks no rule whether it is enabled.
        for rule in list(backend.describe_event_bus("default").rules.values()):
            if rule.state != _ENABLED:
                continue
            try:
                rule.send_to_targets(dict(event))
            except Exception:  # noqa: BLE001 - a target that is gone must not end an execution
                _log.exception("Rule %s could not hand on an event", rule.name)


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _small(name: str) -> str:
    return name[0].lower() + name[1:]


def _keys(value: Any) -> Any:
    """The names of members begin small in these events."""
    if isinstance(value, dict):
        return {_small(name): _keys(each) for name, each in value.items()}
    return [_keys(each) for each in value] if isinstance(value, list) else value
