"""Trials in SageMaker Experiments that nobody ran."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any, Final

import boto3

from tests.scenario.tiny_pipeline import TinyPipeline

BEGAN: Final = dt.datetime(2013, 6, 1, tzinfo=dt.UTC)


class Record:
    """An experiment, filled as the evaluation step does it, without running anything."""

    def __init__(self, pipeline: TinyPipeline, environment: str = "experiment") -> None:
        self._sagemaker: Any = pipeline.sagemaker
        self._metrics: Any = boto3.client("sagemaker-metrics", region_name="us-east-1")
        self._experiment = f"flights-{environment}"
        with contextlib.suppress(self._sagemaker.exceptions.ClientError):  # a sweep has made it
            self._sagemaker.create_experiment(ExperimentName=self._experiment)

    def delete(self, *names: str) -> None:
        """Delete an experiment with its trials, as people do in SageMaker."""
        for name in names:
            component = f"{name}-summary"
            self._sagemaker.disassociate_trial_component(
                TrialComponentName=component, TrialName=name
            )
            self._sagemaker.delete_trial_component(TrialComponentName=component)
            self._sagemaker.delete_trial(TrialName=name)
        self._sagemaker.delete_experiment(ExperimentName=self._experiment)

    def trial(self, name: str, *, auc: float | None, **parameters: float | str) -> None:
        component = f"{name}-summary"
        self._sagemaker.create_trial(TrialName=name, ExperimentName=self._experiment)
        self._sagemaker.create_trial_component(
            TrialComponentName=component,
            Status={"PrimaryStatus": "Completed"},
            Parameters={
                key: {"StringValue": value} if isinstance(value, str) else {"NumberValue": value}
                for key, value in {"WindowDays": 60.0, **parameters}.items()
            },
        )
        self._sagemaker.associate_trial_component(TrialComponentName=component, TrialName=name)
        if auc is not None:
            self._metrics.batch_put_metrics(
                TrialComponentName=component,
                MetricData=[{"MetricName": "auc", "Timestamp": BEGAN, "Step": 0, "Value": auc}],
            )
