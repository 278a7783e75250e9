"""Many trials in an embedded SageMaker, as our pipelines leave them."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import boto3

EXPERIMENT: Final = "flights-experiment"
PARAMETERS: Final = 20
"""Of each trial, besides those that are asked for."""
METRICS: Final = ("auc", "log_loss", "accuracy")
THREADS: Final = 4
BEGAN: Final = dt.datetime(2013, 6, 1, tzinfo=dt.UTC)


def fill(session: boto3.Session, count: int) -> None:
    """Create an experiment with so many trials; the metrics of no two are the same."""
    sagemaker: Any = session.client("sagemaker")
    metrics: Any = session.client("sagemaker-metrics")
    sagemaker.create_experiment(ExperimentName=EXPERIMENT)

    def create(number: int) -> None:
        name = f"t{number:05}"
        component = f"{name}-summary"
        sagemaker.create_trial(TrialName=name, ExperimentName=EXPERIMENT)
        sagemaker.create_trial_component(
            TrialComponentName=component,
            Status={"PrimaryStatus": "Completed"},
            Parameters={
                "WindowDays": {"NumberValue": 60.0},
                "NumLeaves": {"NumberValue": float(number % 64)},
                "day": {"StringValue": "2013-06-28"},
                **{f"P{each}": {"NumberValue": number / (each + 1)} for each in range(PARAMETERS)},
            },
            # Of a component without artifacts ExperimentAnalytics makes no row, but an error.
            InputArtifacts={"data": {"Value": f"s3://bench/{name}/data"}},
            OutputArtifacts={"evaluation": {"Value": f"s3://bench/{name}/evaluation.json"}},
        )
        sagemaker.associate_trial_component(TrialComponentName=component, TrialName=name)
        value = number / count
        metrics.batch_put_metrics(
            TrialComponentName=component,
            MetricData=[
                {"MetricName": each, "Timestamp": BEGAN, "Step": 0, "Value": value}
                for each in METRICS
            ],
        )

    with ThreadPoolExecutor(THREADS) as executor:
        for _ in executor.map(create, range(count)):
            pass
