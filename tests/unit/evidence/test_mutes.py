from __future__ import annotations

import dataclasses
import datetime as dt

from core.domain import EnvironmentName, Person, PipelineName, TeamId, UserId
from core.evidence.alarms import Alarm, Fault
from core.evidence.mutes import Mute, Muted, MuteKey, joined, muted
from core.spans import ONE_DAY, Span

DAY = dt.date(2013, 6, 28)
ANN = Person(TeamId("T1"), UserId("U0ANN"))
WIND, ROWS = Alarm(Fault.COLUMN, "wind"), Alarm(Fault.ROWS)


def mute(alarm: Alarm, last: dt.date = DAY + ONE_DAY) -> Mute:
    key = MuteKey(
        PipelineName("flights"), EnvironmentName("production"), alarm.fault, alarm.subject
    )
    return Mute(key, Span(DAY, last), ANN, dt.datetime(2013, 6, 29, tzinfo=dt.UTC))


def test_a_muted_alarm_is_kept_apart_and_the_others_ring() -> None:
    of_wind = mute(WIND)
    assert muted([WIND, ROWS], [of_wind], DAY) == ((ROWS,), (Muted(WIND, of_wind),))


def test_a_mute_is_of_one_fault_of_one_subject() -> None:
    humidity = Alarm(Fault.COLUMN, "humidity")
    assert muted([humidity, ROWS], [mute(WIND)], DAY) == ((humidity, ROWS), ())


def test_a_mute_ends_and_says_nothing_of_the_days_before_it() -> None:
    for day, rings in ((-1, True), (0, False), (1, False), (2, True)):
        ringing, _ = muted([WIND], [mute(WIND)], DAY + day * ONE_DAY)
        assert bool(ringing) is rings


def test_two_mutes_of_one_alarm_are_one_unless_days_lie_between_them() -> None:
    for earlier, newer, kept in (
        ("2013-06-18..2013-06-25", "2013-06-12..2013-06-19", "2013-06-12..2013-06-25"),
        ("2013-06-12..2013-06-19", "2013-06-20..2013-06-25", "2013-06-12..2013-06-25"),
        ("2013-06-12..2013-06-19", "2013-06-21..2013-06-25", "2013-06-21..2013-06-25"),
        ("2013-06-21..2013-06-25", "2013-06-12..2013-06-19", "2013-06-21..2013-06-25"),
    ):
        both = (dataclasses.replace(mute(WIND), span=Span.of(each)) for each in (earlier, newer))
        assert joined(*both).span == Span.of(kept)
