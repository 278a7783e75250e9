"""How long a pipeline's runs usually take, looked up seldom: it changes slowly."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, Protocol

from core.domain import EnvironmentName, Execution, Kind, PipelineName
from core.durations import LEAST_RUNS, Usual, usual
from core.errors import MlpipeError

logger = logging.getLogger(__name__)

FRESH_SECONDS: Final = 3600.0
"""For so long what was found is taken as still true."""
FEW_SECONDS: Final = 120.0
"""The same where too few runs had gone well, or SageMaker did not tell."""
Which = tuple[PipelineName, EnvironmentName, Kind]


class PastRuns(Protocol):
    """Where past runs are read."""

    async def past_runs(
        self, pipeline: PipelineName, environment: EnvironmentName, kind: Kind
    ) -> tuple[Execution, ...]:
        """The last runs that went well, with their steps."""


class UsualDurations:
    """Remembers what is usual, in memory."""

    def __init__(
        self, source: PastRuns, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._monotonic = monotonic
        self._known: dict[Which, tuple[Usual, float]] = {}

    async def of(self, pipeline: PipelineName, environment: EnvironmentName, kind: Kind) -> Usual:
        """What is usual for a pipeline; nothing is where SageMaker does not tell.

        The median of past runs of each step and of the whole, over at most the last ten that went
        well (see core.durations).
        """
        which = (pipeline, environment, kind)
        found, until = self._known.get(which, (Usual(), 0.0))
        if self._monotonic() < until:
            return found
        # Others who ask meanwhile get what was known before: one look is enough.
        self._known[which] = (found, self._monotonic() + FEW_SECONDS)
        try:
            found = usual(await self._source.past_runs(*which))
        except MlpipeError as error:
            logger.info("what is usual for %s in %s is not known: %s", pipeline, environment, error)
            return found
        fresh = FRESH_SECONDS if found.runs >= LEAST_RUNS else FEW_SECONDS
        self._known[which] = (found, self._monotonic() + fresh)
        return found
