"""Collects what a card shows and draws it; a card is drawn anew from the facts every time."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import logging
from collections.abc import Awaitable
from typing import Final, TypeVar

from bot.live_metrics import LiveMetrics
from bot.parameter_book import ParameterBook
from bot.run_costs import RunCosts
from bot.sagemaker import SageMaker
from bot.store.executions import Followed
from bot.sweep_cards import SweepCards
from bot.usual_durations import UsualDurations
from core.approvals import Approval
from core.day_result import DayResult
from core.domain import (
    Execution,
    ExecutionStatus,
    Kind,
    ModelPackageArn,
    ModelVersion,
)
from core.errors import MlpipeError, NotFoundError, UnavailableError
from core.messages import Sentence, Translator
from core.parameters import DAY, STARTED_BY
from reports.approval_card import ApprovalFacts, approval_card
from reports.execution_card import execution_card
from reports.execution_facts import CardFacts
from reports.message import Message

logger = logging.getLogger(__name__)

Read = TypeVar("Read")

REGISTERS: Final = "RegisterModel"
"""Kind of the step that registers a version; its ARN is the model package's."""


NOBODY: Final = frozenset({"", "unknown"})
"""What the parameter says where nobody said who it was."""


class ExecutionCards:
    """The card of an execution."""

    def __init__(
        self,
        *,
        sagemaker: SageMaker,
        book: ParameterBook,
        durations: UsualDurations,
        live: LiveMetrics,
        costs: RunCosts,
        sweeps: SweepCards,
        translator: Translator,
        command: str,
    ) -> None:
        self._sagemaker = sagemaker
        self._book = book
        self._durations = durations
        self._live = live
        self._costs = costs
        self._sweeps = sweeps
        self._translator = translator
        self._command = command

    async def compose(self, followed: Followed, execution: Execution) -> Message:
        """The card as it should stand in Slack now; what it found is asked for once it ended."""
        facts = dataclasses.replace(
            self._facts(followed, execution),
            usual=await self._durations.of(followed.pipeline, followed.environment, followed.kind),
            live=await self._live.of(followed.environment, execution),
        )
        if execution.status.ended:
            which = (followed.pipeline, followed.environment, followed.kind)
            facts = dataclasses.replace(
                facts,
                cost=await self._costs.of(followed.environment, execution),
                usual_cost=await self._costs.usual(*which),
            )
        if followed.kind is Kind.SWEEP:
            return await self._sweeps.compose(facts)
        if execution.status.ended:
            facts = await self._found(facts, followed)
        return execution_card(facts, self._translator)

    def lost(self, followed: Followed, why: Sentence) -> Message:
        """The last card of an execution about which SageMaker tells nothing more."""
        assert followed.arn is not None
        known = Execution(
            arn=followed.arn,
            sagemaker_pipeline=followed.arn.split("/")[1],  # …:pipeline/NAME/execution/ID
            status=followed.status or ExecutionStatus.EXECUTING,
            started=followed.requested_at,
        )
        facts = dataclasses.replace(self._facts(followed, known), lost=why)
        if followed.kind is Kind.SWEEP:
            return self._sweeps.lost(facts)
        return execution_card(facts, self._translator)

    def _facts(self, followed: Followed, execution: Execution) -> CardFacts:
        return CardFacts(
            pipeline=followed.pipeline,
            environment=followed.environment,
            kind=followed.kind,
            execution=execution,
            id=followed.id,
            asked_by=followed.asked_by,
            started_by=who_started(execution) if followed.elsewhere else None,
            stop_by=followed.stop_by,
            retry_by=followed.retry_by,
            given=followed.parameters,
            marks=followed.marks,
            parameters=self._book.known(followed.pipeline, followed.environment, followed.kind),
            command=self._command,
        )

    async def _found(self, facts: CardFacts, followed: Followed) -> CardFacts:
        """With what the execution left; what is refused for good is left out, and the card says so.

        A card is the only way in which people learn that something ended: it has to end as well.
        """
        production = self._sagemaker.production(followed.pipeline, followed.environment)
        refusals: list[MlpipeError] = []
        result, registered, serving = await asyncio.gather(
            _unless_refused(self._result(followed, facts.execution), refusals),
            _unless_refused(self._registered(followed, facts.execution), refusals),
            _unless_refused(production, refusals),
        )
        for refusal in refusals:
            logger.warning("execution %s: its card is not whole: %s", followed.id, refusal)
        return dataclasses.replace(
            facts,
            result=result,
            registered=registered,
            production=serving,
            unreadable=refusals[0].sentence if refusals else None,
        )

    async def _result(self, followed: Followed, execution: Execution) -> DayResult | None:
        day = execution.parameters.get(DAY) or followed.parameters.get(DAY)
        evaluations = self._sagemaker.evaluations(followed.pipeline, followed.environment)
        try:
            return (
                await evaluations.of_run(dt.date.fromisoformat(day), execution.id) if day else None
            )
        except (NotFoundError, ValueError) as error:
            logger.warning("execution %s has no results: %s", followed.id, error)
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
        except UnavailableError:
            raise
        except MlpipeError as error:
            logger.warning("version %s has no readable results: %s", version.version, error)
            return None


def who_started(execution: Execution) -> str:
    """Who started an execution, as its own parameter says, else as AWS's account does."""
    said = execution.parameters.get(STARTED_BY, "")
    return execution.created_by if said in NOBODY else said


async def _unless_refused(part: Awaitable[Read], refusals: list[MlpipeError]) -> Read | None:
    """What is read, or None where that is refused for good: why is added to the refusals."""
    try:
        return await part
    except UnavailableError:
        raise
    except MlpipeError as error:
        refusals.append(error)
        return None


async def _if_there(description: Awaitable[ModelVersion]) -> ModelVersion | None:
    """A version, or None where somebody deleted it."""
    try:
        return await description
    except NotFoundError:
        return None
