"""Trials: the summary trial component that every execution writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import NotFoundError
from mlops.aws import Aws


@dataclass(frozen=True)
class Trial:
    """One try: what went in and what came out."""

    name: str
    started: dt.datetime | None
    parameters: Mapping[str, str | float]
    metrics: Mapping[str, float]
    """The last value of each; production's beside them, prefixed `production_`."""


class Trials:
    """The trials of one environment."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    async def of_execution(self, execution_id: str) -> Trial | None:
        """An execution's summary; None before its first step wrote it."""
        name = f"{execution_id}-summary"
        try:
            answer = await self._aws.call(
                "sagemaker", "describe_trial_component", TrialComponentName=name
            )
        except NotFoundError:
            return None
        return Trial(
            name=name,
            started=answer.get("StartTime") or answer.get("CreationTime"),
            parameters={
                key: value.get("StringValue", value.get("NumberValue"))
                for key, value in answer.get("Parameters", {}).items()
            },
            metrics={
                metric["MetricName"]: metric["Last"]
                for metric in answer.get("Metrics", ())
                if "Last" in metric
            },
        )
