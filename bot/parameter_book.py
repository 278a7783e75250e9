"""The parameters of each pipeline as SageMaker has it, remembered for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from core.domain import EnvironmentName, Kind, PipelineName
from core.parameters import EVALUATE_PARAMETERS, SWEEP_PARAMETERS, TRAIN_PARAMETERS, Parameter

FRESH_SECONDS: Final = 60.0
"""For so long a definition is taken as unchanged."""
OURS: Final = {
    Kind.TRAIN: TRAIN_PARAMETERS,
    Kind.EVALUATE: EVALUATE_PARAMETERS,
    Kind.SWEEP: SWEEP_PARAMETERS,
}
"""Those of the definitions that are ours."""
Key = tuple[PipelineName, EnvironmentName, Kind]


class Source(Protocol):
    """Where the parameters are read."""

    async def parameters(
        self, pipeline: PipelineName, environment: EnvironmentName, kind: Kind
    ) -> tuple[Parameter, ...]:
        """Those of the definition in SageMaker."""


class ParameterBook:
    """Reads parameters, and answers from memory where nothing may be waited for."""

    def __init__(self, source: Source, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._monotonic = monotonic
        self._known: dict[Key, tuple[float, tuple[Parameter, ...]]] = {}

    async def parameters(
        self, pipeline: PipelineName, environment: EnvironmentName, kind: Kind
    ) -> tuple[Parameter, ...]:
        """The parameters, read anew when they may have changed.

        Raises:
            NotFoundError: there is no such pipeline in SageMaker.
            UnavailableError: SageMaker does not answer.
        """
        key = (pipeline, environment, kind)
        read_at, parameters = self._known.get(key, (float("-inf"), ()))
        if self._monotonic() - read_at > FRESH_SECONDS:
            parameters = await self._source.parameters(pipeline, environment, kind)
            self._known[key] = (self._monotonic(), parameters)
        return parameters

    def known(
        self, pipeline: PipelineName, environment: EnvironmentName, kind: Kind
    ) -> tuple[Parameter, ...]:
        """The parameters from memory alone: those read last, else those that our pipelines have."""
        found = self._known.get((pipeline, environment, kind))
        if found is not None:
            return found[1]
        return OURS[kind]
