"""A sweep of the shape of ours whose trials take milliseconds: see tiny_trial.py."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

SWEPT: Final[Mapping[str, int | float]] = {"NumLeaves": 31, "LearningRate": 0.05, "Seed": 1}


def tiny_sweep(environment: str, hold: Path, *, image: str, role: str) -> dict[str, Any]:
    """The definition: one tuning step."""
    experiment = f"flights-{environment}"
    parameters: list[dict[str, Any]] = [
        {"Name": "Day", "Type": "String"},
        *(
            {
                "Name": name,
                "Type": "Float" if isinstance(value, float) else "Integer",
                "DefaultValue": value,
            }
            for name, value in SWEPT.items()
        ),
        {"Name": "StartedBy", "Type": "String", "DefaultValue": "unknown"},
    ]
    tune = {"Name": "Tune", "Type": "Tuning", "Arguments": _request(experiment, hold, image, role)}
    return {
        "Version": "2020-12-01",
        "Metadata": {},
        "Parameters": parameters,
        "PipelineExperimentConfig": {
            "ExperimentName": experiment,
            "TrialName": {"Get": "Execution.PipelineExecutionId"},
        },
        "Steps": [tune],
    }


def _request(experiment: str, hold: Path, image: str, role: str) -> dict[str, Any]:
    usual = {"Name": "NumLeaves", "MinValue": "8", "MaxValue": "64"}
    return {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "mean_log_loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"IntegerParameterRanges": [usual]},
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {name: _text(name) for name in ("LearningRate", "Seed")},
            "AlgorithmSpecification": {
                "TrainingImage": image,
                "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": "mean_log_loss", "Regex": "mean_log_loss=([0-9.]+)"}
                ],
            },
            "RoleArn": role,
            "OutputDataConfig": {"S3OutputPath": f"s3://mlpipe-{experiment.split('-')[1]}/models"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.xlarge",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
            "Environment": {
                "HOLD": str(hold),
                "MLPIPE_PIPELINE": "flights",
                "MLPIPE_ENVIRONMENT": experiment.split("-")[1],
                "MLPIPE_EXPERIMENT": experiment,
                "MLPIPE_RUN": {"Get": "Execution.PipelineExecutionId"},
                "MLPIPE_STARTED": {"Get": "Execution.StartDateTime"},
                "MLPIPE_STARTED_BY": {"Get": "Parameters.StartedBy"},
                "MLPIPE_DAY": {"Get": "Parameters.Day"},
            },
        },
    }


def _text(name: str) -> dict[str, Any]:
    return {"Std:Join": {"On": "", "Values": [{"Get": f"Parameters.{name}"}]}}
