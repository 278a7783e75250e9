"""Keeps what was said when a run was started with its trial, once that is there."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Protocol

from bot.patience import MOST_SECONDS, Patience
from bot.store.executions import Executions, Followed
from bot.targets import Target
from core.domain import ExecutionArn, Person, Pipeline, PipelineName
from core.errors import MlpipeError, UnavailableError
from core.marks import Marks
from core.trials import Trial

logger = logging.getLogger(__name__)


class Trials(Protocol):
    """What was tried."""

    async def named(self, target: Target, name: str) -> Trial | None:
        """The trial of an execution, by its id."""

    async def mark(self, target: Target, trial: Trial, marks: Marks, *, person: Person) -> None:
        """Keep tags and a note with it."""


class TrialMarks:
    """Writes tags and notes to the trials that ended.

    A trial may be found a while after its execution ended: SageMaker's Search lags behind. Where
    there is none until `Patience` waits its longest, the run made none. What is written twice, by
    two replicas or after a restart, is the same.
    """

    def __init__(
        self,
        *,
        executions: Executions,
        trials: Trials,
        pipelines: Mapping[PipelineName, Pipeline],
        patience: Patience | None = None,
    ) -> None:
        self._executions = executions
        self._trials = trials
        self._pipelines = pipelines
        self._patience = patience or Patience()

    async def advance(self) -> None:
        """Do it for all that wait for it."""
        for followed in await self._executions.unmarked():
            if self._patience.waits(followed.id):
                continue
            try:
                kept = await self._keep(followed)
            except UnavailableError as error:
                logger.info("the trial of %s is given its tags later: %s", followed.id, error)
                self._patience.failed(followed.id)
                continue
            except MlpipeError as error:
                logger.warning("the trial of %s is given no tags: %s", followed.id, error)
                kept = True
            if kept or self._patience.failed(followed.id) >= MOST_SECONDS:
                await self._executions.marked(followed.id)
                self._patience.worked(followed.id)

    async def _keep(self, followed: Followed) -> bool:
        """Whether that is done with; False where there is no trial yet."""
        pipeline = self._pipelines.get(followed.pipeline)
        if pipeline is None or followed.arn is None or followed.asked_by is None:
            return True
        target = Target(pipeline, followed.environment)
        trial = await self._trials.named(target, _id(followed.arn))
        if trial is None:
            return False
        await self._trials.mark(target, trial, followed.marks, person=followed.asked_by)
        return True


def _id(arn: ExecutionArn) -> str:
    return arn.rsplit("/", 1)[-1]
