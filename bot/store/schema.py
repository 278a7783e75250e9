"""The tables, as the newest migration leaves them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
)

metadata: Final = MetaData()


class Instant(TypeDecorator[dt.datetime]):
    """A moment with its zone: stored and returned in UTC, which SQLite alone would forget."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: Dialect) -> Any:
        """Refuse a moment without zone: it would mean another one elsewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(value)
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, _dialect: Dialect) -> dt.datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment


deliveries: Final = Table(
    "deliveries",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("seen_at", Instant, nullable=False),
    Column("asked_by", String(64)),
    Column("channel", String(32)),
    Column("said", Text),
    Column("owner", String(64)),
    Column("lease_until", Instant),
)
"""What Slack has delivered: a second delivery of the same finds its key taken. Who asked, where and
what stands there until they are answered."""

executions: Final = Table(
    "executions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token", String(128), nullable=False, unique=True),
    Column("pipeline", String(32), nullable=False),
    Column("environment", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("asked_by", String(64)),
    Column("requested_at", Instant, nullable=False),
    Column("channel", String(32)),
    Column("message", String(32)),
    Column("arn", String(256)),
    Column("progress", String(16), nullable=False),
    Column("status", String(32)),
    Column("failure", Text),
    Column("failed_step", String(256)),
    Column("shown", String(64)),
    Column("stop_by", String(64)),
    Column("retry_by", String(64)),
    Column("retry_token", String(128)),
    Column("marks", JSON),
    Column("marks_due", Boolean, nullable=False, default=False),
    Column("days", String(64)),
    Column("owner", String(64)),
    Column("lease_until", Instant),
    Index("executions_by_progress", "progress"),
    Index("executions_by_person", "asked_by", "requested_at"),
    Index("executions_by_arn", "arn"),
    Index("executions_by_days", "days"),
)
"""Executions that the bot started: the row is there before SageMaker is asked. Those that a channel
follows have one for each channel: its token is the claim to the card. `marks`: tags and a note for
its trial, `marks_due` until they are there. `days`: the range of days that one belongs to."""

day_ranges: Final = Table(
    "day_ranges",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token", String(128), nullable=False, unique=True),
    Column("pipeline", String(32), nullable=False),
    Column("environment", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("channel", String(32)),
    Column("message", String(32)),
    Column("shown", String(64)),
    Column("end", String(16)),
    Column("stop_by", String(64)),
    Column("retry_by", String(64)),
    Column("retry_token", String(128)),
    Column("marks", JSON),
    Column("owner", String(64)),
    Column("lease_until", Instant),
    Index("day_ranges_by_end", "end"),
)
"""Days that are run one after the other; each is an execution."""

daily: Final = Table(
    "daily",
    metadata,
    Column("task", String(16), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("pipeline", String(32), primary_key=True),
    Column("environment", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("execution", String(64)),
    Column("message", String(32)),
    Column("budget", Float),
    Column("owner", String(64)),
    Column("lease_until", Instant),
    Column("claimed_at", Instant, nullable=False),
)
"""What is done once a day: its key makes one winner among any number of replicas. `channel` is
empty where the task is not for one."""

subscriptions: Final = Table(
    "subscriptions",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("pipeline", String(32), primary_key=True),
    Column("environment", String(32), primary_key=True),
    Column("at", Time, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("when_ready", Boolean, nullable=False),
    Column("patience_minutes", Integer, nullable=False),
    Column("days", String(16), nullable=False),
    Column("quiet", JSON, nullable=False),
    Column("content", String(16), nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("language", String(8), nullable=False),
    Column("charts", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("since", Instant, nullable=False),
    Column("by", String(64), nullable=False),
)
"""What people subscribed their channels to; mlpipe.toml has others."""

follows: Final = Table(
    "follows",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("pipeline", String(32), primary_key=True),
    Column("environment", String(32), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("by", String(64), nullable=False),
)
"""Channels in which every execution of a pipeline gets a card. `by` is empty for those of
mlpipe.toml, of which only the beginning is kept here."""

notes: Final = Table(
    "notes",
    metadata,
    Column("pipeline", String(32), primary_key=True),
    Column("environment", String(32), primary_key=True),
    Column("first", Date, primary_key=True),
    Column("last", Date, primary_key=True),
    Column("text", Text, nullable=False),
    Column("leave_out", Boolean, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)
"""What people know of the days of a series."""

taken: Final = Table(
    "taken",
    metadata,
    Column("pipeline", String(32), primary_key=True),
    Column("environment", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("by", String(64), nullable=False),
    Column("since", Instant, nullable=False),
)
"""Who looks after what is wrong with a morning: its key makes one winner."""

mutes: Final = Table(
    "mutes",
    metadata,
    Column("pipeline", String(32), primary_key=True),
    Column("environment", String(32), primary_key=True),
    Column("fault", String(32), primary_key=True),
    Column("subject", String(256), primary_key=True),
    Column("column_fault", String(32), primary_key=True),
    Column("first", Date, primary_key=True),
    Column("last", Date, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)
"""Alarms that do not ring for a while; between two of the same alarm lie days of neither."""

posted: Final = Table(
    "posted",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("message", String(32), primary_key=True),
    Column("pipeline", String(32), nullable=False),
    Column("environment", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("offers", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    Index("posted_morning", "pipeline", "environment", "day"),
)
"""Reports as they were posted, without what stands at their foot: that changes with every click."""

posted_also: Final = Table(
    "posted_also",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("message", String(32), primary_key=True),
    Column("pipeline", String(32), primary_key=True),
    Column("environment", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("offers", JSON, nullable=False),
    Index("posted_also_morning", "pipeline", "environment", "day"),
)
"""The other mornings of a report that is about several series."""

approvals: Final = Table(
    "approvals",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("pipeline", String(32), nullable=False),
    Column("environment", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("package", String(256), nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("verdict", String(16)),
    Column("decided_by", String(64)),
    Column("decided_at", Instant),
    Column("failure", Text),
    Column("channel", String(32)),
    Column("message", String(32)),
    Column("shown", String(16)),
    Column("settled", Boolean, nullable=False),
    Column("owner", String(64)),
    Column("lease_until", Instant),
    Index("approvals_unsettled", "settled"),
)
"""Requests to promote. `shown` is the state that the card in Slack tells; `settled` once nothing
is left to be done for it."""

homes: Final = Table(
    "homes",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Column("shown", String(64)),
)
"""Home tabs that people have looked at. `shown` is the digest of what Slack has of one."""

audit: Final = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("who", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("details", JSON, nullable=False),
    Column("digest", String(64)),
)
"""Who did what and what came of it. Only ever added to: the database refuses anything else."""

audit_head: Final = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lines", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
)
"""One row: how many lines the audit log has, and the digest of the newest; see bot.store.chain."""
