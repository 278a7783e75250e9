# ruff: noqa: RUF001 - what phones and Japanese keyboards type is what is tested here
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import EnvironmentName, PipelineName
from core.errors import InputError
from core.messages import Translator
from core.notes import MOST_DAYS, MOST_TEXT, NoteKey, days_of, looks_like_days, text_of
from core.spans import Span

TODAY = dt.date(2013, 11, 20)
BLACK_FRIDAY = Span(dt.date(2013, 11, 27), dt.date(2013, 11, 30))
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "11-27..11-30",
        "2013-11-27..2013-11-30",
        "2013-11-27..11-30",
        "11/27...11/30",
        "11-27 .. 11-30",
        "11-27…11-30",
        "11月27日〜11月30日",
        "１１－２７～１１－３０",
        "20131127..20131130",
    ],
)
def test_several_days_are_written_in_many_ways(text: str) -> None:
    assert days_of(text, today=TODAY) == BLACK_FRIDAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("yesterday", dt.date(2013, 11, 19)),
        ("昨日", dt.date(2013, 11, 19)),
        ("Today", TODAY),
        ("明日", dt.date(2013, 11, 21)),
        ("2012-2-29", dt.date(2012, 2, 29)),
        ("2013年7月4日", dt.date(2013, 7, 4)),
        ("01-02", dt.date(2014, 1, 2)),
        ("7/4", dt.date(2013, 7, 4)),
    ],
)
def test_a_day_without_a_year_is_the_nearest(text: str, day: dt.date) -> None:
    assert days_of(text, today=TODAY) == Span(day, day)


def test_a_span_goes_on_into_the_next_year() -> None:
    found = days_of("12-30..01-02", today=TODAY)
    assert found == Span(dt.date(2013, 12, 30), dt.date(2014, 1, 2))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "is no day: write one such as 11-27"),
        ("black", "is no day"),
        ("11-31", "is no day"),
        ("02-30", "is no day"),
        ("2013-13-01", "is no day"),
        ("11-27..", "is no day"),
        ("11-27..11-28..11-29", "is no day"),
        ("2013-11-30..2013-11-27", "write the earlier day first"),
        ("07-09..07-02", "write the earlier day first"),
        ("12-30..06-01", "write the earlier day first"),
        ("07-01..12-31", f"07-01..12-31 are 184 days: a note is of {MOST_DAYS} at most"),
        ("2013-07-09..2014-07-02", "are 359 days"),
        ("2013-01-01..2013-12-31", f"a note is of {MOST_DAYS} at most"),
    ],
)
def test_what_is_no_day_is_told_with_what_to_write(text: str, line: str) -> None:
    with pytest.raises(InputError) as refused:
        days_of(text, today=TODAY)
    told = Translator().plain(refused.value.sentence)
    assert line in told
    assert "\n" not in told


def test_a_note_says_something_and_not_too_much() -> None:
    assert text_of(" Black \n Friday ") == "Black Friday"
    for text in ("", "  ", "x" * (MOST_TEXT + 1)):
        with pytest.raises(InputError):
            text_of(text)


@given(DAYS, st.integers(0, MOST_DAYS - 1), DAYS)
def test_what_is_written_in_full_means_itself_whatever_day_it_is(
    first: dt.date, more: int, today: dt.date
) -> None:
    span = Span(first, first + dt.timedelta(days=more))
    assert days_of(str(span), today=today) == span == Span.of(str(span))
    assert looks_like_days(str(span))
    key = NoteKey(PipelineName("clicks-jp"), EnvironmentName("production"), span)
    assert NoteKey.parse(str(key)) == key


@given(st.text(max_size=30), DAYS)
def test_any_text_is_days_or_is_refused_in_one_line(text: str, today: dt.date) -> None:
    try:
        assert 1 <= len(days_of(text, today=today)) <= MOST_DAYS
    except InputError as refused:
        told = Translator().plain(refused.sentence)
        assert "\n" not in told.replace(text, "")
