"""What a day became, told below its report."""

from __future__ import annotations

from core.day_result import DayResult
from core.messages import Translator
from core.spans import ONE_DAY
from reports.daily import daily_report
from reports.revision import revision
from reports.verdict.lock_screen import lock_screen
from tests.unit.evidence.judged_days import TODAY
from tests.unit.evidence.late_days import IN, MATURES, known_at, matured, past_day
from tests.unit.reports.judged_reports import in_money, told

PAST = tuple(past_day(TODAY - back * ONE_DAY) for back in range(59, 0, -1))
MATURED_PAST = tuple(
    matured(known_at(each.day, 1, share=IN), known_at(each.day, MATURES, share=1.0))
    for each in PAST
)
EN = Translator()
YOUNG = known_at(TODAY, 1, share=IN)


def said(today: DayResult) -> str:
    found = revision(told(today, MATURED_PAST), EN)
    assert found is not None
    return found.text


def test_a_day_that_stays_what_it_was_is_told_with_its_numbers() -> None:
    text = said(matured(YOUNG, known_at(TODAY, MATURES, share=1.0)))
    assert text.splitlines() == [
        "*As known now*, when all labels are in (the report knew those of 1 day):",
        "AUC 0.82 ± 0.02 (0.82 then)",
        "Log-loss 0.38 ± 0.02 (0.38 then)",
        "19\xa0% of the rows were positive (8.1\xa0% then)",
        "The verdict did not change: 🟢 *An ordinary day.*",
    ]


def test_that_the_verdict_changed_is_said_with_both() -> None:
    text = said(matured(YOUNG, known_at(TODAY, MATURES, share=1.0, loss=0.7)))
    assert "*The verdict changed*: 🟡 *A hard day, not the model.*" in text
    assert "It was: 🟢 *An ordinary day.*" in text


def test_money_is_told_once_all_labels_are_in() -> None:
    young, old = in_money(YOUNG), in_money(known_at(TODAY, MATURES, share=1.0))
    sentence = "Of $71,400 at stake, $16,200 was expected to be late and $15,000 was, $1,200 less."
    assert sentence in said(matured(young, old))
    assert "at stake, " not in str(daily_report(told(young, PAST), EN).message.payload())


def test_what_rings_only_now_is_named() -> None:
    text = said(matured(YOUNG, known_at(TODAY, MATURES, share=0.4)))
    assert "*The verdict changed*" in text
    assert "To act on: only 35\xa0% as many positives as usual came, for what was expected" in text


def test_a_day_that_was_never_known_otherwise_is_not_revised() -> None:
    assert revision(told(YOUNG, PAST), EN) is None
    assert revision(told(known_at(TODAY, MATURES, share=1.0), PAST), EN) is None
    assert revision(told(None, PAST), EN) is None


def test_it_is_told_in_japanese_too() -> None:
    found = revision(
        told(matured(YOUNG, known_at(TODAY, MATURES, share=1.0)), MATURED_PAST), Translator("ja")
    )
    assert found is not None
    assert "As known now" not in found.text


def test_the_report_of_a_young_day_says_how_far_its_labels_have_come() -> None:
    text = "\n".join(map(str, daily_report(told(YOUNG, PAST), EN).message.payload()))
    assert r"Labels are 1 day old, usually 45\xa0% in: held against days of that age." in text
    assert "ordinary" in lock_screen(told(YOUNG, PAST), EN)


def test_before_two_weeks_have_matured_it_says_that_nobody_knows() -> None:
    text = "\n".join(map(str, daily_report(told(YOUNG, PAST[-18:]), EN).message.payload()))
    assert "how many are usually in by then is not known yet" in text


def test_a_day_is_shown_beside_days_as_known_at_its_age() -> None:
    facts = told(YOUNG, PAST)
    assert {each.label_age for each in facts.results} == {1}
    assert facts.own is not None
    model = facts.own.model("production")
    assert model is not None
    assert 0.9 < model.metrics["predicted_over_observed"].value < 1.1
