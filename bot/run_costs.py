"""What runs cost, and what they usually do; asked for only where the team has named prices."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

from core.costs import Billed, Cost, Prices, cost, usual_cost
from core.domain import EnvironmentName, Execution, ExecutionArn, Kind, PipelineName, StepStatus
from core.errors import MlpipeError

logger = logging.getLogger(__name__)

FRESH_SECONDS: Final = 3600.0
"""For so long what is usual is taken as still true."""
MOST_REMEMBERED: Final = 256
"""Executions whose cost is kept: once one has ended it changes only by a retry."""
Which = tuple[PipelineName, EnvironmentName, Kind]


class Source(Protocol):
    """Where it is read."""

    async def billed(
        self, environment: EnvironmentName, execution: Execution, /
    ) -> tuple[Billed, ...]:
        """What an execution's jobs were billed for."""

    async def past_runs(
        self, pipeline: PipelineName, environment: EnvironmentName, kind: Kind
    ) -> tuple[Execution, ...]:
        """The last runs that went well, with their steps."""


class RunCosts:
    """Remembers what runs cost."""

    def __init__(
        self,
        source: Source,
        prices: Prices | None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take where it is read, and the prices; None: nothing is said of costs."""
        self._source = source
        self._prices = prices
        self._monotonic = monotonic
        self._known: OrderedDict[tuple[ExecutionArn, int], Cost] = OrderedDict()
        self._usual: dict[Which, tuple[Cost | None, float]] = {}

    @property
    def known(self) -> bool:
        """Whether prices are named at all."""
        return self._prices is not None

    async def of(self, environment: EnvironmentName, execution: Execution) -> Cost | None:
        """What an execution cost; None where no prices are named, or SageMaker does not tell."""
        if self._prices is None:
            return None
        try:
            return await self._cost(environment, execution, self._prices)
        except MlpipeError as error:
            logger.info("what %s cost cannot be read: %s", execution.arn, error)
            return None

    async def usual(
        self, pipeline: PipelineName, environment: EnvironmentName, kind: Kind
    ) -> Cost | None:
        """The median of past runs that went well and did all their work themselves.

        None where no prices are named, too few such runs are known, or an instance has no price.
        """
        if self._prices is None:
            return None
        which = (pipeline, environment, kind)
        found, until = self._usual.get(which, (None, 0.0))
        if self._monotonic() < until:
            return found
        try:
            past = await self._source.past_runs(*which)
            costs = await asyncio.gather(
                *(self._cost(environment, each, self._prices) for each in past if _is_full(each))
            )
        except MlpipeError as error:
            logger.info("what %s in %s usually costs is not known: %s", *which[:2], error)
            return found
        found = usual_cost(costs)
        self._usual[which] = (found, self._monotonic() + FRESH_SECONDS)
        return found

    async def _cost(
        self, environment: EnvironmentName, execution: Execution, prices: Prices
    ) -> Cost:
        ended = sum(step.status is not StepStatus.EXECUTING for step in execution.steps)
        key = (execution.arn, ended)  # a retry adds steps
        if key not in self._known:
            self._known[key] = cost(await self._source.billed(environment, execution), prices)
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]


def _is_full(execution: Execution) -> bool:
    return all(step.taken_from is None for step in execution.steps)
