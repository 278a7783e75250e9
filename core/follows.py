"""A channel follows a pipeline in an environment: each of its executions gets a card there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.domain import ChannelId, EnvironmentName, Execution, Person, PipelineName


@dataclass(frozen=True)
class FollowKey:
    """Which channel follows what."""

    channel: ChannelId
    pipeline: PipelineName
    environment: EnvironmentName

    def __str__(self) -> str:
        """For the audit log."""
        return f"{self.channel}/{self.pipeline}/{self.environment}"


@dataclass(frozen=True)
class Follow:
    """Since when, and who decided it."""

    key: FollowKey
    since: dt.datetime
    by: Person | None = None
    """None: mlpipe.toml."""

    def concerns(self, execution: Execution) -> bool:
        """Whether an execution gets a card: it runs, or began since."""
        return not execution.status.ended or execution.started >= self.since
