"""What a channel wants to hear of a series, and when: pure arithmetic of days and times."""

from __future__ import annotations

import datetime as dt
import enum
import itertools
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.commands import normalise
from core.domain import ChannelId, EnvironmentName, Person, PipelineName
from core.errors import InputError
from core.messages import say
from core.spans import ONE_DAY, Span

PATIENCE: Final = dt.timedelta(hours=2)
"""How long after its time a message waits for results that are not there yet."""
MONDAY: Final = 0
"""`date.weekday()` of the day on which a week's digest comes."""
WORKDAYS: Final = range(5)
LOOK_AHEAD: Final = 400
"""Days in which a message that is to come at all comes."""
MOST_SHOWN: Final = 80
_SPAN: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*\.{2,3}\s*(\d{4}-\d{2}-\d{2}))?")


class Content(enum.StrEnum):
    """What comes."""

    FULL = "full"
    """The whole report, every time."""
    CHANGES = "changes"
    """The whole report, where something changed."""
    WEEKLY = "weekly"
    """One message a week, on Mondays, about the seven days before."""


class Days(enum.StrEnum):
    """On which days of the week something comes."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    """Monday to Friday."""


class Audience(enum.StrEnum):
    """Who reads."""

    TEAM = "team"
    """The people who train the model: everything."""
    MANAGER = "manager"
    """Those who want to know whether all is well: one line, which way it goes, one picture."""


class Charts(enum.StrEnum):
    """How charts come."""

    PICTURE = "picture"
    """One picture, drawn by us."""
    NATIVE = "native"
    """As charts that Slack draws."""


@dataclass(frozen=True)
class Quiet(Span):
    """Days from the first to the last on which nothing comes."""

    @classmethod
    def parse(cls, text: str) -> Quiet:
        """The days that a person means.

        Raises:
            InputError: it is no day and no span of days, or ends before it begins.
        """
        match = _SPAN.fullmatch(normalise(text))
        shown = text[:MOST_SHOWN]
        try:
            first = dt.date.fromisoformat(match[1] if match else "")
            last = dt.date.fromisoformat(match[2]) if match and match[2] else first
        except ValueError:
            raise InputError(
                say(
                    "{text} is no day: write one such as 2013-07-04, or 2013-12-24..2013-12-26.",
                    text=shown,
                )
            ) from None
        if last < first:
            raise InputError(
                say("{text} ends before it begins: write the earlier day first.", text=shown)
            )
        return cls(first, last)


def quiet_days(text: str) -> tuple[Quiet, ...]:
    """Days and spans, with commas or spaces between them.

    Raises:
        InputError: for the first that is none.
    """
    joined = re.sub(r"\s*(\.{2,3})\s*", r"\1", normalise(text))
    return tuple(Quiet.parse(part) for part in re.split(r"[,;\s、]+", joined) if part)


@dataclass(frozen=True)
class Times:
    """When something comes. Days and times are of the zone."""

    at: dt.time
    zone: str
    """IANA name."""
    when_ready: bool = False
    """As soon as the day's evaluation is ready, at `at` at the latest; else not before `at`."""
    patience: dt.timedelta = PATIENCE
    """How long after `at` an evaluation is waited for; what comes then says what is missing."""
    days: Days = Days.DAILY
    quiet: tuple[Quiet, ...] = ()


@dataclass(frozen=True)
class SubscriptionKey:
    """A channel hears of a series once a day at most."""

    channel: ChannelId
    pipeline: PipelineName
    environment: EnvironmentName

    def __str__(self) -> str:
        """As buttons and the audit log carry it."""
        return f"{self.channel}/{self.pipeline}/{self.environment}"

    @classmethod
    def parse(cls, text: str) -> SubscriptionKey:
        """The inverse of `str`; a ValueError for anything else."""
        channel, pipeline, environment = text.split("/")
        return cls(ChannelId(channel), PipelineName(pipeline), EnvironmentName(environment))


