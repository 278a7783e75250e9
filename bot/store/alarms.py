"""Who looks after a morning, which alarms are mute, and the reports on which both is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import slackblocks as slack
from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Table,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.audit import write
from bot.store.schema import daily, mutes, posted, posted_also, taken
from bot.store.turns import one_after_the_other
from core.audit import Entry
from core.domain import ChannelId, EnvironmentName, MessageTs, Person, PipelineName
from core.evidence.alarms import Fault
from core.evidence.columns import ColumnFault
from core.evidence.mutes import Mute, MuteKey, joined
from core.mornings import Morning, Taken
from core.spans import ONE_DAY, Span
from reports.message import Message


@dataclass(frozen=True)
class KeptReport:
    """A report as it stands in Slack, without its foot."""

    channel: ChannelId
    message: MessageTs
    language: str
    text: str
    blocks: list[dict[str, Any]]
    offers: Mapping[Morning, tuple[str, ...]]
    """What its buttons do, for each morning that it is about; see reports.foot."""

    def with_foot(self, foot: Iterable[slack.Block]) -> Message:
        """The message as it should stand in Slack."""
        return Message(self.text, tuple(foot), above=tuple(self.blocks))


OFFERED = ("pipeline", "environment", "day", "offers")
"""Columns that say of which morning what can be done."""


class AlarmStore:
    """The tables; what people change is in the audit log too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def take(self, wanted: Taken, entry: Entry) -> bool:
        """Whether this person has the morning now: False where somebody was faster."""
        values = {**_of(wanted.morning), "by": str(wanted.by), "since": wanted.since}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(taken).values(**values))
                await write(connection, entry)
        except IntegrityError:
            return False
        return True

    async def hand_back(self, morning: Morning, person: Person, entry: Entry) -> bool:
        """Whether it was this person's, and is nobody's now."""
        theirs = and_(_is(taken, morning), taken.c.by == str(person))
        async with self._engine.begin() as connection:
            result = await connection.execute(delete(taken).where(theirs))
            if result.rowcount:
                await write(connection, entry)
        return bool(result.rowcount)

    async def taken(self, morning: Morning) -> Taken | None:
        """Who has it."""
        async with self._engine.connect() as connection:
            query = select(taken).where(_is(taken, morning))
            row = (await connection.execute(query)).mappings().first()
        return Taken(morning, Person.parse(row["by"]), row["since"]) if row else None

    async def mute(self, mute: Mute, entry: Entry) -> Mute:
        """Keep a mute, one with those of the same alarm that it touches; gives what is kept."""
        touched = delete(mutes).where(_same(mute.key), _touches(mute.span)).returning(mutes)
        async with self._engine.begin() as connection:
            await one_after_the_other(connection, mutes)
            rows = (await connection.execute(touched)).mappings().all()
            kept = joined(map(_mute, rows), mute)
            await connection.execute(insert(mutes).values(**_columns(kept)))
            await write(connection, entry)
        return kept

    async def unmute(self, key: MuteKey, day: dt.date, entry: Entry) -> bool:
        """Whether there was a mute that covers the day, and is none any more."""
        covers = and_(_same(key), mutes.c.first <= day, mutes.c.last >= day)
        async with self._engine.begin() as connection:
            result = await connection.execute(delete(mutes).where(covers))
            if result.rowcount:
                await write(connection, entry)
        return bool(result.rowcount)

    async def mutes(self, pipeline: PipelineName, environment: EnvironmentName) -> tuple[Mute, ...]:
        """Those of a series, also those that have ended, the first to end first."""
        table = mutes.c
        query = (
            select(mutes)
            .where(table.pipeline == pipeline, table.environment == environment)
            .order_by(table.last, table.fault, table.subject, table.column_fault)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_mute(row) for row in rows)

    async def keep(self, report: KeptReport, *, at: dt.datetime) -> None:
        """Keep how a report was posted."""
        place = {"channel": report.channel, "message": report.message}
        first, *others = [
            {**place, **_of(morning), "offers": list(offers)}
            for morning, offers in report.offers.items()
        ]
        written = {
            "language": report.language,
            "text": report.text,
            "blocks": report.blocks,
            "at": at,
        }
        async with self._engine.begin() as connection:
            for table in (posted, posted_also):
                theirs = _stands(table, channel=report.channel, message=report.message)
                await connection.execute(delete(table).where(theirs))
            await connection.execute(insert(posted).values(**first, **written))
            if others:
                await connection.execute(insert(posted_also), others)

    async def is_kept(self, channel: ChannelId, message: MessageTs) -> bool:
        """Whether it is known how a report was posted."""
        query = select(posted.c.at).where(_stands(posted, channel=channel, message=message))
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).first() is not None

    async def about(self, channel: ChannelId, message: MessageTs) -> tuple[Morning, ...]:
        """The mornings that a report is about, where it is kept."""
        async with self._engine.connect() as connection:
            found: list[Morning] = []
            for table in (posted, posted_also):
                columns = (table.c.pipeline, table.c.environment, table.c.day)
                theirs = select(*columns).where(_stands(table, channel=channel, message=message))
                found += [Morning(*row) for row in (await connection.execute(theirs)).all()]
        return tuple(found)

    async def offers(self, *, since: dt.datetime) -> list[tuple[Morning, tuple[str, ...]]]:
        """What the reports offer that were posted since, of each of their mornings."""
        stands = and_(
            posted_also.c.channel == posted.c.channel, posted_also.c.message == posted.c.message
        )
        asked = [select(*(table.c[name] for name in OFFERED)) for table in (posted, posted_also)]
        both = [
            each.where(posted.c.at >= since) for each in (asked[0], asked[1].join(posted, stands))
        ]
        async with self._engine.connect() as connection:
            rows = [row for each in both for row in (await connection.execute(each)).all()]
        return [(Morning(*row[:3]), tuple(row[3])) for row in rows]

    async def posted(self, morning: Morning) -> tuple[KeptReport, ...]:
        """Every report about a morning."""
        query = select(posted).where(_is_about(morning)).order_by(posted.c.at)
        return await self._read(query)

    async def sent(self, morning: Morning) -> tuple[KeptReport, ...]:
        """The reports about a morning that came by themselves, the first first."""
        came = select(posted).join(daily, and_(_CAME_BY_ITSELF, _is(daily, morning)))
        return await self._read(came.where(_is_about(morning)).order_by(posted.c.at))

    async def _read(self, query: Select[Any]) -> tuple[KeptReport, ...]:
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
            found = []
            for row in rows:
                theirs = _stands(posted_also, channel=row["channel"], message=row["message"])
                also = await connection.execute(select(posted_also).where(theirs))
                found.append(_posted(row, also.mappings().all()))
        return tuple(found)

    async def forget(self, *, before: dt.datetime) -> None:
        """Forget what people asked for before: its feet stay as they are.

        What came by itself is the record of what people were told, and stays.
        """
        old = and_(posted.c.at < before, ~exists().where(_CAME_BY_ITSELF))
        theirs = select(posted.c.at).where(
            old,
            posted.c.channel == posted_also.c.channel,
            posted.c.message == posted_also.c.message,
        )
        async with self._engine.begin() as connection:
            await connection.execute(delete(posted_also).where(theirs.exists()))
            await connection.execute(delete(posted).where(old))


