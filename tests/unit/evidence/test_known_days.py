from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.day_result import DayResult
from core.domain import EnvironmentName, Person, PipelineName, TeamId, UserId
from core.evidence.alarms import Fault, alarms
from core.evidence.day_or_model import Cause, Why
from core.evidence.history import LEAST_DAYS, RECENT_DAYS, Standing, compare
from core.evidence.known_days import NOTHING_KNOWN, Holiday, KnownDays, yardstick
from core.evidence.verdict import Sign, Verdict, verdict
from core.notes import Note, NoteKey
from core.results import FeatureFacts
from core.spans import ONE_DAY, Span
from tests.unit.evidence.judged_days import TODAY, days_before, judged_day

ANN = Person(TeamId("T1"), UserId("U0ANN"))
PAST = days_before(59)
INDEPENDENCE = Holiday("Independence Day")
HOLIDAY = KnownDays({TODAY: INDEPENDENCE})
FEW_ROWS = 400
"""Where 1,000 are usual."""


def note(first: dt.date, last: dt.date, text: str = "sale", *, leave_out: bool = False) -> Note:
    key = NoteKey(PipelineName("flights"), EnvironmentName("production"), Span(first, last))
    return Note(key, text, leave_out, ANN, dt.datetime(2013, 6, 1, tzinfo=dt.UTC))


def with_rows(result: DayResult, read: int) -> DayResult:
    assert result.facts is not None
    rows = result.facts.rows.model_copy(update={"read": read, "labelled": read})
    return dataclasses.replace(result, facts=result.facts.model_copy(update={"rows": rows}))


def with_column(result: DayResult, *, missing: float) -> DayResult:
    assert result.facts is not None
    column = FeatureFacts(name="wind", kind="numeric", missing=missing, distinct=90)
    facts = result.facts.model_copy(update={"features": [column]})
    return dataclasses.replace(result, facts=facts)


def judged(
    today: DayResult | None = None, past: Sequence[DayResult] = PAST, **given: Any
) -> Verdict:
    return verdict(TODAY, today or judged_day(), past, **given)


def test_few_rows_ring_on_an_ordinary_day_and_cannot_be_told_on_a_holiday() -> None:
    few = with_rows(judged_day(), FEW_ROWS)
    assert [each.fault for each in alarms(few, PAST)] == [Fault.ROWS]
    assert alarms(few, PAST, known=HOLIDAY) == []


def test_a_holiday_with_too_few_like_it_is_not_called_ordinary_or_strange() -> None:
    found = judged(judged_day(loss=0.7, rate=0.5), known=HOLIDAY)
    assert {each.comparison.standing for each in found.metrics} == {Standing.FEW_LIKE_IT}
    assert found.labels is not None
    assert found.labels.comparison.standing is Standing.FEW_LIKE_IT
    assert (found.cause.cause, found.cause.why) == (Cause.CANNOT_TELL, Why.FEW_LIKE_IT)
    assert found.sign is Sign.UNKNOWN


def test_a_model_that_moved_away_from_the_reference_is_seen_on_a_holiday_too() -> None:
    found = judged(judged_day(apart=0.2), known=HOLIDAY)
    assert found.cause.beside is not None
    assert found.cause.beside.standing.is_out
    assert found.sign is Sign.ALARM
    assert Fault.WORSE in [each.fault for each in found.alarms]


def test_a_broken_column_rings_on_a_holiday() -> None:
    past = [with_column(each, missing=0.0) for each in PAST]
    broken = with_column(judged_day(), missing=1.0)
    assert [each.fault for each in alarms(broken, past, known=HOLIDAY)] == [Fault.COLUMN]


def test_constant_scores_ring_on_a_holiday() -> None:
    today = judged_day()
    assert today.facts is not None
    candidate = today.facts.models["candidate"].model_copy(
        update={"statistics": {"score_quantiles": [0.2, 0.2, 0.2]}}
    )
    models = {**today.facts.models, "candidate": candidate}
    facts = today.facts.model_copy(update={"models": models})
    constant = dataclasses.replace(today, facts=facts)
    found = alarms(constant, PAST, known=HOLIDAY)
    assert [each.fault for each in found] == [Fault.SCORES_CONSTANT]


def test_a_holiday_with_enough_like_it_is_judged_by_them() -> None:
    before = {TODAY - n * 20 * ONE_DAY: Holiday(f"Holiday {n}") for n in range(1, LEAST_DAYS + 1)}
    known = KnownDays({**before, TODAY: INDEPENDENCE})
    assert known.wanted(TODAY) == tuple(before)
    like = [with_rows(judged_day(day), FEW_ROWS) for day in before]
    past = [each for each in PAST if each.day not in before] + like
    assert alarms(with_rows(judged_day(), FEW_ROWS), past, known=known) == []
    found = alarms(with_rows(judged_day(), 1000), past, known=known)
    assert [each.fault for each in found] == [Fault.ROWS]
    ordinary = judged(past=past, known=known)
    assert {each.comparison.standing for each in ordinary.metrics} == {Standing.ORDINARY}
    assert {each.comparison.days for each in ordinary.metrics} == {LEAST_DAYS}


