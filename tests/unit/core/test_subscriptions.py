from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.domain import ChannelId, EnvironmentName, PipelineName
from core.errors import InputError
from core.subscriptions import (
    Content,
    Days,
    Quiet,
    Subscription,
    SubscriptionKey,
    Times,
    about,
    following,
    heard_before,
    newest,
    quiet_days,
)

NEW_YORK = "America/New_York"
TOKYO = "Asia/Tokyo"
KEY = SubscriptionKey(ChannelId("C0DAILY"), PipelineName("flights"), EnvironmentName("production"))
AT_EIGHT = Subscription(KEY, Times(dt.time(8), NEW_YORK), "en")
WHEN_READY = Subscription(KEY, Times(dt.time(10), NEW_YORK, when_ready=True), "en")
FRIDAY = dt.date(2013, 6, 28)


def at(day: int, hour: int, minute: int = 0, *, zone: str = NEW_YORK) -> dt.datetime:
    return dt.datetime(2013, 6, day, hour, minute, tzinfo=ZoneInfo(zone))


def days(subscription: Subscription, *, dates: range, hour: int = 8) -> list[int]:
    """Of June, those on whose morning something is due."""
    moments = (at(date, hour) for date in dates)
    return [each.day for each in moments if newest(subscription, NEW_YORK, each) is not None]


def timed(subscription: Subscription, **changes: Any) -> Subscription:
    times = dataclasses.replace(subscription.times, **changes)
    return dataclasses.replace(subscription, times=times)


def test_a_time_of_day_is_about_the_day_before() -> None:
    assert newest(AT_EIGHT, NEW_YORK, at(29, 7, 59)) is None
    found = newest(AT_EIGHT, NEW_YORK, at(29, 8))
    assert found is not None
    assert (found.day, found.opens, found.due) == (FRIDAY, at(29, 8), at(29, 8))


def test_what_comes_when_ready_may_come_once_the_day_is_over() -> None:
    found = newest(WHEN_READY, NEW_YORK, at(29, 0))
    assert found is not None
    assert (found.day, found.opens, found.due) == (FRIDAY, at(29, 0), at(29, 10))


def test_the_zones_of_the_channel_and_of_the_data_may_differ() -> None:
    in_tokyo = timed(AT_EIGHT, zone=TOKYO)
    found = newest(in_tokyo, NEW_YORK, at(30, 8, zone=TOKYO))
    assert found is not None
    assert found.day == FRIDAY, "in New York it is still Saturday evening"


def test_a_channel_ahead_of_the_data_hears_when_their_day_is_over() -> None:
    ready = timed(WHEN_READY, zone=TOKYO, at=dt.time(18))
    found = newest(ready, NEW_YORK, at(29, 13, zone=TOKYO))
    assert found is not None
    assert (found.day, found.opens) == (FRIDAY, at(29, 0))


def test_weekdays_leave_the_weekend_out() -> None:
    assert days(timed(AT_EIGHT, days=Days.WEEKDAYS), dates=range(24, 31)) == [24, 25, 26, 27, 28]


def test_quiet_days_leave_themselves_out() -> None:
    quiet = timed(AT_EIGHT, quiet=quiet_days("2013-06-25..2013-06-27, 2013-06-30"))
    assert days(quiet, dates=range(24, 31)) == [24, 28, 29]


def test_a_digest_comes_on_mondays() -> None:
    weekly = dataclasses.replace(AT_EIGHT, content=Content.WEEKLY)
    assert days(weekly, dates=range(10, 31)) == [10, 17, 24]


def test_what_was_due_before_somebody_subscribed_does_not_come() -> None:
    late = dataclasses.replace(AT_EIGHT, since=at(29, 9))
    assert newest(late, NEW_YORK, at(29, 10)) is None
    early = dataclasses.replace(AT_EIGHT, since=at(29, 7))
    assert newest(early, NEW_YORK, at(29, 10)) is not None


def test_what_is_promised_next_is_known() -> None:
    found = following(timed(AT_EIGHT, days=Days.WEEKDAYS), NEW_YORK, at(28, 9))
    assert found is not None
    assert found.due == dt.datetime(2013, 7, 1, 8, tzinfo=ZoneInfo(NEW_YORK))
    silent = timed(AT_EIGHT, quiet=(Quiet(dt.date(2013, 1, 1), dt.date(2020, 1, 1)),))
    assert following(silent, NEW_YORK, at(28, 9)) is None


def test_the_occasion_about_a_day_is_found_also_after_midnight() -> None:
    found = about(timed(AT_EIGHT, at=dt.time(23)), NEW_YORK, FRIDAY)
    assert found is not None
    assert found.due == at(29, 23)
    weekly = dataclasses.replace(AT_EIGHT, content=Content.WEEKLY)
    assert about(weekly, NEW_YORK, FRIDAY) is None


def test_what_a_channel_heard_of_before_lies_behind_the_days_that_it_leaves_out() -> None:
    sunday = FRIDAY + dt.timedelta(days=2)
    assert heard_before(AT_EIGHT, NEW_YORK, sunday) == dt.date(2013, 6, 29)
    weekdays = timed(AT_EIGHT, days=Days.WEEKDAYS)
    assert heard_before(weekdays, NEW_YORK, sunday) == dt.date(2013, 6, 27)
    quiet = timed(weekdays, quiet=quiet_days("2013-06-27..2013-06-28"))
    assert heard_before(quiet, NEW_YORK, sunday) == dt.date(2013, 6, 25)
    silent = timed(AT_EIGHT, quiet=(Quiet(dt.date(2010, 1, 1), dt.date(2020, 1, 1)),))
    assert heard_before(silent, NEW_YORK, sunday) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("2013-07-04", 1),
        ("2013-07-04, 2013-12-24 .. 2013-12-26", 2),
        ("\uff12013-07-04\u30012013-12-24\u20262013-12-26", 2),
    ],
)
def test_quiet_days_are_read_as_people_write_them(text: str, count: int) -> None:
    read = quiet_days(text)
    assert len(read) == count
    assert quiet_days(", ".join(map(str, read))) == read


@pytest.mark.parametrize("text", ["christmas", "2013-13-01", "12-24"])
def test_what_is_no_day_is_told_with_one_that_is(text: str) -> None:
    with pytest.raises(InputError, match="write one such as 2013-07-04"):
        quiet_days(text)


def test_quiet_days_that_end_before_they_begin_are_asked_about() -> None:
    with pytest.raises(InputError, match="write the earlier day first"):
        quiet_days("2013-12-26..2013-12-24")
