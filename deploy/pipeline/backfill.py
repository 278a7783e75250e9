"""Starts the backfill: one processing job that fills in a range of past days.

It runs what is deployed: image, role, machine, inputs, commit and recipe are those of the *Train*
definition in SageMaker, so that a day filled in and a day executed are of one recipe.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from core import lineage
from core.domain import Kind
from core.errors import MlpipeError, NotFoundError
from core.messages import say
from core.parameters import DAY, TRAIN_PARAMETERS
from deploy.pipeline.deployment import Deployment
from deploy.pipeline.plan import MANIFEST, Plan
from deploy.pipeline.recipe import recipe

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_logs.type_defs import GetLogEventsRequestTypeDef

_FOLDER: Final = "/opt/ml/processing/config"
_FAILURE: Final = "/opt/ml/output/message"
_LOGS: Final = "/aws/sagemaker/ProcessingJobs"
_ENDED: Final = frozenset({"Completed", "Failed", "Stopped"})
PARAMETERS_OF_EVERY_DAY: Final = tuple(
    parameter for parameter in TRAIN_PARAMETERS if not parameter.internal and parameter.name != DAY
)
"""What can be given to a backfill."""
LONGEST_JOB_NAME: Final = 63
"""API: CreateProcessingJob."""
LONGEST_RUN_SECONDS: Final = 86_400
POLL_SECONDS: Final = 2.0


class BackfillFailedError(MlpipeError):
    """The job ended, and not well; the sentence is its own."""


@dataclass(frozen=True)
class Range:
    """Days, both inclusive."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class TrainDefinition:
    """What the backfill takes from the Train definition in SageMaker."""

    prepare: Mapping[str, Any]
    """Arguments of the Prepare step."""
    metadata: Mapping[str, Any]
    """CustomerMetadataProperties of the Register step."""
    defaults: Mapping[str, str]
    """Parameter → its default."""

    @classmethod
    def read(cls, definition: Mapping[str, Any]) -> TrainDefinition:
        """Take a definition apart that `deploy.pipeline.definition` made."""
        steps = {step["Name"]: step["Arguments"] for step in definition["Steps"]}
        register = steps["CheckGate"]["IfSteps"][0]["Arguments"]
        return cls(
            prepare=steps["Prepare"],
            metadata=register["CustomerMetadataProperties"],
            defaults={
                parameter["Name"]: str(parameter["DefaultValue"])
                for parameter in definition["Parameters"]
                if "DefaultValue" in parameter
            },
        )

    def recipe(self, given: Mapping[str, str]) -> str:
        """The recipe of an execution with these parameters."""
        fixed = self.metadata[lineage.RECIPE]["Std:Join"]["Values"][0]
        return recipe(fixed, {**self.defaults, **given})


