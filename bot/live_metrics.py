"""The metrics that an execution's training jobs emit, asked for only every so often."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from core.domain import EnvironmentName, Execution, Step, StepStatus
from core.errors import MlpipeError

logger = logging.getLogger(__name__)

FRESH_SECONDS: Final = 20.0
"""Between two looks at one running job."""
MOST_REMEMBERED: Final = 256
"""Jobs whose metrics are kept."""
TRAINS: Final = "TrainingJob"
Metrics = Mapping[str, float]


class Source(Protocol):
    """Where they are read."""

    async def training_metrics(self, environment: EnvironmentName, step: Step, /) -> Metrics:
        """What a training step's job emitted last."""


class LiveMetrics:
    """Remembers what each job emitted."""

    def __init__(self, source: Source, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._monotonic = monotonic
        self._known: OrderedDict[tuple[str, StepStatus], tuple[Metrics, float]] = OrderedDict()

    async def of(self, environment: EnvironmentName, execution: Execution) -> Mapping[str, Metrics]:
        """Step's name → its metrics, of the steps that train; what cannot be read is left out."""
        found: dict[str, Metrics] = {}
        for step in execution.steps:
            if step.kind == TRAINS and step.job_arn and step.status in _SPEAKING:
                found[step.name] = await self._newest(environment, step, step.job_arn)
        return {name: metrics for name, metrics in found.items() if metrics}

    async def _newest(self, environment: EnvironmentName, step: Step, job: str) -> Metrics:
        key = (job, step.status)
        known, until = self._known.get(key, ({}, 0.0))
        if self._monotonic() < until:
            return known
        try:
            metrics = await self._source.training_metrics(environment, step)
        except MlpipeError as error:
            logger.info("the metrics of %s cannot be read: %s", job, error)
            metrics = known
        ends = step.status is not StepStatus.EXECUTING
        fresh = float("inf") if ends else self._monotonic() + FRESH_SECONDS
        self._known[key] = (metrics, fresh)
        self._known.move_to_end(key)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return metrics


_SPEAKING: Final = frozenset({StepStatus.EXECUTING, StepStatus.SUCCEEDED, StepStatus.FAILED})
