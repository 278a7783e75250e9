from __future__ import annotations

import json
import re

import pytest

from core.messages import LANGUAGES, Translator
from reports.manager import manager_report
from reports.verdict.plain_words import ALARMS, plain_verdict
from tests.unit.reports import golden
from tests.unit.reports.judged_reports import JUDGED
from tests.unit.reports.test_hostile_names import check
from tests.unit.reports.test_verdict_words import ALARMS as SAMPLES

STATISTICS = re.compile(
    r"AUC|log-loss|entropy|SHAP|nDCG|median|interval|correlat|%\s*interval|±|metric|positive",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_managers_read_is_as_it_was_when_it_was_last_read(language: str) -> None:
    t = Translator(language)
    reports = {name: manager_report((facts,), t) for name, facts in JUDGED.items()}
    content = {
        name: [
            report.message.text,
            *report.message.payload()[0]["text"]["text"].splitlines()[1:],
            *(picture.alt for picture in report.pictures),
        ]
        for name, report in reports.items()
    }
    golden.check_json(f"manager_{language}", content)


@pytest.mark.parametrize("name", JUDGED)
def test_managers_meet_no_word_of_statistics(name: str) -> None:
    report = manager_report((JUDGED[name],), Translator())
    shown = json.dumps([report.message.payload(), [each.alt for each in report.pictures]])
    assert not STATISTICS.search(shown)
    assert len(report.pictures) <= 1


def test_every_alarm_can_be_said_in_everyday_words() -> None:
    faults = {alarm.fault for alarm in SAMPLES.values() if not alarm.subject}
    assert faults == set(ALARMS)


def test_the_line_that_managers_read_agrees_with_the_teams() -> None:
    for facts in JUDGED.values():
        assert bool(facts.verdict.alarms) == (
            manager_report((facts,), Translator()).message.text.startswith("🔴")
        )
        assert plain_verdict(facts.verdict).text


def test_of_several_series_the_worst_comes_first_and_has_the_picture() -> None:
    every = [JUDGED[name] for name in ("ordinary", "hard_day", "column_empty")]
    report = manager_report(every, Translator())
    lines = report.message.payload()[0]["text"]["text"].splitlines()
    assert [line[0] for line in lines] == ["🔴", "🟡", "🟢"]
    assert report.message.text == lines[0]
    assert len(report.pictures) == 1
    assert not report.offers


def test_a_hundred_series_still_fit() -> None:
    report = manager_report([JUDGED["hard_day"]] * 100, Translator())
    check(report.message)
