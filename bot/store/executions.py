"""Executions that the bot started and follows until their card says how they ended."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.audit import write
from bot.store.leases import NOBODYS, Holder
from bot.store.marks import read_marks, written_marks
from bot.store.schema import executions
from core.audit import Entry
from core.domain import (
    ChannelId,
    EnvironmentName,
    ExecutionArn,
    ExecutionStatus,
    Kind,
    MessageTs,
    Person,
    PipelineName,
)
from core.marks import Marks
from core.trials import SCHEDULE


class Progress(enum.StrEnum):
    """How far the bot has come with an execution."""

    REQUESTED = "requested"
    """Stored; SageMaker may or may not have been asked yet."""
    STARTED = "started"
    ENDED = "ended"
    """It ended, its card says so and who asked was told why it failed."""
    REFUSED = "refused"
    """SageMaker would not start it."""


CLAIM: Final = "follow-"
"""How the token of a card begins that a channel has because it follows the pipeline."""
UNFINISHED: Final = frozenset({Progress.REQUESTED, Progress.STARTED})
ENDS: Final = frozenset(each for each in ExecutionStatus if each.ended)
RETRIED: Final = frozenset({ExecutionStatus.FAILED, ExecutionStatus.STOPPED})
"""What SageMaker tries again from the step that failed (RetryPipelineExecution)."""


@dataclass(frozen=True)
class Followed:
    """One execution as the bot remembers it."""

    id: str
    token: str
    """ClientRequestToken: the same delivery makes the same, so that one execution starts."""
    pipeline: PipelineName
    environment: EnvironmentName
    kind: Kind
    parameters: Mapping[str, str]
    requested_at: dt.datetime
    asked_by: Person | None = None
    """None: the schedule."""
    channel: ChannelId | None = None
    """Where its card stands or will stand; None where nobody asked for one."""
    message: MessageTs | None = None
    arn: ExecutionArn | None = None
    progress: Progress = Progress.REQUESTED
    status: ExecutionStatus | None = None
    failure: str | None = None
    failed_step: str | None = None
    """Which step ended it; None where none did."""
    shown: str | None = None
    """Digest of the card as Slack has it: it is edited only when it would change."""
    stop_by: Person | None = None
    """Who asked that it be stopped; kept, so that a restart carries it out."""
    retry_by: Person | None = None
    """Who had it tried again last."""
    retry_token: str | None = None
    """ClientRequestToken of a retry that SageMaker has not been told of yet."""
    marks: Marks = field(default_factory=Marks)
    """Tags and a note that its trial is to have."""
    days: str | None = None
    """Id of the range of days that it is one of, whose card is where `message` is."""

    @property
    def has_card(self) -> bool:
        """Whether a message of its own is to show how it stands."""
        return self.channel is not None and self.days is None

    @property
    def elsewhere(self) -> bool:
        """Whether a channel only follows it: whoever began it, it was not for this card."""
        return self.token.startswith(CLAIM)

    def entry(
        self, action: str, outcome: str, *, at: dt.datetime, who: Person | None, why: str = ""
    ) -> Entry:
        """A line of the audit log about it; `who`: None is the schedule."""
        given = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return Entry(
            at=at,
            who=str(who) if who is not None else SCHEDULE,
            action=action,
            subject=self.arn or self.id,
            outcome=outcome,
            details={
                "pipeline": self.pipeline,
                "environment": self.environment,
                "kind": self.kind,
                "channel": self.channel or "",
                "given": given,
                "why": why,
            },
        )


KEPT_BY_THE_TRACKER: Final = (
    "channel",
    "message",
    "arn",
    "progress",
    "status",
    "failure",
    "failed_step",
    "shown",
)
"""Columns that following changes. What people ask for meanwhile is not written over."""
START: Final = "start"
"""What the audit log calls it that an execution is started."""
PEOPLE: Final = ("asked_by", "stop_by", "retry_by")
ENDED: Final = (executions.c.progress == Progress.ENDED, executions.c.status.in_(RETRIED))
"""What can go on."""
GOING_ON: Final = {
    "progress": Progress.STARTED,
    "status": ExecutionStatus.EXECUTING,
    "stop_by": None,
}


class Executions:
    """The table of followed executions."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, followed: Followed, lease: Mapping[str, Any] = NOBODYS) -> bool:
        """Store a new one; False when its token is there already.

        Args:
            followed: What to store.
            lease: Holder.values of who works on it from the start: no other sees it unowned.
        """
        try:
            due = followed.marks != Marks()
            new = insert(executions).values(**_columns(followed), marks_due=due, **lease)
            async with self._engine.begin() as connection:
                await connection.execute(new)
                if not followed.elsewhere:
                    asked = followed.entry(
                        START, "requested", at=followed.requested_at, who=followed.asked_by
                    )
                    await write(connection, asked)
        except IntegrityError:
            return False
        return True

    async def save(self, followed: Followed) -> None:
        """Store what following it changed; the end of what is to be tried again is none."""
        columns = _columns(followed)
        ended = followed.progress is Progress.ENDED or followed.status in ENDS
        await self._change(
            followed.id,
            *([executions.c.retry_token.is_(None)] if ended else []),
            **{name: columns[name] for name in KEPT_BY_THE_TRACKER},
        )

    async def ask_stop(self, identifier: str, *, by: Person) -> bool:
        """Keep that it is to be stopped; False where it has ended, or somebody asked before."""
        return await self._change(
            identifier,
            executions.c.progress.in_(UNFINISHED),
            executions.c.stop_by.is_(None),
            stop_by=str(by),
        )

    async def drop_stop(self, identifier: str) -> None:
        """Forget that it was to be stopped: SageMaker does not do it."""
        await self._change(identifier, stop_by=None)

    async def ask_retry(
        self,
        identifier: str,
        *,
        by: Person,
        token: str,
        card: tuple[ChannelId | None, MessageTs | None],
    ) -> bool:
        """Follow it again, to be tried again; False where it runs or did not fail.

        Args:
            identifier: Which.
            by: Who asks.
            token: ClientRequestToken of the retry, 32 to 128 characters.
            card: Where the clicked card stands: it is the one that goes on. Without a message a new
                one comes into the channel.
        """
        channel, message = card
        return await self._change(
            identifier,
            executions.c.status.in_(RETRIED),
            executions.c.retry_token.is_(None),
            progress=Progress.STARTED,
            status=ExecutionStatus.EXECUTING,
            retry_by=str(by),
            retry_token=token,
            stop_by=None,
            channel=channel,
            message=message,
            shown=None,
            marks_due=executions.c.marks.is_not(None),
        )

    async def retry_told(self, followed: Followed) -> None:
        """SageMaker has been told of the retry: its cards in other channels go on too."""
        others = and_(executions.c.arn == followed.arn, executions.c.id != followed.id)
        async with self._engine.begin() as connection:
            await connection.execute(
                update(executions).where(executions.c.id == followed.id).values(retry_token=None)
            )
            await connection.execute(update(executions).where(others, *ENDED).values(**GOING_ON))

    async def get(self, identifier: str) -> Followed | None:
        """One of them."""
        found = await self._select(executions.c.id == identifier)
        return found[0] if found else None

    async def of_card(self, channel: ChannelId, message: MessageTs) -> Followed | None:
        """The one whose card a message is."""
        card = and_(executions.c.channel == channel, executions.c.message == message)
        found = await self._select(card)
        return found[0] if found else None

    async def of_arns(self, arns: Iterable[ExecutionArn]) -> dict[ExecutionArn, Followed]:
        """Those of some ARNs that the bot knows; of several cards that of who started it."""
        found = sorted(await self.cards(arns), key=lambda each: not each.elsewhere)
        return {followed.arn: followed for followed in found if followed.arn is not None}

    async def cards(self, arns: Iterable[ExecutionArn]) -> tuple[Followed, ...]:
        """All that is kept of some ARNs."""
        return await self._select(executions.c.arn.in_(list(arns)))

    async def starting(self) -> tuple[Followed, ...]:
        """Those that SageMaker may have started already, though that is not noted yet."""
        return await self._select(
            and_(executions.c.arn.is_(None), executions.c.progress == Progress.REQUESTED)
        )

    async def learn(self, identifier: str, parameters: Mapping[str, str]) -> None:
        """Keep what one was started with that somebody else started."""
        await self._change(identifier, parameters=dict(parameters))

    async def revive(self, identifier: str) -> bool:
        """Follow one again that ended, and that somebody had tried again elsewhere."""
        return await self._change(identifier, *ENDED, **GOING_ON)

    async def of_days(self, days: str) -> tuple[Followed, ...]:
        """Those of a range of days that have been begun."""
        return await self._select(executions.c.days == days)

    async def ask_again(self, identifier: str, *, at: dt.datetime) -> bool:
        """Have one started that SageMaker would not start; False where it was not refused.

        Its token is the same: nothing was started with it.
        """
        return await self._change(
            identifier,
            executions.c.progress == Progress.REFUSED,
            progress=Progress.REQUESTED,
            failure=None,
            requested_at=at,
        )

    async def unmarked(self) -> tuple[Followed, ...]:
        """Those that ended, and whose trial has not been given its tags and note."""
        due = executions.c.marks_due.is_(True)
        return await self._select(and_(due, executions.c.progress == Progress.ENDED))

    async def marked(self, identifier: str) -> None:
        """Its trial has them, or it has no trial."""
        await self._change(identifier, marks_due=False)

    async def unfinished(self) -> tuple[Followed, ...]:
        """Those that still need work, oldest first."""
        return await self._select(executions.c.progress.in_(UNFINISHED))

    async def of_person(
        self, person: Person, *, most_running: int, most_ended: int
    ) -> tuple[Followed, ...]:
        """What somebody started: what runs first, each the newest first."""
        theirs = executions.c.asked_by == str(person)
        running = executions.c.progress.in_(UNFINISHED)
        found: list[Followed] = []
        async with self._engine.connect() as connection:
            for condition, most in ((running, most_running), (~running, most_ended)):
                query = (
                    select(executions)
                    .where(theirs, condition)
                    .order_by(executions.c.requested_at.desc())
                    .limit(most)
                )
                rows = (await connection.execute(query)).mappings().all()
                found += [_followed(row) for row in rows]
        return tuple(found)

    async def lease(self, identifier: str, holder: Holder, *, now: dt.datetime) -> bool:
        """Whether this holder may work on it now."""
        async with self._engine.begin() as connection:
            result = await connection.execute(
                update(executions)
                .where(executions.c.id == identifier, holder.free(executions, now))
                .values(**holder.values(now))
            )
        return result.rowcount == 1

    async def _select(self, condition: ColumnElement[bool]) -> tuple[Followed, ...]:
        query = select(executions).where(condition).order_by(executions.c.requested_at)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_followed(row) for row in rows)

    async def _change(
        self, identifier: str, *conditions: ColumnElement[bool], **columns: Any
    ) -> bool:
        change = update(executions).where(executions.c.id == identifier, *conditions)
        async with self._engine.begin() as connection:
            result = await connection.execute(change.values(**columns))
        return result.rowcount == 1


def _columns(followed: Followed) -> dict[str, Any]:
    columns = {key: getattr(followed, key) for key in Followed.__dataclass_fields__}
    columns["parameters"] = dict(followed.parameters)
    columns["marks"] = written_marks(followed.marks)
    return columns | {name: str(columns[name]) for name in PEOPLE if columns[name] is not None}


def _followed(row: RowMapping) -> Followed:
    values = {key: row[key] for key in Followed.__dataclass_fields__}
    values["kind"] = Kind(row["kind"])
    values["progress"] = Progress(row["progress"])
    values["status"] = ExecutionStatus(row["status"]) if row["status"] else None
    values["marks"] = read_marks(row["marks"])
    values |= {name: Person.parse(row[name]) for name in PEOPLE if row[name] is not None}
    return Followed(**values)