_CAME_BY_ITSELF: Final = and_(
    daily.c.channel == posted.c.channel, daily.c.message == posted.c.message
)


def _of(morning: Morning) -> dict[str, Any]:
    return {
        "pipeline": morning.pipeline,
        "environment": morning.environment,
        "day": morning.day,
    }


def _is(table: Table, morning: Morning) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in _of(morning).items()))


def _is_about(morning: Morning) -> ColumnElement[bool]:
    """Whether a row of `posted` is a report about a morning, alone or among others."""
    also = select(posted_also.c.day).where(
        posted_also.c.channel == posted.c.channel,
        posted_also.c.message == posted.c.message,
        _is(posted_also, morning),
    )
    return or_(_is(posted, morning), also.exists())


def _stands(table: Table, *, channel: ChannelId, message: MessageTs) -> ColumnElement[bool]:
    return and_(table.c.channel == channel, table.c.message == message)


def _named(key: MuteKey) -> dict[str, Any]:
    return {
        "pipeline": key.pipeline,
        "environment": key.environment,
        "fault": key.fault,
        "subject": key.subject,
        "column_fault": key.column_fault or "",
    }


def _same(key: MuteKey) -> ColumnElement[bool]:
    return and_(*(mutes.c[name] == value for name, value in _named(key).items()))


def _touches(span: Span) -> ColumnElement[bool]:
    """As Span.touches has it."""
    return and_(mutes.c.first <= span.last + ONE_DAY, mutes.c.last >= span.first - ONE_DAY)


def _columns(mute: Mute) -> dict[str, Any]:
    return {
        **_named(mute.key),
        "first": mute.span.first,
        "last": mute.span.last,
        "by": str(mute.by),
        "at": mute.at,
    }


def _mute(row: RowMapping) -> Mute:
    return Mute(
        key=MuteKey(
            pipeline=row["pipeline"],
            environment=row["environment"],
            fault=Fault(row["fault"]),
            subject=row["subject"],
            column_fault=ColumnFault(row["column_fault"]) if row["column_fault"] else None,
        ),
        span=Span(row["first"], row["last"]),
        by=Person.parse(row["by"]),
        at=row["at"],
    )


def _posted(row: RowMapping, also: Sequence[RowMapping]) -> KeptReport:
    return KeptReport(
        channel=row["channel"],
        message=row["message"],
        language=row["language"],
        text=row["text"],
        blocks=row["blocks"],
        offers={
            Morning(each["pipeline"], each["environment"], each["day"]): tuple(each["offers"])
            for each in (row, *also)
        },
    )
