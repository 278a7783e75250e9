from __future__ import annotations

import json
import re

import pytest

from core.evidence.alarms import Fault
from core.messages import LANGUAGES, Translator
from core.results import PRODUCTION, REFERENCE
from reports.manager import manager_report
from reports.message import Report
from reports.verdict.lights import LIGHTS
from reports.verdict.plain_words import ALARMS, plain_verdict
from tests.unit.evidence.judged_days import judged_day
from tests.unit.reports import golden
from tests.unit.reports.judged_reports import FAILED, JUDGED, told
from tests.unit.reports.test_hostile_names import check
from tests.unit.reports.test_several import mute, named
from tests.unit.reports.test_verdict_words import ALARMS as SAMPLES

EN = Translator()
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


@pytest.mark.parametrize(
    ("loss", "lines"),
    [
        (None, ["The day itself: the model did as well as usual."]),
        (0.7, ["The day itself: a hard day for any model", "Worse than the day before."]),
    ],
)
def test_what_the_day_was_is_said_where_its_training_failed(
    loss: float | None, lines: list[str]
) -> None:
    scored = judged_day(roles=(PRODUCTION, REFERENCE), run={"kind": "evaluate"}, loss=loss)
    first, *rest = shown(manager_report((told(scored, run=FAILED),), EN))
    assert first == "🔴 flights · Jun 28: this morning's training failed."
    assert len(rest) == len(lines)
    assert all(line.startswith(start) for line, start in zip(rest, lines, strict=True))


def test_a_morning_whose_run_failed_says_that_there_are_no_results_once() -> None:
    once = shown(manager_report((JUDGED["run_failed"],), EN))
    assert once == [
        "🔴 flights · Jun 28: this morning's training failed.",
        "The day itself: no results.",
    ]
    again = shown(manager_report((JUDGED["run_failed_again"],), EN))
    assert again[1:] == ["Nothing has come for 2 days, since Jun 27, 2013."]


def test_of_several_series_the_worst_comes_first_and_has_the_picture() -> None:
    every = [JUDGED[name] for name in ("ordinary", "hard_day", "column_empty")]
    report = manager_report(every, Translator())
    lines = report.message.payload()[0]["text"]["text"].splitlines()
    assert [line[0] for line in lines] == ["🔴", "🟡", "🟢"]
    assert report.message.text == (
        "🔴 3 models: 1 ordinary, 1 out of the ordinary, and 1 to look at: flights: the data of "
        "wind_speed are broken."
    )
    assert len(report.pictures) == 1
    (offers,) = report.offers.values()
    assert offers == (), "the last of the same name is ordinary"


def shown(report: Report) -> list[str]:
    """The lines of a message of several series."""
    texts = [block["text"]["text"] for block in report.message.payload()]
    return [line for text in texts for line in text.splitlines()]


def test_each_line_says_which_way_it_goes_as_the_message_of_one_series_does() -> None:
    every = [JUDGED["hard_day"], JUDGED["easy_day"]]
    lines = shown(manager_report(every, Translator()))
    assert lines == [" ".join(shown(manager_report((each,), Translator()))) for each in every]
    assert lines[0].endswith(" Worse than the day before.")
    assert lines[1].endswith(" Better than the day before.")


def test_what_is_muted_is_said_behind_its_series() -> None:
    muted = mute(JUDGED["column_empty"], (Fault.COLUMN, "wind_speed"))
    first, _ = shown(manager_report([JUDGED["ordinary"], muted], Translator()))
    assert first == (
        "🟢 flights · Jun 28: the model did as well as usual. 🔕 Muted: the data of "
        "wind_speed are broken."
    )


def test_of_twenty_series_each_has_its_line() -> None:
    every = [named("column_empty", f"{'x' * 36}-{n:02}") for n in range(20)]
    assert len(shown(manager_report(every, Translator()))) == 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_hundred_series_no_alarm_is_lost(language: str) -> None:
    fine = [named("hard_day", f"{'x' * 30}-{n}") for n in range(60)]
    wrong = [named("column_empty", f"wrong-{n:02}") for n in range(40)]
    report = manager_report([*fine, *wrong], Translator(language))
    check(report.message)
    lines = shown(report)
    assert [line for line in lines if "wrong-" in line] == lines[:40]
    with_light = sum(line[0] in LIGHTS.values() for line in lines)
    if language == "en":
        assert lines[with_light:] == [f"And {100 - with_light} out of the ordinary"]
