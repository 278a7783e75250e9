"""The card of one execution: edited as its steps move, ending in metrics or in the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.day_result import DayResult
from core.domain import EnvironmentName, Execution, Kind, ModelVersion, Person, PipelineName
from core.messages import Translator
from reports.message import Message


@dataclass(frozen=True)
class ExecutionFacts:
    """What the card of an execution shows."""

    pipeline: PipelineName
    environment: EnvironmentName
    kind: Kind
    execution: Execution
    asked_by: Person | None = None
    """None: the schedule."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """As they were asked for; the execution's own, where known, come before these."""
    result: DayResult | None = None
    """What it found, once it ended (Evaluations.of_run)."""
    registered: ModelVersion | None = None
    """The version that it registered, if it did."""
    production: ModelVersion | None = None
    """The version that serves now."""
    command: str = "/mlpipe"
    """The slash command as it is called here."""


def execution_card(facts: ExecutionFacts, t: Translator) -> Message:
    """The card as it should stand in Slack now: the same facts give the same card."""
    raise NotImplementedError
