"""SageMaker as the conversations need it: mlops' objects by pipeline and environment."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from bot.metrics import Metrics
from bot.store.executions import Followed
from bot.targets import Target
from core.approvals import Approval, Verdict
from core.costs import Billed
from core.domain import (
    PRODUCTION,
    ApprovalStatus,
    Environment,
    EnvironmentName,
    Execution,
    ExecutionArn,
    Kind,
    ModelVersion,
    Pipeline,
    PipelineName,
    Step,
)
from core.leaderboard import Board
from core.lineage import DECIDED_AT
from core.parameters import DAY, Parameter
from core.sweeps import taken_apart
from mlops.aws import Aws
from mlops.billing import Billing
from mlops.budget import Budget
from mlops.console import Console
from mlops.evaluations import Evaluations
from mlops.events import Events
from mlops.executions import Executions
from mlops.identity import caller
from mlops.lake import Lake
from mlops.logs import Logs
from mlops.pipelines import Pipelines
from mlops.registry import Registry
from mlops.sweeps import Sweeps
from mlops.training_metrics import TrainingMetrics
from mlops.trials import Trials

if TYPE_CHECKING:
    import boto3


class SageMaker:
    """Each of mlops' objects, made once for its pipeline and environment."""

    def __init__(
        self,
        *,
        pipelines: Mapping[PipelineName, Pipeline],
        environments: Mapping[EnvironmentName, Environment],
        session: Callable[[Environment], boto3.Session],
        executor: Executor,
        metrics: Metrics,
        console_url: str | None = None,
    ) -> None:
        """Take what it stands on; `console_url` is another console than AWS's own."""
        self._pipelines = pipelines

        def counted(environment: str, operation: str, outcome: str) -> None:
            metrics.aws_calls.labels(environment, operation, outcome).inc()

        self._aws = {
            name: Aws(
                environment,
                session=session,
                executor=executor,
                counted=counted,
                budget=Budget(environment.calls_per_second),
            )
            for name, environment in environments.items()
        }
        for name, aws in self._aws.items():
            metrics.circuit_open.labels(name).set_function(functools.partial(_is_shut, aws))
            metrics.calls_waiting.labels(name).set_function(functools.partial(_waiting, aws))
        self._console_url = console_url
        # One object for each pipeline and environment: they remember what never changes.
        self.executions = functools.cache(self._executions)
        self.evaluations = functools.cache(self._evaluations)
        self.registry = functools.cache(self._registry)
        self.trials = functools.cache(self._trials)

    def _executions(self, environment: EnvironmentName) -> Executions:
        aws = self._aws[environment]
        console = Console(aws.environment.region, base=self._console_url)
        return Executions(aws, console)

    def _evaluations(self, pipeline: PipelineName, environment: EnvironmentName) -> Evaluations:
        return Evaluations(self._aws[environment], self._pipelines[pipeline])

    def _registry(self, pipeline: PipelineName, environment: EnvironmentName) -> Registry:
        return Registry(self._aws[environment], self._pipelines[pipeline])

    def _trials(self, pipeline: PipelineName, environment: EnvironmentName) -> Trials:
        return Trials(self._aws[environment], self._pipelines[pipeline], environment)

    async def caller(self, environment: EnvironmentName) -> str:
        """Whose credentials these are there, as an ARN."""
        return await caller(self._aws[environment])

    async def parameters(
        self, pipeline: PipelineName, environment: EnvironmentName, kind: Kind
    ) -> tuple[Parameter, ...]:
        """The parameters of a definition; see mlops.pipelines."""
        return await Pipelines(self._aws[environment], self._pipelines[pipeline]).parameters(kind)

    async def start(self, followed: Followed) -> ExecutionArn:
        """Start an execution, once for its token."""
        pipeline = self._pipelines[followed.pipeline]
        name = pipeline.sagemaker_name(followed.environment, followed.kind)
        day = followed.parameters.get(DAY, followed.kind)
        parameters, version = followed.parameters, None
        if followed.kind is Kind.SWEEP:
            sweep, parameters = taken_apart(followed.parameters)
            version = await Sweeps(self._aws[followed.environment]).version(name, sweep)
        return await self.executions(followed.environment).start(
            pipeline_name=name,
            parameters=parameters,
            token=followed.token,
            display_name=f"{followed.pipeline}-{day}-{followed.id[:8]}",
            version=version,
        )

    async def board(self, environment: EnvironmentName, job_arn: str, /) -> Board:
        """How a sweep's tuning job stands."""
        return await Sweeps(self._aws[environment]).board(job_arn)

    async def describe(self, followed: Followed, *, seen: Execution | None = None) -> Execution:
        """How a started execution stands; `seen`: as a list showed it just now."""
        assert followed.arn is not None
        return await self.executions(followed.environment).describe(followed.arn, seen=seen)

    async def since(
        self,
        pipeline: PipelineName,
        environment: EnvironmentName,
        kind: Kind,
        moment: dt.datetime,
    ) -> tuple[Execution, ...]:
        """The executions begun after a moment, newest first, without their steps."""
        name = self._pipelines[pipeline].sagemaker_name(environment, kind)
        return await self.executions(environment).since(name, moment)

    async def stop(self, followed: Followed) -> None:
        """Have a started execution stopped."""
        assert followed.arn is not None
        await self.executions(followed.environment).stop(followed.arn)

    async def retry(self, followed: Followed) -> None:
        """Have a failed or stopped execution go on, once for its retry_token."""
        assert followed.arn is not None
        assert followed.retry_token is not None
        await self.executions(followed.environment).retry(followed.arn, token=followed.retry_token)

    async def newest(self, target: Target, kind: Kind) -> tuple[Execution, ...]:
        """The executions begun last, newest first, without their steps."""
        name = target.pipeline.sagemaker_name(target.environment, kind)
        return await self.executions(target.environment).newest(name)

    def queues(self) -> Mapping[tuple[EnvironmentName, ...], Events]:
        """The queues of events, each with its environments: those of one account may share one."""
        by_queue: dict[tuple[str, str], list[EnvironmentName]] = {}
        for name, aws in self._aws.items():
            if aws.environment.event_queue is not None:
                where = (aws.environment.region, aws.environment.event_queue)
                by_queue.setdefault(where, []).append(name)
        return {
            tuple(names): Events(self._aws[names[0]], queue)
            for (_, queue), names in by_queue.items()
        }

    async def past_runs(
        self, pipeline: PipelineName, environment: EnvironmentName, kind: Kind
    ) -> tuple[Execution, ...]:
        """The last executions of a pipeline that went well, newest first, with their steps."""
        name = self._pipelines[pipeline].sagemaker_name(environment, kind)
        return await self.executions(environment).past(name)

    async def described(self, target: Target, arn: ExecutionArn) -> Execution:
        """One execution with its steps and parameters, whoever started it."""
        return await self.executions(target.environment).describe(arn)

    async def stop_other(self, target: Target, arn: ExecutionArn) -> None:
        """Have an execution stopped that somebody started elsewhere."""
        await self.executions(target.environment).stop(arn)

    async def log_tail(
        self, environment: EnvironmentName, step: Step, *, lines: int
    ) -> tuple[str, ...]:
        """The last lines that a step's job wrote."""
        return await Logs(self._aws[environment]).tail(step, lines=lines)

    async def training_metrics(
        self, environment: EnvironmentName, step: Step
    ) -> Mapping[str, float]:
        """What a training step's job emitted last."""
        return await TrainingMetrics(self._aws[environment]).newest(step)

    async def billed(
        self, environment: EnvironmentName, execution: Execution
    ) -> tuple[Billed, ...]:
        """What an execution's jobs were billed for."""
        return await Billing(self._aws[environment]).of(execution)

    async def lake_days(
        self, pipeline: PipelineName, environment: EnvironmentName
    ) -> frozenset[dt.date]:
        """The days for which there are data."""
        return await Lake(self._aws[environment], self._pipelines[pipeline]).days()

    async def scored(self, pipeline: Pipeline, environment: EnvironmentName, day: dt.date) -> bool:
        """Whether a day has a complete evaluation."""
        return bool(await self.evaluations(pipeline.name, environment).days(day, day))

    async def trained(self, pipeline: Pipeline, environment: EnvironmentName, day: dt.date) -> bool:
        """Whether a day has a complete evaluation by a run of Train, or by a backfill."""
        runs = await self.evaluations(pipeline.name, environment).runs(day)
        return any(Kind(run.kind) is Kind.TRAIN for run in runs)

    async def versions(self, target: Target) -> tuple[ModelVersion, ...]:
        """The registered versions, newest first."""
        return await self.registry(target.pipeline.name, target.environment).versions()

    async def serving(self, target: Target) -> ModelVersion | None:
        """The version that serves."""
        return await self.registry(target.pipeline.name, target.environment).serving()

    async def production(
        self, pipeline: PipelineName, environment: EnvironmentName
    ) -> ModelVersion | None:
        """The version with which work in an environment is compared: production's that serves.

        Where no environment is called production, the environment's own.
        """
        compared = PRODUCTION if PRODUCTION in self._aws else environment
        return await self.registry(pipeline, compared).serving()

    async def carry_out(self, approval: Approval) -> None:
        """Tell the registry what was decided; may be called again.

        Rejecting the way back to a version that was approved before leaves it Approved: only that
        it should serve again was rejected.
        """
        assert approval.decided_by is not None
        assert approval.decided_at is not None
        registry = self.registry(approval.pipeline, approval.environment)
        if approval.verdict is Verdict.APPROVE:
            await registry.approve(
                approval.package,
                by=approval.decided_by,
                at=approval.decided_at,
                reason=approval.note,
            )
            return
        version = await registry.describe(approval.package)
        if not _approved_before(version, approval.requested_at):
            await registry.reject(
                approval.package,
                by=approval.decided_by,
                at=approval.decided_at,
                reason=approval.note,
            )


def _approved_before(version: ModelVersion, moment: dt.datetime) -> bool:
    if version.approval is not ApprovalStatus.APPROVED:
        return False
    decided = version.metadata.get(DECIDED_AT)
    return (dt.datetime.fromisoformat(decided) if decided else version.modified) < moment


def _waiting(aws: Aws) -> float:
    return float(aws.budget.waiting)


def _is_shut(aws: Aws) -> float:
    return float(aws.shut)
