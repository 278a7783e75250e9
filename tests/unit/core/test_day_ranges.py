from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.day_ranges import (
    Begin,
    DayState,
    End,
    Wait,
    days_of,
    next_of,
    reads_as_days,
    state_of,
)
from core.domain import ExecutionStatus
from core.errors import InputError
from core.spans import Span

TODAY = dt.date(2013, 6, 29)
SPAN = Span(dt.date(2013, 6, 1), dt.date(2013, 6, 3))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2013-06-01..2013-06-14", dt.date(2013, 6, 1), dt.date(2013, 6, 14)),
        ("2013-06-01…2013-06-14", dt.date(2013, 6, 1), dt.date(2013, 6, 14)),
        ("06-01 .. 06-14", dt.date(2013, 6, 1), dt.date(2013, 6, 14)),
        ("2012-06-01..06-14", dt.date(2012, 6, 1), dt.date(2012, 6, 14)),
        ("2012-12-30..01-02", dt.date(2012, 12, 30), dt.date(2013, 1, 2)),
        ("6月1日〜6月14日", dt.date(2013, 6, 1), dt.date(2013, 6, 14)),
        ("2013-06-20..yesterday", dt.date(2013, 6, 20), dt.date(2013, 6, 28)),
        ("2013-06-20..2013-06-20", dt.date(2013, 6, 20), dt.date(2013, 6, 20)),
    ],
)
def test_a_range_is_read_as_people_write_it(text: str, first: dt.date, last: dt.date) -> None:
    assert reads_as_days(text)
    assert days_of(text, today=TODAY, most=400) == Span(first, last)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2013-06-14..2013-06-01", "write the earlier day first"),
        ("2013-06-01..", "is no range of days: write one such as"),
        ("..2013-06-01", "is no range of days"),
        ("2013-06-01..06-02..06-03", "is no range of days"),
        ("2013-06-01..soon", "soon is not a day"),
        ("2013-06-01..2013-06-29", "2013-06-29 is not over yet"),
        ("2013-05-01..2013-06-14", "Those are 45 days, and one range here has at most 31"),
    ],
)
def test_what_is_no_range_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        days_of(text, today=TODAY, most=31)
    assert refused.value.field == "Day"


def test_one_day_is_no_range() -> None:
    assert not reads_as_days("2013-06-01")
    assert not reads_as_days("yesterday")


def test_a_failed_day_holds_up_those_after_it_and_a_refused_one_does_not() -> None:
    first, second, third = SPAN
    done = {first: DayState.DONE}
    assert next_of(SPAN, {}, stopped=False) == Begin(first)
    assert next_of(SPAN, {first: DayState.RUNNING}, stopped=True) == Wait(first)
    assert next_of(SPAN, done, stopped=True) is End.STOPPED
    assert next_of(SPAN, {**done, second: DayState.FAILED}, stopped=False) is End.FAILED
    assert next_of(SPAN, {**done, second: DayState.STOPPED}, stopped=False) is End.STOPPED
    assert next_of(SPAN, {**done, second: DayState.REFUSED}, stopped=False) == Begin(third)
    whole = dict.fromkeys(SPAN, DayState.DONE)
    assert next_of(SPAN, whole, stopped=True) is End.DONE


@given(st.dictionaries(st.sampled_from([*SPAN]), st.sampled_from(DayState)), st.booleans())
def test_days_begin_in_order_and_one_at_a_time(
    states: dict[dt.date, DayState], stopped: bool
) -> None:
    found = next_of(SPAN, states, stopped=stopped)
    if isinstance(found, Begin):
        before = [day for day in SPAN if day < found.day]
        assert not stopped
        assert {states.get(day) for day in before} <= {DayState.DONE, DayState.REFUSED}


def test_what_the_gate_refused_did_not_fail() -> None:
    failed = ExecutionStatus.FAILED
    assert state_of(failed, refused_by_gate=True) is DayState.REFUSED
    assert state_of(failed, refused_by_gate=False) is DayState.FAILED
    assert state_of(ExecutionStatus.STOPPING, refused_by_gate=False) is DayState.RUNNING