def test_days_with_the_same_note_are_like_each_other_before_all_others() -> None:
    sale = note(TODAY - 20 * ONE_DAY, TODAY, "Summer sale")
    other = note(TODAY - 50 * ONE_DAY, TODAY - 30 * ONE_DAY, "Strike")
    known = KnownDays(notes=(sale, other))
    like = known.like(TODAY, [each.day for each in PAST])
    assert like == tuple(TODAY - n * ONE_DAY for n in range(20, 0, -1))
    short = KnownDays(notes=(note(TODAY - ONE_DAY, TODAY, "Summer sale"), other))
    assert len(short.like(TODAY, [each.day for each in PAST])) == 22


def test_an_ordinary_day_is_held_against_ordinary_days() -> None:
    known = KnownDays({TODAY - 7 * ONE_DAY: INDEPENDENCE})
    past = [with_rows(each, FEW_ROWS) if known.is_known(each.day) else each for each in PAST]
    few = with_rows(judged_day(), FEW_ROWS)
    assert alarms(few, past) == [], "a holiday among the recent days hides the fault"
    (found,) = alarms(few, past, known=known)
    assert found.fault is Fault.ROWS
    assert found.comparison is not None
    assert found.comparison.days == RECENT_DAYS - 1


def test_a_day_that_is_left_out_is_in_no_baseline() -> None:
    broken = TODAY - 5 * ONE_DAY
    known = KnownDays(notes=(note(broken, broken, "the feed was down", leave_out=True),))
    past = [
        with_column(judged_day(broken, loss=2.0), missing=1.0)
        if each.day == broken
        else with_column(each, missing=0.0)
        for each in PAST
    ]
    hard = with_column(judged_day(loss=1.0), missing=1.0)
    with_it, without_it = judged(hard, past), judged(hard, past, known=known)
    assert with_it.headline is not None
    assert without_it.headline is not None
    assert with_it.headline.comparison.standing is Standing.ORDINARY
    assert without_it.headline.comparison.standing is Standing.HIGH
    assert without_it.headline.highest is not None
    assert without_it.headline.highest < 0.5
    assert without_it.headline.rank is not None
    assert (without_it.headline.rank.from_worst, without_it.headline.rank.days) == (1, 59)
    assert [each.fault for each in without_it.alarms] == [Fault.COLUMN]


def test_the_day_before_is_told_also_where_it_is_left_out() -> None:
    yesterday = TODAY - ONE_DAY
    known = KnownDays(notes=(note(yesterday, yesterday, leave_out=True),))
    found = judged(known=known).headline
    assert found is not None
    assert found.before == PAST[-1].metrics[found.metric]


def test_a_holiday_is_called_as_the_language_has_it() -> None:
    marine = Holiday("Marine Day", {"ja": "海の日"})
    assert (marine.called("ja"), marine.called("en")) == ("海の日", "Marine Day")


@pytest.mark.parametrize("known", [NOTHING_KNOWN, KnownDays({dt.date(2012, 7, 4): INDEPENDENCE})])
def test_where_nothing_is_known_of_these_days_nothing_changes(known: KnownDays) -> None:
    for today in (judged_day(), judged_day(loss=0.7), with_rows(judged_day(), FEW_ROWS)):
        assert judged(today, known=known) == judged(today)


OFFSETS = st.sets(st.integers(1, 59))


@given(known=OFFSETS, left_out=OFFSETS, is_known=st.booleans(), value=st.floats(-9, 9))
def test_a_yardstick_holds_no_day_that_is_left_out_and_only_days_of_one_kind(
    known: set[int], left_out: set[int], is_known: bool, value: float
) -> None:
    holidays = {TODAY - n * ONE_DAY: INDEPENDENCE for n in known | ({0} if is_known else set())}
    out = tuple(note(d, d, leave_out=True) for d in (TODAY - n * ONE_DAY for n in left_out))
    days = KnownDays(holidays, out)
    values = {each.day: float(n % 7) for n, each in enumerate(PAST)}
    past = yardstick(values, TODAY, days)
    assert not any(days.is_left_out(each) for each in past.values)
    assert all(days.is_known(each) is is_known for each in past.values)
    assert past.days <= RECENT_DAYS
    found = compare(value, past, TODAY, level=0.05)
    if past.days < LEAST_DAYS:
        expected = Standing.FEW_LIKE_IT if is_known else Standing.NO_HISTORY
        assert found.standing is expected
    else:
        assert found.usual is not None
