"""The domain's own types, named as SageMaker and this team name them (see docs/words.md)."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NewType

ExecutionArn = NewType("ExecutionArn", str)
ModelPackageArn = NewType("ModelPackageArn", str)
PipelineName = NewType("PipelineName", str)
"""The word people type and `mlpipe.toml` uses, such as `flights`."""
EnvironmentName = NewType("EnvironmentName", str)
"""Such as `production` or `experiment`."""
UserId = NewType("UserId", str)
ChannelId = NewType("ChannelId", str)
TeamId = NewType("TeamId", str)
MessageTs = NewType("MessageTs", str)

Better = Literal["higher", "lower"]
"""Which way a metric is better."""

PRODUCTION = EnvironmentName("production")


@dataclass(frozen=True)
class Person:
    """Who asks or decides: a Slack user of one workspace."""

    team: TeamId
    user: UserId

    def __str__(self) -> str:
        """How a person is written in the registry and the audit log: `T…/U…`."""
        return f"{self.team}/{self.user}"

    @classmethod
    def parse(cls, text: str) -> Person:
        """The inverse of `str`; a ValueError for anything else."""
        team, slash, user = text.partition("/")
        if not (team and slash and user):
            raise ValueError(text)
        return cls(TeamId(team), UserId(user))


class Kind(enum.StrEnum):
    """Which of a pipeline's definitions."""

    TRAIN = "train"
    EVALUATE = "evaluate"
    SWEEP = "sweep"


@dataclass(frozen=True)
class Environment:
    """Where pipelines run: one AWS account and region with a bucket of its own.

    Endpoint, credentials and proxies are botocore's own settings and not repeated here.
    """

    name: EnvironmentName
    region: str
    bucket: str
    role_arn: str
    image: str
    """URI of the image in which the step scripts run."""
    instance_type: str = "ml.m5.xlarge"
    channels: tuple[ChannelId, ...] = ()
    """Where a command that names no environment means this one."""
    calls_per_second: float = 10.0
    """The budget of calls to SageMaker; see mlops.budget."""
    event_queue: str | None = None
    """URL of the SQS queue into which EventBridge puts SageMaker's events; None: there is none."""
    most_trials: int = 50
    """Of one sweep."""
    most_parallel: int = 4
    """Trials of one sweep at a time."""
    most_days: int = 31
    """Of one range that is run day by day."""


@dataclass(frozen=True)
class ResultFile:
    """A file of results that each execution of a team's own pipeline leaves."""

    step: str
    output: str | None = None
    """Name of the processing step's output; None: what the step registered its model with."""
    path: str = ""
    """Of the file in the output."""

    def __str__(self) -> str:
        """As people write it: `Step/output/evaluation.json`, or `RegisterStep`."""
        return self.step if self.output is None else f"{self.step}/{self.output}/{self.path}"

    @classmethod
    def parse(cls, text: str) -> ResultFile:
        """The inverse of `str`; a ValueError for anything else."""
        step, *rest = text.strip("/").split("/", 2)
        if not step or len(rest) == 1 or not all(rest):
            raise ValueError(f"no result file: {text}")
        return cls(step, *rest)


@dataclass(frozen=True)
class Adopted:
    """A pipeline that the team has in SageMaker already: where its days and results are found."""

    sagemaker_pipeline: str
    """Its PipelineName there."""
    environment: EnvironmentName
    """Where it runs."""
    evaluation: ResultFile
    """In SageMaker's model-quality schema."""
    importance: ResultFile | None = None
    """In Clarify's explainability schema."""
    day_parameter: str | None = None
    """The parameter in whose value the day is written; None: the day comes from the start."""
    days_back: int = 0
    """Without that parameter: how many days before its start an execution's day is."""
    leading: tuple[str, ...] = ()
    """Metrics that lead its reports; empty: those that lead for its kind."""
    better: Better | None = None
    """Which way the first of them is better; None: its name tells."""
    model_package_group: str | None = None
    """Where it registers its versions, if it does."""


