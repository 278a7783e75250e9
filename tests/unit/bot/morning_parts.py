"""What a morning's run stands on, made up: executions that only begin, and days to score again."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bot.ripe_days import ScoredFirst
from bot.store.executions import Executions, Followed, Progress
from core.domain import EnvironmentName, ExecutionArn, ExecutionStatus, Kind, Pipeline
from core.errors import MlpipeError


class Started:
    """A tracker that only stores what it is to start."""

    def __init__(self, executions: Executions) -> None:
        self.executions = executions
        self.kinds: list[Kind] = []
        self.last: Followed | None = None

    async def begin(self, followed: Followed) -> Followed | None:
        if not await self.executions.add(followed):
            return None
        self.kinds.append(followed.kind)
        self.last = followed
        return followed

    async def end(self, status: ExecutionStatus) -> None:
        assert self.last is not None
        ended = dataclasses.replace(
            self.last,
            arn=ExecutionArn(f"arn:aws:sagemaker:us-east-1:1:pipeline/p/execution/{self.last.id}"),
            progress=Progress.ENDED,
            status=status,
            failure="the lake is empty",
            failed_step="Prepare",
        )
        await self.executions.save(ended)


class Ripe:
    """Days whose labels have matured since they were scored."""

    def __init__(self) -> None:
        self.found: set[dt.date] = set()
        self.again: set[dt.date] = set()
        """Those that were scored again."""
        self.asked = 0
        self.failure: MlpipeError | None = None

    async def days(self, _p: Pipeline, _e: EnvironmentName, _today: dt.date) -> tuple[dt.date, ...]:
        self.asked += 1
        if self.failure:
            raise self.failure
        return tuple(sorted(self.found))

    async def scored_again(
        self, _p: Pipeline, _e: EnvironmentName, _today: dt.date
    ) -> tuple[dt.date, ...]:
        if self.failure:
            raise self.failure
        return tuple(sorted(self.again))

    async def scored_first(
        self, _p: Pipeline, _e: EnvironmentName, day: dt.date
    ) -> ScoredFirst | None:
        return ScoredFirst(7, {"production": 12, "reference": 1}) if day in self.found else None
