from __future__ import annotations

import dataclasses

import pytest

from core.evidence.known_days import Holiday, KnownDays
from core.messages import Translator
from core.spans import ONE_DAY
from reports.charts import morning
from reports.daily import daily_report
from reports.manager import manager_report
from reports.report_facts import ReportFacts
from tests.unit.evidence.judged_days import TODAY, days_before, judged_day
from tests.unit.evidence.test_known_days import note
from tests.unit.reports.judged_reports import JUDGED, told

THREE = (note(TODAY - 5 * ONE_DAY, TODAY - 3 * ONE_DAY),)
ORDINARY = JUDGED["ordinary"]
FIFTEEN_DAYS = told(judged_day(), days_before(15))


@pytest.fixture(autouse=True)
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures have tests of their own."""
    monkeypatch.setattr(morning, "picture", lambda *_, **__: None)


def shown(facts: ReportFacts, **known: object) -> str:
    """All that the head of the team's report says."""
    facts = dataclasses.replace(facts, known=KnownDays(**known))  # type: ignore[arg-type]
    return str(daily_report(facts, Translator()).message.payload())


def test_the_days_that_it_was_held_against_are_said_with_one_number() -> None:
    text = shown(ORDINARY, notes=THREE)
    assert "ordinary (25 of the past 28 days: " in text
    assert "Judged: production (version 3), against 25 of the 28 days before." in text


def test_a_holiday_is_held_against_days_like_it_and_says_so() -> None:
    text = shown(ORDINARY, notes=THREE, holidays={TODAY: Holiday("Independence Day")})
    assert "too few like it (3 of 14 days)" in text
    assert "Judged: production (version 3), against 3 days like it." in text


def test_that_notes_and_holidays_leave_too_little_history_is_named() -> None:
    assert "not enough history (12 of 14 days, as 3 more are noted or holidays)." in shown(
        FIFTEEN_DAYS, notes=THREE
    )
    assert "not enough history (13 of 14 days, as 1 more is noted or a holiday)." in shown(
        told(judged_day(), days_before(14)), holidays={TODAY - ONE_DAY: Holiday("Memorial Day")}
    )


def test_a_day_that_is_known_and_has_no_results_leaves_nothing_out() -> None:
    holiday = {TODAY - 20 * ONE_DAY: Holiday("Memorial Day")}
    assert "not enough history (9 of 14 days)." in shown(JUDGED["few_days"], holidays=holiday)


def test_managers_are_told_why_it_is_too_early() -> None:
    facts = dataclasses.replace(FIFTEEN_DAYS, known=KnownDays(notes=THREE))
    assert manager_report((facts,), Translator()).message.text.endswith(
        "too early to tell: 12 of 14 ordinary days are known, as 3 more are noted or holidays."
    )
