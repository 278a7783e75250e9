"""What is done once a day, by one of any number of replicas."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import enum
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.leases import Holder
from bot.store.schema import daily
from core.domain import ChannelId, EnvironmentName, Kind, MessageTs, PipelineName
from core.mornings import Morning

NOBODY: Final = ""
"""The channel of a task that is not for one: part of the key, which takes no NULL."""


class Task(enum.StrEnum):
    """What is to be done."""

    RUN = "run"
    REPORT = "report"
    REVISION = "revision"
    """Of a day whose labels have matured: the run that scores it again, and for each channel what
    is said of it below its report."""


class DailyState(enum.StrEnum):
    """How far it has come."""

    CLAIMED = "claimed"
    """Its time has come; what it starts or sends is not known to be under way."""
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
    """One task of one day: of a report, the subscription and its day."""

    task: Task
    pipeline: PipelineName
    environment: EnvironmentName
    day: dt.date
    channel: ChannelId | None = None
    """Whom a report is for; None for a run, which is for all."""

    def __str__(self) -> str:
        """The delivery's id, as it stands in the message's metadata."""
        place = f"{self.channel}/" if self.channel else ""
        return f"{self.task}/{place}{self.pipeline}/{self.environment}/{self.day.isoformat()}"

    def token(self, kind: Kind) -> str:
        """ClientRequestToken of the execution that does it: the same whoever starts it again."""
        return hashlib.sha256(f"{self}/{kind}".encode()).hexdigest()

    def execution(self, kind: Kind) -> str:
        """Id of the followed execution that does it."""
        return self.token(kind)[:32]

    @property
    def morning(self) -> Morning:
        """What it is about."""
        return Morning(self.pipeline, self.environment, self.day)

    @property
    def run(self) -> DailyKey:
        """The run on which a report of that day is based."""
        return dataclasses.replace(self, task=Task.RUN, channel=None)


@dataclass(frozen=True)
class DailyWork:
    """One task of one day and what became of it."""

    key: DailyKey
    claimed_at: dt.datetime
    state: DailyState = DailyState.CLAIMED
    execution: str | None = None
    """Id of the followed execution that does it now."""
    message: MessageTs | None = None
    """What it left in the channel, a run its failure; None where there was nothing to say."""
    budget: float | None = None
    """False alarms a day that the report was judged by; None where none was, or it is not known."""
    taken_over: bool = False
    """Whether somebody had it before, who may have done part of it: another, or this bot."""


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

    async def unfinished(self, task: Task) -> tuple[DailyKey, ...]:
        """What was begun and has not ended, oldest first."""
        query = select(daily).where(daily.c.task == task, _open()).order_by(daily.c.day)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_key(row) for row in rows)

    async def delivered(self, run: DailyKey) -> tuple[DailyWork, ...]:
        """The reports of a run's day that stand in a channel."""
        query = select(daily).where(
            daily.c.task == Task.REPORT,
            daily.c.pipeline == run.pipeline,
            daily.c.environment == run.environment,
            daily.c.day == run.day,
            daily.c.message.is_not(None),
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_work(_key(row), row) for row in rows)

    async def begin(self, *keys: DailyKey, at: dt.datetime) -> None:
        """Store that tasks are to be done, where that is not known yet; nobody has them then.

        Args:
            keys: Which tasks.
            at: The bot's time, for the record.
        """
        days = {key.day for key in keys}
        async with self._engine.connect() as connection:
            query = select(daily).where(daily.c.day.in_(days))
            known = {_key(row) for row in (await connection.execute(query)).mappings()}
        for key in sorted(set(keys) - known, key=str):
            values = {**_named(key), **_columns(DailyWork(key, claimed_at=at))}
            with contextlib.suppress(IntegrityError):  # another replica was faster
                async with self._engine.begin() as connection:
                    await connection.execute(insert(daily).values(**values))

    async def take(self, key: DailyKey, holder: Holder, *, now: dt.datetime) -> DailyWork | None:
        """The task, when this holder may work on it; None when it is done or somebody else's.

        Args:
            key: Which task; it has been begun.
            holder: Who would work on it.
            now: The system's time, for the lease.
        """
        found = await self.take_all((key,), holder, now=now)
        return found[0] if found else None

    async def take_all(
        self, keys: Sequence[DailyKey], holder: Holder, *, now: dt.datetime
    ) -> tuple[DailyWork, ...]:
        """All of these tasks, when this holder may work on each of them; else none.

        Args:
            keys: Which tasks; they have been begun.
            holder: Who would work on them.
            now: The system's time, for the lease.
        """
        taken = []
        async with self._engine.connect() as connection, connection.begin() as transaction:
            for key in sorted(keys, key=str):  # in one order: replicas never wait crosswise
                query = select(daily).where(_is(key))
                row = (await connection.execute(query)).mappings().first()
                result = await connection.execute(
                    update(daily)
                    .where(_is(key), _open(), holder.free(daily, now))
                    .values(**holder.values(now))
                )
                if row is None or result.rowcount != 1:
                    await transaction.rollback()
                    return ()
                taken.append(_work(key, row))
        return tuple(taken)

    async def save(self, *works: DailyWork) -> None:
        """Store what changed, all or nothing."""
        async with self._engine.begin() as connection:
            for work in works:
                await connection.execute(
                    update(daily).where(_is(work.key)).values(**_columns(work))
                )


def _named(key: DailyKey) -> dict[str, Any]:
    return {
        "task": key.task,
        "channel": key.channel or NOBODY,
        "pipeline": key.pipeline,
        "environment": key.environment,
        "day": key.day,
    }


def _key(row: RowMapping) -> DailyKey:
    return DailyKey(
        task=Task(row["task"]),
        pipeline=row["pipeline"],
        environment=row["environment"],
        day=row["day"],
        channel=row["channel"] or None,
    )


def _is(key: DailyKey) -> ColumnElement[bool]:
    return and_(*(daily.c[name] == value for name, value in _named(key).items()))


def _open() -> ColumnElement[bool]:
    return daily.c.state.in_([state for state in DailyState if not state.ended])


def _columns(work: DailyWork) -> dict[str, Any]:
    return {
        "state": work.state,
        "execution": work.execution,
        "message": work.message,
        "budget": work.budget,
        "claimed_at": work.claimed_at,
    }


def _work(key: DailyKey, row: RowMapping) -> DailyWork:
    return DailyWork(
        key=key,
        claimed_at=row["claimed_at"],
        state=DailyState(row["state"]),
        execution=row["execution"],
        message=row["message"],
        budget=row["budget"],
        taken_over=row["owner"] is not None,
    )
