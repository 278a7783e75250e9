"""What CreateHyperParameterTuningJob refuses, and the training job that a point becomes."""

from __future__ import annotations

from typing import Final

from mlpipe_sandbox.aws.errors import ValidationError
from mlpipe_sandbox.aws.place import random_name
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.tuning.ranges import checked, grid

MOST_TRAINING_JOBS: Final = 750
MOST_PARALLEL: Final = 100
"""AWS's quotas for one tuning job:
https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html"""
OBJECTIVE: Final = "_tuning_objective_metric"
"""The hyperparameter by which a training job learns what it is judged by."""
_NOT_HERE: Final = ("TrainingJobDefinitions", "WarmStartConfig", "Autotune")
_CRITERIA: Final = frozenset({"TargetObjectiveMetricValue"})
_NOT_TRAINED_WITH: Final = frozenset(
    {
        "DefinitionName",
        "TuningObjective",
        "HyperParameterRanges",
        "StaticHyperParameters",
        "HyperParameterTuningResourceConfig",
    }
)
_NAME_LENGTH: Final = 63
_SUFFIX: Final = "0123456789abcdef"


def check_request(request: Document) -> None:
    """Raise ValidationError for the first thing that makes a tuning job impossible to run."""
    for member in _NOT_HERE:
        if member in request:
            raise ValidationError(f"The sandbox does not know {member}.")
    if "TrainingJobDefinition" not in request:
        raise ValidationError("A TrainingJobDefinition must be specified.")
    config, definition = request["HyperParameterTuningJobConfig"], request["TrainingJobDefinition"]
    if "HyperParameterTuningResourceConfig" in definition or "ResourceConfig" not in definition:
        raise ValidationError("The sandbox tunes only with a ResourceConfig.")
    ranges = config.get("ParameterRanges", {})
    if ranges.get("AutoParameters"):
        raise ValidationError("The sandbox does not know AutoParameters.")
    checked(ranges, static=definition.get("StaticHyperParameters", {}))
    _check_objective(config, definition)
    _check_limits(config, ranges)


def most_jobs(config: Document) -> int:
    """How many training jobs a tuning job starts at most."""
    given: int | None = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    return given if given is not None else len(grid(config["ParameterRanges"]))


def training_request(job: Document, number: int, hyperparameters: dict[str, str]) -> Document:
    """CreateTrainingJob's request for a point.

    Args:
        job: the tuning job's document.
        number: of the training job within it, from 1.
        hyperparameters: the point.
    """
    definition = job["TrainingJobDefinition"]
    objective = job["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    tail = f"-{number:03}-{random_name(8, letters=_SUFFIX)}"
    name = f"{job['HyperParameterTuningJobName'][: _NAME_LENGTH - len(tail)]}{tail}"
    return {
        **{key: value for key, value in definition.items() if key not in _NOT_TRAINED_WITH},
        "TrainingJobName": name,
        "HyperParameters": {
            **definition.get("StaticHyperParameters", {}),
            **hyperparameters,
            OBJECTIVE: objective["MetricName"],
        },
    }


def _check_objective(config: Document, definition: Document) -> None:
    objective = config.get("HyperParameterTuningJobObjective")
    if objective is None:
        raise ValidationError("A HyperParameterTuningJobObjective must be specified.")
    algorithm = definition["AlgorithmSpecification"]
    if "TrainingImage" not in algorithm:
        raise ValidationError("The sandbox tunes only with a TrainingImage.")
    metrics = [metric["Name"] for metric in algorithm.get("MetricDefinitions", ())]
    if objective["MetricName"] not in metrics:
        raise ValidationError(
            f"The objective metric {objective['MetricName']} must be one of the metric definitions"
            f" of the training job: {', '.join(metrics) or 'it has none'}."
        )


def _check_limits(config: Document, ranges: Document) -> None:
    limits, strategy = config["ResourceLimits"], config["Strategy"]
    most, parallel = limits.get("MaxNumberOfTrainingJobs"), limits["MaxParallelTrainingJobs"]
    if strategy == "Grid":
        if not ranges.get("CategoricalParameterRanges") or ranges.keys() - {
            "CategoricalParameterRanges"
        } - {key for key, value in ranges.items() if not value}:
            raise ValidationError("Grid search takes categorical parameter ranges only.")
        points = len(grid(ranges))
        if most not in {None, points}:
            raise ValidationError(
                f"MaxNumberOfTrainingJobs must be the number of points of the grid, {points}, or"
                " left out."
            )
        most = points
    elif most is None:
        raise ValidationError("MaxNumberOfTrainingJobs must be specified.")
    if most > MOST_TRAINING_JOBS:
        raise ValidationError(f"A tuning job has at most {MOST_TRAINING_JOBS} training jobs.")
    if parallel > min(most, MOST_PARALLEL):
        raise ValidationError(
            "MaxParallelTrainingJobs must not be greater than MaxNumberOfTrainingJobs or"
            f" {MOST_PARALLEL}."
        )
    if strategy == "Hyperband" and config.get("TrainingJobEarlyStoppingType") == "Auto":
        raise ValidationError("Hyperband stops jobs itself: TrainingJobEarlyStoppingType is Off.")
    for criterion in config.get("TuningJobCompletionCriteria", {}).keys() - _CRITERIA:
        raise ValidationError(f"The sandbox does not know the completion criterion {criterion}.")
