"""Collects what a card shows and draws it; a card is drawn anew from the facts every time."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import Final

from bot.sagemaker import SageMaker
from bot.store.executions import Followed
from core.approvals import Approval
from core.day_result import DayResult
from core.domain import (
    PRODUCTION,
    ApprovalStatus,
    EnvironmentName,
    Execution,
    ModelPackageArn,
    ModelVersion,
    PipelineName,
)
from core.errors import InputError, NotFoundError
from core.messages import Translator
from core.parameters import DAY
from reports.approval_card import Scored, approval_card
from reports.execution_card import ExecutionFacts, execution_card
from reports.message import Message

logger = logging.getLogger(__name__)

REGISTERS: Final = "RegisterModel"
"""Kind of the step that registers a version; its ARN is the model package's."""


class ExecutionCards:
    """The card of an execution."""

    def __init__(self, *, sagemaker: SageMaker, translator: Translator, command: str) -> None:
        self._sagemaker = sagemaker
        self._translator = translator
        self._command = command

    async def compose(self, followed: Followed, execution: Execution) -> Message:
        """The card as it should stand in Slack now; what it found is asked for once it ended."""
        result, registered, production = None, None, None
        if execution.status.ended:
            result, registered, production = await asyncio.gather(
                self._result(followed, execution),
                self._registered(followed, execution),
                self._production(followed.pipeline, followed.environment),
            )
        facts = ExecutionFacts(
            pipeline=followed.pipeline,
            environment=followed.environment,
            kind=followed.kind,
            execution=execution,
            asked_by=followed.asked_by,
            parameters=followed.parameters,
            result=result,
            registered=registered,
            production=production,
            command=self._command,
        )
        return execution_card(facts, self._translator)

    async def _result(self, followed: Followed, execution: Execution) -> DayResult | None:
        day = execution.parameters.get(DAY) or followed.parameters.get(DAY)
        evaluations = self._sagemaker.evaluations(followed.pipeline, followed.environment)
        try:
            return (
                await evaluations.of_run(dt.date.fromisoformat(day), execution.id) if day else None
            )
        except (InputError, NotFoundError, ValueError) as error:
            logger.warning("execution %s has no readable results: %s", followed.id, error)
            return None

    async def _registered(self, followed: Followed, execution: Execution) -> ModelVersion | None:
        for step in execution.steps:
            if step.kind == REGISTERS and step.job_arn:
                registry = self._sagemaker.registry(followed.pipeline, followed.environment)
                try:
                    return await registry.describe(ModelPackageArn(step.job_arn))
                except NotFoundError:
                    return None  # somebody deleted it meanwhile
        return None

    async def _production(
        self, pipeline: PipelineName, environment: EnvironmentName
    ) -> ModelVersion | None:
        compared = PRODUCTION if self._sagemaker.has(PRODUCTION) else environment
        return await self._sagemaker.registry(pipeline, compared).serving()


class ApprovalCards:
    """The card of a request to promote."""

    def __init__(self, *, sagemaker: SageMaker, translator: Translator) -> None:
        self._sagemaker = sagemaker
        self._translator = translator

    async def compose(self, approval: Approval) -> Message:
        """The card as it should stand in Slack now, against what served when it was asked for."""
        candidate, production = await asyncio.gather(
            self._scored(approval, approval.package), self._against(approval)
        )
        return approval_card(
            approval, candidate or Scored(_gone(approval)), production, self._translator
        )

    async def _against(self, approval: Approval) -> Scored | None:
        return None if approval.against is None else await self._scored(approval, approval.against)

    async def _scored(self, approval: Approval, package: ModelPackageArn) -> Scored | None:
        """A version with its results; None where somebody deleted it."""
        registry = self._sagemaker.registry(approval.pipeline, approval.environment)
        try:
            version = await registry.describe(package)
        except NotFoundError:
            return None
        evaluations = self._sagemaker.evaluations(approval.pipeline, approval.environment)
        try:
            return Scored(version, await evaluations.of_version(version))
        except (InputError, NotFoundError) as error:
            logger.warning("version %s has no readable results: %s", version.version, error)
            return Scored(version)


def _gone(approval: Approval) -> ModelVersion:
    """What is known of a version that is not in the registry any more."""
    return ModelVersion(
        arn=approval.package,
        group="",
        version=approval.version,
        approval=ApprovalStatus.PENDING,
        created=approval.requested_at,
        modified=approval.requested_at,
    )