@dataclass(frozen=True)
class Pipeline:
    """One pipeline as people know it: its definitions in every environment belong together."""

    name: PipelineName
    manifest: str
    """Path of the dataset manifest, relative to `mlpipe.toml`; "" where it was adopted."""
    lake: str
    """Where the data lie: `s3://bucket/prefix`, below it `day=YYYY-MM-DD/*.parquet|*.csv`; "" where
    it was adopted."""
    time_zone: str
    """IANA name; days are days of this zone."""
    reference_version: int | None = None
    """Version that never changes (None: the first registered in production)."""
    calendar: str | None = None
    """Whose public holidays are known to be unlike other days: a code of ISO 3166, such as `US` or
    `DE-BY`; None: nobody's."""
    adopted: Adopted | None = None
    """None: its definitions are ours."""

    def sagemaker_name(self, environment: EnvironmentName, kind: Kind) -> str:
        """The PipelineName in SageMaker, such as `flights-production-train`."""
        adopted = self.adopted_in(environment)
        if adopted is not None and kind is Kind.TRAIN:
            return adopted.sagemaker_pipeline
        return f"{self.name}-{environment}-{kind}"

    def model_package_group(self, environment: EnvironmentName) -> str:
        """The ModelPackageGroupName in SageMaker, such as `flights-production`."""
        adopted = self.adopted_in(environment)
        if adopted is not None and adopted.model_package_group is not None:
            return adopted.model_package_group
        return f"{self.name}-{environment}"

    @property
    def registers(self) -> bool:
        """Whether its versions are in a registry, so that it is known which one serves."""
        return self.adopted is None or self.adopted.model_package_group is not None

    def adopted_in(self, environment: EnvironmentName) -> Adopted | None:
        """How it was adopted, in the environment in which it was."""
        here = self.adopted is not None and self.adopted.environment == environment
        return self.adopted if here else None

    def experiment(self, environment: EnvironmentName) -> str:
        """The ExperimentName in SageMaker, such as `flights-production`."""
        return f"{self.name}-{environment}"


class ExecutionStatus(enum.StrEnum):
    """PipelineExecutionStatus of DescribePipelineExecution."""

    EXECUTING = "Executing"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    FAILED = "Failed"
    SUCCEEDED = "Succeeded"
    COMPLETED_WITH_FAILURES = "CompletedWithFailures"

    @property
    def ended(self) -> bool:
        """Whether nothing of the execution will change any more (short of a retry)."""
        return self not in {ExecutionStatus.EXECUTING, ExecutionStatus.STOPPING}


class StepStatus(enum.StrEnum):
    """StepStatus of ListPipelineExecutionSteps."""

    STARTING = "Starting"
    EXECUTING = "Executing"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    FAILED = "Failed"
    SUCCEEDED = "Succeeded"


@dataclass(frozen=True)
class Step:
    """One step of an execution as ListPipelineExecutionSteps tells it."""

    name: str
    status: StepStatus
    started: dt.datetime | None = None
    ended: dt.datetime | None = None
    failure_reason: str | None = None
    kind: str | None = None
    """The key of its Metadata: ProcessingJob, TrainingJob, Condition, Fail, RegisterModel …"""
    job_arn: str | None = None
    logs_url: str | None = None
    """Where AWS's console shows the job's log; None for a step without a job."""
    taken_from: ExecutionArn | None = None
    """The earlier execution whose run of the step stands in for it, by SageMaker's step caching."""


@dataclass(frozen=True)
class Execution:
    """One pipeline execution and its steps, oldest first."""

    arn: ExecutionArn
    sagemaker_pipeline: str
    status: ExecutionStatus
    started: dt.datetime
    ended: dt.datetime | None = None
    failure_reason: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    all_steps: tuple[str, ...] = ()
    """Names of every step in its definition, in order: what has not started yet is shown too."""
    display_name: str = ""
    """PipelineExecutionDisplayName."""
    created_by: str = ""
    """Who started it by AWS's account: a Studio profile, a user, or a role with its session."""

    @property
    def id(self) -> str:
        """The last part of the ARN: also the name of its trial."""
        return self.arn.rsplit("/", 1)[-1]


class ApprovalStatus(enum.StrEnum):
    """ModelApprovalStatus of a model package."""

    PENDING = "PendingManualApproval"
    APPROVED = "Approved"
    REJECTED = "Rejected"


@dataclass(frozen=True)
class ModelVersion:
    """One registered version: a model package of a versioned group."""

    arn: ModelPackageArn
    group: str
    version: int
    approval: ApprovalStatus
    created: dt.datetime
    modified: dt.datetime
    stage: str | None = None
    """ModelLifeCycle.Stage; challengers are marked here."""
    model_data: str | None = None
    """S3 URI of its model.tar.gz."""
    quality_uri: str | None = None
    """ModelMetrics.ModelQuality.Statistics: S3 URI of its evaluation.json."""
    explainability_uri: str | None = None
    """ModelMetrics.Explainability.Report: S3 URI of its analysis.json."""
    reason: str = ""
    """ApprovalDescription: why it was decided so, in the words of who did."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """CustomerMetadataProperties: see `core.lineage` for the keys we write."""
