"""Sweeps in SageMaker: a version of the pipeline for each, and the tuning job's leaderboard."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from core.leaderboard import Board, Leader
from core.sweeps import Strategy, Sweep, ranges_of, with_sweep
from mlops.aws import Aws

LEADERS: Final = 10
"""Trials of a leaderboard."""


class Sweeps:
    """The sweeps of one environment."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    async def version(self, pipeline_name: str, sweep: Sweep) -> int:
        """The number of the pipeline's version that does this sweep, made if it is not the newest.

        So a start that is tried again takes the version of the first time.
        """
        stored = await self._aws.call("sagemaker", "describe_pipeline", PipelineName=pipeline_name)
        definition = json.loads(stored["PipelineDefinition"])
        wanted = with_sweep(definition, sweep)
        if wanted == definition:
            listed = await self._aws.call(
                "sagemaker", "list_pipeline_versions", PipelineName=pipeline_name, MaxResults=1
            )
            if listed["PipelineVersionSummaries"]:
                return int(listed["PipelineVersionSummaries"][0]["PipelineVersionId"])
        answer = await self._aws.call(
            "sagemaker",
            "update_pipeline",
            PipelineName=pipeline_name,
            PipelineDefinition=json.dumps(wanted),
        )
        return int(answer["PipelineVersionId"])

    async def board(self, job_arn: str) -> Board:
        """How the tuning job of that ARN stands."""
        name = job_arn.rsplit("/", 1)[-1]
        job = await self._aws.call(
            "sagemaker", "describe_hyper_parameter_tuning_job", HyperParameterTuningJobName=name
        )
        config = job["HyperParameterTuningJobConfig"]
        objective = config["HyperParameterTuningJobObjective"]
        listed = await self._aws.call(
            "sagemaker",
            "list_training_jobs_for_hyper_parameter_tuning_job",
            HyperParameterTuningJobName=name,
            SortBy="FinalObjectiveMetricValue",
            SortOrder="Ascending" if objective["Type"] == "Minimize" else "Descending",
            StatusEquals="Completed",  # one that was stopped has a mean of fewer days
            MaxResults=LEADERS,
        )
        counted = job["TrainingJobStatusCounters"]
        started = sum(counted.values())
        return Board(
            metric=objective["MetricName"],
            sweep=_sweep(config, started),
            total=_most(config, started),
            done=counted.get("Completed", 0),
            running=counted.get("InProgress", 0),
            failed=counted.get("RetryableError", 0) + counted.get("NonRetryableError", 0),
            stopped=counted.get("Stopped", 0),
            leaders=tuple(_leaders(listed["TrainingJobSummaries"])),
        )


def _sweep(config: Mapping[str, Any], started: int) -> Sweep:
    return Sweep(
        ranges_of(config.get("ParameterRanges", {})),
        Strategy(config["Strategy"]),
        _most(config, started),
        config["ResourceLimits"]["MaxParallelTrainingJobs"],
    )


def _most(config: Mapping[str, Any], started: int) -> int:
    """A grid may leave it out."""
    return int(config["ResourceLimits"].get("MaxNumberOfTrainingJobs", started))


def _leaders(summaries: list[Mapping[str, Any]]) -> list[Leader]:
    return [
        Leader(
            trial=str(each["TrainingJobName"]).lower(),  # so is the name of its trial component
            value=each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"],
            tried=each["TunedHyperParameters"],
        )
        for each in summaries
        if "FinalHyperParameterTuningJobObjectiveMetric" in each
    ]