class Backfill:
    """Starts and follows backfill jobs of one pipeline in one environment."""

    def __init__(self, plan: Plan, session: boto3.Session) -> None:
        """`plan` is that of *Train*; `session` reaches the environment."""
        assert plan.kind is Kind.TRAIN
        self._plan = plan
        self._deployment = Deployment(plan.environment, session)
        self._sagemaker = session.client("sagemaker")
        self._logs = session.client("logs")

    def start(self, days: Range, given: Mapping[str, str], started_by: str) -> str:
        """Start the job; returns its name.

        Args:
            days: Which days to fill in.
            given: Parameters that do not have their defaults, as text.
            started_by: Who asked.

        Raises:
            NotFoundError: The Train pipeline is not in SageMaker yet.
        """
        stored = self._deployment.stored(self._plan.name)
        if stored is None:
            raise NotFoundError(
                say(
                    "The pipeline {name} is not in SageMaker yet: run "
                    "`mlpipe pipeline upsert --env {environment}` first.",
                    name=self._plan.name,
                    environment=self._plan.environment.name,
                )
            )
        request = job_request(
            self._plan, TrainDefinition.read(stored.definition), days, given, started_by=started_by
        )
        self._sagemaker.create_processing_job(**request)
        name: str = request["ProcessingJobName"]
        return name

    def follow(self, job: str, sleep: Callable[[float], None] = time.sleep) -> Iterator[str]:
        """The job's log lines as they come, until it has ended.

        Raises:
            BackfillFailedError: It failed or was stopped.
        """
        told: dict[str, str | None] = {}
        while True:
            found = self._sagemaker.describe_processing_job(ProcessingJobName=job)
            yield from self._new_lines(job, told)
            if found["ProcessingJobStatus"] in _ENDED:
                break
            sleep(POLL_SECONDS)
        if found["ProcessingJobStatus"] != "Completed":
            why = found.get("ExitMessage") or found.get("FailureReason")
            raise BackfillFailedError(
                say("The backfill {job} failed: {why}", job=job, why=why)
                if why
                else say("The backfill {job} was stopped.", job=job)
            )

    def _new_lines(self, job: str, told: dict[str, str | None]) -> Iterator[str]:
        """Lines not yet read; `told` keeps each stream's place."""
        try:
            streams = self._logs.describe_log_streams(
                logGroupName=_LOGS, logStreamNamePrefix=f"{job}/"
            )["logStreams"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return
        for stream in streams:
            name = stream["logStreamName"]
            while True:
                place = told.get(name)
                request: GetLogEventsRequestTypeDef = {
                    "logGroupName": _LOGS,
                    "logStreamName": name,
                    "startFromHead": True,
                }
                if place:
                    request["nextToken"] = place
                page = self._logs.get_log_events(**request)
                for event in page["events"]:
                    yield event["message"].rstrip()
                told[name] = page["nextForwardToken"]
                if not page["events"] or page["nextForwardToken"] == place:
                    break


def job_request(
    plan: Plan,
    deployed: TrainDefinition,
    days: Range,
    given: Mapping[str, str],
    *,
    started_by: str,
) -> dict[str, Any]:
    """The arguments of CreateProcessingJob."""
    name = _job_name(plan, days)
    arguments = [
        *("--pipeline", plan.pipeline.name, "--environment", plan.environment.name),
        *("--group", plan.group, "--production-group", plan.production_group),
        *("--reference-version", plan.reference, "--started-by", started_by),
        *("--code-commit", deployed.metadata[lineage.CODE_COMMIT]),
        *("--image", deployed.metadata[lineage.IMAGE], "--recipe", deployed.recipe(given)),
        *("--manifest", f"{_FOLDER}/{MANIFEST}", "--lake", plan.pipeline.lake),
        *("--first-day", days.first.isoformat(), "--last-day", days.last.isoformat()),
        *("--bucket", plan.environment.bucket, "--job", name),
    ]
    values = {**deployed.defaults, **given}
    for parameter in PARAMETERS_OF_EVERY_DAY:
        arguments += ["--parameter", f"{parameter.name}={values[parameter.name]}"]
    return {
        "ProcessingJobName": name,
        "ProcessingResources": deployed.prepare["ProcessingResources"],
        "StoppingCondition": {"MaxRuntimeInSeconds": LONGEST_RUN_SECONDS},
        "AppSpecification": {
            "ImageUri": deployed.prepare["AppSpecification"]["ImageUri"],
            "ContainerEntrypoint": ["python3", "-m", "deploy.pipeline.steps.backfill"],
            "ContainerArguments": [*arguments, "--failure", _FAILURE],
        },
        "Environment": deployed.prepare["Environment"],
        "ProcessingInputs": deployed.prepare["ProcessingInputs"],
        "RoleArn": deployed.prepare["RoleArn"],
    }


def _job_name(plan: Plan, days: Range) -> str:
    tail = f"-{days.first:%Y%m%d}-{days.last:%Y%m%d}-{secrets.token_hex(4)}"
    return f"{plan.group[: LONGEST_JOB_NAME - len(tail)]}{tail}"
