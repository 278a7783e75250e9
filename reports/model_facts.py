"""What is known of registered versions."""

from __future__ import annotations

from dataclasses import dataclass

from core.approvals import Approval
from core.day_result import DayResult
from core.domain import EnvironmentName, ModelVersion, PipelineName


@dataclass(frozen=True)
class ModelRow:
    """A version of a page."""

    version: ModelVersion
    serves: bool
    result: DayResult | None
    """The evaluation that it was registered with; None where that cannot be read."""


@dataclass(frozen=True)
class ModelFacts:
    """Everything about one version."""

    pipeline: PipelineName
    environment: EnvironmentName
    row: ModelRow
    serving: ModelVersion | None
    """The version that serves now."""
    requests: tuple[Approval, ...] = ()
    """Every request to have it serve, oldest first."""
