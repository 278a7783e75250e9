"""What people subscribed their channels to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.audit import write
from bot.store.schema import subscriptions
from bot.store.turns import one_after_the_other
from core.audit import Entry
from core.domain import Person
from core.subscriptions import (
    Audience,
    Charts,
    Content,
    Days,
    Quiet,
    Subscription,
    SubscriptionKey,
    Times,
)

ONE_MINUTE = dt.timedelta(minutes=1)


class Subscriptions:
    """The table of subscriptions; what changes is in the audit log too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def all(self) -> tuple[Subscription, ...]:
        """Every one, by channel."""
        table = subscriptions.c
        query = select(subscriptions).order_by(table.channel, table.pipeline, table.environment)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(_subscription(row) for row in rows)

    async def put(self, subscription: Subscription, entry: Entry) -> None:
        """Store one, in the place of what the channel heard of the series before."""
        async with self._engine.begin() as connection:
            await one_after_the_other(connection, subscriptions)
            await connection.execute(delete(subscriptions).where(_is(subscription.key)))
            await connection.execute(insert(subscriptions).values(**_columns(subscription)))
            await write(connection, entry)

    async def remove(self, key: SubscriptionKey, entry: Entry) -> bool:
        """Take one away; gives whether it was there."""
        async with self._engine.begin() as connection:
            result = await connection.execute(delete(subscriptions).where(_is(key)))
            if result.rowcount:
                await write(connection, entry)
        return bool(result.rowcount)


def _is(key: SubscriptionKey) -> ColumnElement[bool]:
    return and_(
        subscriptions.c.channel == key.channel,
        subscriptions.c.pipeline == key.pipeline,
        subscriptions.c.environment == key.environment,
    )


def _columns(subscription: Subscription) -> dict[str, Any]:
    key, times = subscription.key, subscription.times
    return {
        "channel": key.channel,
        "pipeline": key.pipeline,
        "environment": key.environment,
        "at": times.at,
        "zone": times.zone,
        "when_ready": times.when_ready,
        "patience_minutes": times.patience // ONE_MINUTE,
        "days": times.days,
        "quiet": [str(each) for each in times.quiet],
        "content": subscription.content,
        "metrics": list(subscription.metrics),
        "language": subscription.language,
        "charts": subscription.charts,
        "audience": subscription.audience,
        "since": subscription.since,
        "by": str(subscription.by),
    }


def _subscription(row: RowMapping) -> Subscription:
    return Subscription(
        key=SubscriptionKey(row["channel"], row["pipeline"], row["environment"]),
        times=Times(
            at=row["at"],
            zone=row["zone"],
            when_ready=row["when_ready"],
            patience=row["patience_minutes"] * ONE_MINUTE,
            days=Days(row["days"]),
            quiet=tuple(Quiet.parse(each) for each in row["quiet"]),
        ),
        language=row["language"],
        content=Content(row["content"]),
        metrics=tuple(row["metrics"]),
        charts=Charts(row["charts"]),
        audience=Audience(row["audience"]),
        since=row["since"],
        by=Person.parse(row["by"]),
    )
