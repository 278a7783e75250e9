from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from core.domain import EnvironmentName, Person, PipelineName, TeamId, UserId
from core.evidence.alarms import Alarm, Fault
from core.evidence.columns import BrokenColumn, ColumnFault
from core.evidence.mutes import Mute, Muted, MuteKey, joined, muted
from core.spans import ONE_DAY, Span

DAY = dt.date(2013, 6, 28)
ANN, BEN = (Person(TeamId("T1"), UserId(f"U0{name}")) for name in ("ANN", "BEN"))
ROWS = Alarm(Fault.ROWS)


def column(name: str, fault: ColumnFault) -> Alarm:
    return Alarm(Fault.COLUMN, name, column=BrokenColumn(name, fault, days=28, value=1.0))


WIND = column("wind", ColumnFault.EMPTY)


def mute(alarm: Alarm, last: dt.date = DAY + ONE_DAY) -> Mute:
    key = MuteKey(
        PipelineName("flights"),
        EnvironmentName("production"),
        alarm.fault,
        alarm.subject,
        alarm.column_fault,
    )
    return Mute(key, Span(DAY, last), ANN, dt.datetime(2013, 6, 29, tzinfo=dt.UTC))


def test_a_muted_alarm_is_kept_apart_and_the_others_ring() -> None:
    of_wind = mute(WIND)
    assert muted([WIND, ROWS], [of_wind], DAY) == ((ROWS,), (Muted(WIND, of_wind),))


def test_a_mute_is_of_one_fault_of_one_subject() -> None:
    others = (
        column("humidity", ColumnFault.EMPTY),
        column("wind", ColumnFault.UNIT),
        column("wind", ColumnFault.RENAMED),
        ROWS,
    )
    assert muted(others, [mute(WIND)], DAY) == (others, ())


def test_an_older_mute_of_a_column_is_of_all_its_faults() -> None:
    of_all = mute(Alarm(Fault.COLUMN, "wind"))
    for fault in ColumnFault:
        alarm = column("wind", fault)
        assert muted([alarm, ROWS], [of_all], DAY) == ((ROWS,), (Muted(alarm, of_all),))


def test_a_mute_ends_and_says_nothing_of_the_days_before_it() -> None:
    for day, rings in ((-1, True), (0, False), (1, False), (2, True)):
        ringing, _ = muted([WIND], [mute(WIND)], DAY + day * ONE_DAY)
        assert bool(ringing) is rings


def test_mutes_that_touch_are_one_with_the_name_of_who_muted_longest() -> None:
    for newer, kept, named in (
        ("2013-06-12..2013-06-19", "2013-06-12..2013-06-25", "earlier"),
        ("2013-06-26..2013-06-28", "2013-06-18..2013-06-28", "newer"),
        ("2013-06-18..2013-06-25", "2013-06-18..2013-06-25", "newer"),
    ):
        earlier = dataclasses.replace(mute(WIND), span=Span.of("2013-06-18..2013-06-25"))
        other = dataclasses.replace(mute(WIND), span=Span.of(newer), by=BEN)
        found = joined([earlier], other)
        assert found.span == Span.of(kept)
        assert found.by == (BEN if named == "newer" else ANN)


@pytest.mark.parametrize(
    ("one", "other", "touch"),
    [
        ("2013-06-12..2013-06-19", "2013-06-18..2013-06-25", True),
        ("2013-06-12..2013-06-19", "2013-06-20..2013-06-25", True),
        ("2013-06-12..2013-06-19", "2013-06-21..2013-06-25", False),
        ("2013-06-12..2013-06-30", "2013-06-20", True),
    ],
)
def test_spans_touch_unless_days_lie_between_them(one: str, other: str, *, touch: bool) -> None:
    assert Span.of(one).touches(Span.of(other)) is touch
    assert Span.of(other).touches(Span.of(one)) is touch
