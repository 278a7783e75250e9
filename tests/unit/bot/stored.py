"""What the store's tests store."""

from __future__ import annotations

import datetime as dt

from bot.asking import Asking
from bot.store.daily import DailyKey, Task
from bot.store.executions import Followed
from bot.store.leases import Holder
from core.approvals import Approval, ApprovalId
from core.audit import Entry
from core.domain import (
    ChannelId,
    EnvironmentName,
    Kind,
    ModelPackageArn,
    Person,
    PipelineName,
    TeamId,
    UserId,
)
from core.notes import Note, NoteKey
from core.spans import Span
from core.subscriptions import Content, Days, Subscription, SubscriptionKey, Times, quiet_days

NOON = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)
ANA = Person(TeamId("T0"), UserId("U0ANA"))
ONE = Holder("one", dt.timedelta(seconds=60))
OTHER = Holder("other", dt.timedelta(seconds=60))
FOLLOWED = Followed(
    id="e1",
    token="t" * 32,
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("experiment"),
    kind=Kind.TRAIN,
    parameters={"Day": "2013-06-28"},
    requested_at=NOON,
    asked_by=ANA,
    channel=ChannelId("C0DAILY"),
)
BLACK_FRIDAY = Note(
    key=NoteKey(
        PipelineName("flights"),
        EnvironmentName("production"),
        Span.of("2013-11-27..2013-11-30"),
    ),
    text="Black Friday",
    leave_out=True,
    by=ANA,
    at=NOON,
)
ASKING = Asking(ANA, "command/1", ChannelId("C0DAILY"), said="/mlpipe run")
DAILY = DailyKey(
    Task.REPORT,
    PipelineName("flights"),
    EnvironmentName("production"),
    dt.date(2013, 6, 28),
    channel=ChannelId("C0DAILY"),
)
ASKED = Approval(
    id=ApprovalId("a1"),
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("production"),
    version=3,
    package=ModelPackageArn("arn:package/3"),
    requested_by=ANA,
    requested_at=NOON,
    note="because",
)
SUBSCRIPTION = Subscription(
    key=SubscriptionKey(ChannelId("C0DAILY"), DAILY.pipeline, DAILY.environment),
    times=Times(
        at=dt.time(8, 30),
        zone="Asia/Tokyo",
        when_ready=True,
        patience=dt.timedelta(minutes=30),
        days=Days.WEEKDAYS,
        quiet=quiet_days("2013-07-04, 2013-12-24..2013-12-26"),
    ),
    language="ja",
    content=Content.CHANGES,
    metrics=("log_loss", "auc"),
    since=NOON,
    by=ANA,
)
ENTRY = Entry(at=NOON, who=str(ANA), action="promote", subject="a1", outcome="accepted")
