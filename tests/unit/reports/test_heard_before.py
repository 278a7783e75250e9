"""What is new to a channel is asked of the day of which it heard before, not of the day before."""

from __future__ import annotations

from core.evidence.news import News
from core.messages import Translator
from core.mornings import MorningRun, RunEnd
from core.spans import ONE_DAY
from reports.report_facts import ReportFacts
from reports.verdict.silence import back, look_for_a_run, no_results
from tests.unit.evidence.judged_days import TODAY, days_before, judged_day
from tests.unit.reports.judged_reports import told

EN = Translator()
HEARD = TODAY - 3 * ONE_DAY
"""What the report of Friday was about, where today's is that of Monday."""


def after(*missing: int, silent: bool = False) -> ReportFacts:
    """Today, to a channel of weekdays; days that many days before today have no results."""
    without = {TODAY - n * ONE_DAY for n in missing}
    past = [each for each in days_before(59) if each.day not in without]
    return told(None if silent else judged_day(), past, heard=HEARD)


def test_results_that_came_again_on_the_weekend_are_back_on_monday() -> None:
    facts = after(4, 3)
    sentence = back(facts)
    assert sentence is not None
    assert "Back after 2 days without results" in EN.plain(sentence)
    assert facts.news == (News.OTHER_VERDICT,)


def test_so_are_those_that_were_missing_on_the_weekend_only() -> None:
    facts = after(2)
    assert facts.silent_days == (TODAY - 2 * ONE_DAY,)
    assert facts.is_back
    assert facts.news == (), "who hears of changes only heard of none"


def test_what_came_again_before_the_channel_heard_last_is_not_said_again() -> None:
    assert not after(5, 4).is_back


def test_a_silence_that_began_on_the_weekend_is_new_on_monday() -> None:
    facts = after(2, 1, silent=True)
    assert not facts.is_silent_again
    assert look_for_a_run(facts) is not None
    assert "No results for 3 days" in EN.plain(no_results(facts))


def test_one_that_the_channel_heard_of_is_not() -> None:
    facts = after(3, 2, 1, silent=True)
    assert facts.is_silent_again
    assert look_for_a_run(facts) is None


def test_who_hears_of_changes_only_hears_that_the_run_works_again() -> None:
    facts = told(judged_day(), run=MorningRun(RunEnd.WELL_AGAIN))
    assert facts.news == (News.WELL_AGAIN,)
