"""Collects what a card shows and draws it; a card is drawn anew from the facts every time."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable
from typing import Final

from bot.parameter_book import ParameterBook
from bot.sagemaker import SageMaker
from bot.store.executions import Followed
from core.approvals import Approval
from core.day_result import DayResult
from core.domain import (
    Execution,
    ModelPackageArn,
    ModelVersion,
)
from core.errors import InputError, NotFoundError
from core.messages import Translator
from core.parameters import DAY
from reports.approval_card import ApprovalFacts, approval_card
from reports.execution_card import CardFacts, execution_card
from reports.message import Message

logger = logging.getLogger(__name__)

REGISTERS: Final = "RegisterModel"
"""Kind of the step that registers a version; its ARN is the model package's."""


class ExecutionCards:
    """The card of an execution."""

    def __init__(
        self,
        *,
        sagemaker: SageMaker,
        book: ParameterBook,
        translator: Translator,
        command: str,
    ) -> None:
        self._sagemaker = sagemaker
        self._book = book
        self._translator = translator
        self._command = command

    async def compose(self, followed: Followed, execution: Execution) -> Message:
        """The card as it should stand in Slack now; what it found is asked for once it ended."""
        result, registered, production = None, None, None
        if execution.status.ended:
            result, registered, production = await asyncio.gather(
                self._result(followed, execution),
                self._registered(followed, execution),
                self._sagemaker.production(followed.pipeline, followed.environment),
            )
        facts = CardFacts(
            pipeline=followed.pipeline,
            environment=followed.environment,
            kind=followed.kind,
            execution=execution,
            asked_by=followed.asked_by,
            given=followed.parameters,
            parameters=self._book.known(followed.pipeline, followed.environment, followed.kind),
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
                return await _if_there(registry.describe(ModelPackageArn(step.job_arn)))
        return None


class ApprovalCards:
    """The card of a request to promote."""

    def __init__(self, *, sagemaker: SageMaker, translator: Translator) -> None:
        self._sagemaker = sagemaker
        self._translator = translator

    async def compose(self, approval: Approval) -> Message:
        """The card as it should stand in Slack now."""
        registry = self._sagemaker.registry(approval.pipeline, approval.environment)
        version, serving = await asyncio.gather(
            _if_there(registry.describe(approval.package)), registry.serving()
        )
        facts = ApprovalFacts(
            approval=approval,
            version=version,
            result=await self._result(approval, version),
            serving=serving,
        )
        return approval_card(facts, self._translator)

    async def _result(self, approval: Approval, version: ModelVersion | None) -> DayResult | None:
        if version is None:
            return None
        evaluations = self._sagemaker.evaluations(approval.pipeline, approval.environment)
        try:
            return await evaluations.of_version(version)
        except (InputError, NotFoundError) as error:
            logger.warning("version %s has no readable results: %s", version.version, error)
            return None


async def _if_there(description: Awaitable[ModelVersion]) -> ModelVersion | None:
    """A version, or None where somebody deleted it."""
    try:
        return await description
    except NotFoundError:
        return None
