"""What is done once a day, by one of any number of replicas."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.leases import Holder
from bot.store.schema import daily
from core.domain import ChannelId, EnvironmentName, MessageTs, PipelineName


class Task(enum.StrEnum):
    """What is to be done."""

    RUN = "run"
    REPORT = "report"


class DailyState(enum.StrEnum):
    """How far it has come."""

    CLAIMED = "claimed"
    TRAINING = "training"
    EVALUATING = "evaluating"
    """Train failed; production is scored without it."""
    DONE = "done"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return self in {DailyState.DONE, DailyState.FAILED}


@dataclass(frozen=True)
class DailyKey:
    """One task of one day: the subscription and its day."""

    task: Task
    pipeline: PipelineName
    environment: EnvironmentName
    day: dt.date

    def __str__(self) -> str:
        """The delivery's id, as it stands in the message's metadata."""
        return f"{self.task}/{self.pipeline}/{self.environment}/{self.day.isoformat()}"


@dataclass(frozen=True)
class DailyWork:
    """One task of one day and what became of it."""

    key: DailyKey
    claimed_at: dt.datetime
    state: DailyState = DailyState.CLAIMED
    execution: str | None = None
    """Id of the followed execution that does it now."""
    channel: ChannelId | None = None
    message: MessageTs | None = None
    taken_over: bool = False
    """Whether somebody else, or this bot before a restart, may have done part of it."""


class DailyWorks:
    """The table of daily tasks."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get(self, key: DailyKey) -> DailyWork | None:
        """The task as stored."""
        async with self._engine.connect() as connection:
            query = select(daily).where(_is(key))
            row = (await connection.execute(query)).mappings().first()
        return _work(key, row) if row else None

    async def take(
        self, key: DailyKey, holder: Holder, *, now: dt.datetime, at: dt.datetime
    ) -> DailyWork | None:
        """The task, when this holder may work on it; None when it is done or somebody else's.

        Args:
            key: Which task.
            holder: Who would work on it.
            now: The system's time, for the lease.
            at: The bot's time, for the record.
        """
        found = await self.get(key)
        if found is None:
            return await self._claim(DailyWork(key, claimed_at=at), holder, now=now)
        if found.state.ended:
            return None
        async with self._engine.begin() as connection:
            result = await connection.execute(
                update(daily).where(_is(key), holder.free(daily, now)).values(**holder.values(now))
            )
        return found if result.rowcount == 1 else None

    async def save(self, work: DailyWork) -> None:
        """Store what changed."""
        async with self._engine.begin() as connection:
            await connection.execute(update(daily).where(_is(work.key)).values(**_columns(work)))

    async def _claim(
        self, work: DailyWork, holder: Holder, *, now: dt.datetime
    ) -> DailyWork | None:
        values = {
            "task": work.key.task,
            "pipeline": work.key.pipeline,
            "environment": work.key.environment,
            "day": work.key.day,
            **_columns(work),
            **holder.values(now),
        }
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(daily).values(**values))
        except IntegrityError:
            return None
        return work


def _is(key: DailyKey) -> ColumnElement[bool]:
    return and_(
        daily.c.task == key.task,
        daily.c.pipeline == key.pipeline,
        daily.c.environment == key.environment,
        daily.c.day == key.day,
    )


def _columns(work: DailyWork) -> dict[str, Any]:
    return {
        "state": work.state,
        "execution": work.execution,
        "channel": work.channel,
        "message": work.message,
        "claimed_at": work.claimed_at,
    }


def _work(key: DailyKey, row: RowMapping) -> DailyWork:
    return DailyWork(
        key=key,
        claimed_at=row["claimed_at"],
        state=DailyState(row["state"]),
        execution=row["execution"],
        channel=row["channel"],
        message=row["message"],
        taken_over=True,
    )