@dataclass(frozen=True)
class Subscription:
    """What one channel hears of one series."""

    key: SubscriptionKey
    times: Times
    language: str
    content: Content = Content.FULL
    metrics: tuple[str, ...] = ()
    """Those that lead, in this order; empty: those that lead for such a day."""
    charts: Charts = Charts.PICTURE
    audience: Audience = Audience.TEAM
    since: dt.datetime | None = None
    """When somebody asked for it: what was due before does not come. None: mlpipe.toml has it."""
    by: Person | None = None

    @property
    def declared(self) -> bool:
        """Whether mlpipe.toml has it, where alone it can be changed."""
        return self.since is None


@dataclass(frozen=True)
class Occasion:
    """One time at which a subscription's message comes."""

    day: dt.date
    """Of the data: the last that is over then in their own zone."""
    opens: dt.datetime
    """It does not come before."""
    due: dt.datetime
    """What was promised: it comes then, or waits from then on as long as the patience lasts."""


def newest(subscription: Subscription, data_zone: str, now: dt.datetime) -> Occasion | None:
    """The occasion of today, once it has begun; None on a day that has none.

    Args:
        subscription: Whose.
        data_zone: The zone of the data's days.
        now: The time.
    """
    today = now.astimezone(zoneinfo.ZoneInfo(subscription.times.zone)).date()
    for date in (today + ONE_DAY, today):
        found = _occasion(subscription, date, data_zone)
        if found is not None and found.opens <= now and _asked(subscription, found):
            return found
    return None


def following(subscription: Subscription, data_zone: str, now: dt.datetime) -> Occasion | None:
    """The next occasion that is still promised; None where none is within a year."""
    promised = (each for each in _from(subscription, data_zone, now) if each.due > now)
    return next((each for each in promised if _asked(subscription, each)), None)


def about(subscription: Subscription, data_zone: str, day: dt.date) -> Occasion | None:
    """The occasion that is about a day of the data, if that day has one."""
    around = (_occasion(subscription, day + n * ONE_DAY, data_zone) for n in range(3))
    return next((each for each in around if each is not None and each.day == day), None)


def heard_before(subscription: Subscription, data_zone: str, day: dt.date) -> dt.date | None:
    """The newest day of the data before one that has an occasion; None where a year has none."""
    earlier = (day - n * ONE_DAY for n in range(1, LOOK_AHEAD))
    return next((each for each in earlier if about(subscription, data_zone, each)), None)


def _from(subscription: Subscription, data_zone: str, now: dt.datetime) -> Iterator[Occasion]:
    today = now.astimezone(zoneinfo.ZoneInfo(subscription.times.zone)).date()
    for number in itertools.islice(itertools.count(), LOOK_AHEAD):
        found = _occasion(subscription, today + number * ONE_DAY, data_zone)
        if found is not None:
            yield found


def _asked(subscription: Subscription, occasion: Occasion) -> bool:
    return subscription.since is None or occasion.due > subscription.since


def _occasion(subscription: Subscription, date: dt.date, data_zone: str) -> Occasion | None:
    """What comes on a date of the subscription's own calendar."""
    times = subscription.times
    if not _comes(subscription, date):
        return None
    due = dt.datetime.combine(date, times.at, tzinfo=zoneinfo.ZoneInfo(times.zone))
    zone = zoneinfo.ZoneInfo(data_zone)
    today = due.astimezone(zone).date()
    over = dt.datetime.combine(today, dt.time(), tzinfo=zone)
    return Occasion(today - ONE_DAY, opens=over if times.when_ready else due, due=due)


def _comes(subscription: Subscription, date: dt.date) -> bool:
    if subscription.content is Content.WEEKLY:
        if date.weekday() != MONDAY:
            return False
    elif subscription.times.days is Days.WEEKDAYS and date.weekday() not in WORKDAYS:
        return False
    return not any(date in each for each in subscription.times.quiet)
