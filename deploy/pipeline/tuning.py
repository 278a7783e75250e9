"""The request of the Tuning step: what a sweep's training jobs are, and what they are judged by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sagemaker.core.workflow.execution_variables import ExecutionVariables

from core.parameters import DAY, STARTED_BY, TRAIN_PARAMETERS, Parameter
from core.sweeps import OBJECTIVE, Strategy, Sweep, parameter_ranges, read_range
from deploy.pipeline.jobs import LONGEST_RUN_SECONDS, VOLUME_GB, Expression
from deploy.pipeline.plan import HYPERPARAMETERS, Plan
from deploy.pipeline.steps import sweep_run

METRICS: Final = (OBJECTIVE, "mean_auc")
_EXAMPLE: Final = {"NumLeaves": "8..64", "LearningRate": "0.01..0.3"}
_KNOWN: Final[Mapping[str, Parameter]] = {each.name: each for each in TRAIN_PARAMETERS}
USUAL: Final = Sweep(
    ranges=tuple(read_range(_KNOWN[name], text) for name, text in _EXAMPLE.items()),
    strategy=Strategy.BAYESIAN,
    trials=12,
    parallel=2,
)
"""What is swept where nobody says anything else."""


def tuning_request(
    plan: Plan,
    *,
    text: Callable[[str], Expression],
    channels: Mapping[str, Expression],
    output: Expression,
) -> dict[str, Any]:
    """The arguments of CreateHyperParameterTuningJob, with the usual sweep.

    Args:
        plan: Of the pipeline.
        text: A pipeline's parameter as text, by name.
        channels: Channel → S3 URI it is filled from.
        output: S3 URI below which SageMaker puts each job's model.
    """
    swept = {each.name for each in USUAL.ranges}
    static = {each.name: text(each.name) for each in HYPERPARAMETERS if each.name not in swept}
    number = r"([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)"
    return {
        "HyperParameterTuningJobConfig": {
            "Strategy": USUAL.strategy.value,
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": OBJECTIVE},
            "ResourceLimits": {
                "MaxNumberOfTrainingJobs": USUAL.trials,
                "MaxParallelTrainingJobs": USUAL.parallel,
            },
            "ParameterRanges": parameter_ranges(USUAL.ranges),
            "TrainingJobEarlyStoppingType": "Off",
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": static,
            "AlgorithmSpecification": {
                "TrainingImage": plan.environment.image,
                "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": name, "Regex": f"{name}={number}"} for name in METRICS
                ],
            },
            "RoleArn": plan.environment.role_arn,
            "InputDataConfig": [_channel(name, uri) for name, uri in channels.items()],
            "OutputDataConfig": {"S3OutputPath": output},
            "ResourceConfig": {
                "InstanceType": plan.environment.instance_type,
                "InstanceCount": 1,
                "VolumeSizeInGB": VOLUME_GB,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": LONGEST_RUN_SECONDS},
            "Environment": {
                "AWS_DEFAULT_REGION": plan.environment.region,
                sweep_run.PIPELINE: plan.pipeline.name,
                sweep_run.ENVIRONMENT: plan.environment.name,
                sweep_run.EXPERIMENT: plan.experiment,
                sweep_run.CODE_COMMIT: plan.code_commit,
                sweep_run.IMAGE: plan.environment.image,
                sweep_run.RUN: ExecutionVariables.PIPELINE_EXECUTION_ID,
                sweep_run.EXECUTION: ExecutionVariables.PIPELINE_EXECUTION_ARN,
                sweep_run.STARTED: ExecutionVariables.START_DATETIME,
                sweep_run.STARTED_BY: text(STARTED_BY),
                sweep_run.DAY: text(DAY),
            },
        },
    }


def _channel(name: str, uri: Expression) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {
        "ChannelName": name,
        "InputMode": "File",
        "CompressionType": "None",
        "DataSource": {"S3DataSource": source},
    }
