"""The summary trial component of an execution or of a sweep's job: what it got, what came out.

Safe to repeat: a retried step finds what is there and writes the same again.
"""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import boto3
from botocore.exceptions import ClientError

from core.results import Run
from deploy.pipeline.steps.refusal import StepRefusal
from deploy.pipeline.steps.registry import exists_already, sagemaker_client

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import (
        TrialComponentParameterValueTypeDef,
        TrialComponentStatusTypeDef,
    )

log = logging.getLogger(__name__)

METRICS_A_CALL: Final = 10
"""API: BatchPutMetrics."""
LONGEST_STATUS: Final = 1024
"""API: TrialComponentStatus, Message."""


@dataclass(frozen=True)
class SummaryTrial:
    """One execution's trial and its summary trial component, or that of a job of a sweep."""

    client: SageMakerClient
    run: Run
    job: str | None = None
    """Name of the training job of a sweep; None: it is the whole execution's."""

    @property
    def component(self) -> str:
        """Name of the summary trial component, in small letters (API: BatchPutMetrics)."""
        return f"{self.job or self.run.run}-summary".lower()

    def create(self, experiment: str) -> None:
        """Create experiment, trial and component where they are missing, and join them."""
        client, trial = self.client, self.run.run
        with _tolerated():
            client.create_experiment(ExperimentName=experiment)
        with _tolerated():
            client.create_trial(TrialName=trial, ExperimentName=experiment)
        with _tolerated():
            client.create_trial_component(
                TrialComponentName=self.component,
                DisplayName=self.component,
                Status={"PrimaryStatus": "InProgress"},
                StartTime=self.run.started,
                Parameters=parameters(self.run),
            )
        with _tolerated():
            client.associate_trial_component(TrialComponentName=self.component, TrialName=trial)

    def end(self, status: Literal["Failed", "Stopped"], why: str = "") -> None:
        """Write that it ended without a result."""
        ended: TrialComponentStatusTypeDef = {"PrimaryStatus": status}
        if why:
            ended["Message"] = why[:LONGEST_STATUS]
        self.client.update_trial_component(TrialComponentName=self.component, Status=ended)

    def finish(self, metrics: Mapping[str, float]) -> None:
        """Write all parameters and metrics, and that the evaluation ended.

        Metrics carry the execution's own start as their time, so that a repeated call writes the
        same values and no second ones.

        Raises:
            StepRefusal: SageMaker did not take a metric.
        """
        finite = {name: value for name, value in metrics.items() if math.isfinite(value)}
        put = boto3.client("sagemaker-metrics").batch_put_metrics
        items = list(finite.items())
        for start in range(0, len(items), METRICS_A_CALL):
            answer = put(
                TrialComponentName=self.component,
                MetricData=[
                    {"MetricName": name, "Timestamp": self.run.started, "Step": 0, "Value": value}
                    for name, value in items[start : start + METRICS_A_CALL]
                ],
            )
            if answer.get("Errors"):
                raise StepRefusal(
                    f"SageMaker did not take metrics of {self.component}: {answer['Errors']}."
                )
        self.client.update_trial_component(
            TrialComponentName=self.component,
            Status={"PrimaryStatus": "Completed"},
            Parameters=parameters(self.run),
        )
        log.info("Wrote %d metrics to the trial component %s.", len(finite), self.component)


def summary_trial(run: Run, *, job: str | None = None) -> SummaryTrial:
    """The summary trial component of a run or a job of it, over a client of its own."""
    return SummaryTrial(sagemaker_client(), run, job)


def parameters(run: Run) -> dict[str, TrialComponentParameterValueTypeDef]:
    """All parameters of the pipeline, and whose run it is; numbers as numbers, so they sort."""
    identity = {
        "day": run.day.isoformat(),
        "started_by": run.started_by,
        "code_commit": run.code_commit,
        "image": run.image,
    }
    found = {name: _value(text) for name, text in run.parameters.items() if text}
    for name, text in identity.items():
        if text:
            found[name] = {"StringValue": text}
    return found


def _value(text: str) -> TrialComponentParameterValueTypeDef:
    try:
        number = float(text)
    except ValueError:
        return {"StringValue": text}
    return {"NumberValue": number} if math.isfinite(number) else {"StringValue": text}


@contextlib.contextmanager
def _tolerated() -> Iterator[None]:
    """What is there already is as good as created."""
    try:
        yield
    except ClientError as error:
        if not exists_already(error):
            raise
