from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from core.domain import PipelineName
from core.evidence.alarms import Fault
from core.evidence.known_days import Holiday, KnownDays
from core.evidence.mutes import Mute, MuteKey
from core.messages import LANGUAGES, Translator
from core.spans import Span
from core.subscriptions import Charts
from reports.charts import morning
from reports.message import Message, Picture
from reports.report_facts import ReportFacts
from reports.several import MOST_TOLD, several_series
from tests.unit.reports import golden
from tests.unit.reports.judged_reports import JUDGED
from tests.unit.reports.samples import ANA, DAY
from tests.unit.reports.test_hostile_mornings import check_as_the_workspace_does

EN = Translator()
NAMES = ("cvr-jp", "cvr-us", "ctr-jp", "ctr-us", "installs")
KINDS = ("ordinary", "column_empty", "hard_day", "few_days", "no_results")


def named(kind: str, name: str) -> ReportFacts:
    facts = JUDGED[kind]
    return dataclasses.replace(
        facts, pipeline=dataclasses.replace(facts.pipeline, name=PipelineName(name))
    )


EVERY = [named(kind, name) for kind, name in zip(KINDS, NAMES, strict=True)]


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures have tests of their own."""
    picture = Picture("morning.png", b"", "alt")
    monkeypatch.setattr(morning, "picture", lambda *_, **__: picture)


def texts(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.payload() if "text" in block]


@pytest.mark.usefixtures("without_pictures")
@pytest.mark.parametrize("language", LANGUAGES)
def test_several_series_read_as_they_did_when_they_were_last_read(language: str) -> None:
    golden.check(f"several_{language}", several_series(EVERY, Translator(language)).message)


@pytest.mark.usefixtures("without_pictures")
def test_the_lock_screen_counts_them_and_names_the_one_to_look_at() -> None:
    assert several_series(EVERY, EN).message.text == (
        "🔴 5 models: 1 ordinary, 1 that cannot be judged yet, 1 out of the ordinary, 1 without "
        "results, and 1 to look at: cvr-us: wind_speed is empty in 100\xa0% of rows "
        "(usually 1.0\xa0%)"
    )


@pytest.mark.usefixtures("without_pictures")
def test_where_all_is_well_the_lock_screen_says_only_that() -> None:
    every = [named("ordinary", name) for name in NAMES]
    assert several_series(every, EN).message.text == "🟢 5 models: 5 ordinary"


@pytest.mark.usefixtures("without_pictures")
def test_each_has_its_line_the_worst_first() -> None:
    lines = texts(several_series(EVERY, EN).message)[1].splitlines()
    assert [line.split("*")[1] for line in lines] == [
        "cvr-us",
        "installs",
        "ctr-jp",
        "ctr-us",
        "cvr-jp",
    ]


@pytest.mark.usefixtures("without_pictures")
def test_only_what_is_to_be_looked_at_is_told_in_full_and_drawn() -> None:
    report = several_series(EVERY, EN)
    full = texts(report.message)[2:]
    assert [text.splitlines()[0] for text in full] == ["*cvr-us*"]
    assert "→ Ask whoever delivers it what changed" in full[0]
    assert [picture.name for picture in report.pictures] == ["1-morning.png"]


@pytest.mark.usefixtures("without_pictures")
def test_of_a_hundred_with_long_names_nothing_that_is_wrong_is_lost() -> None:
    every = [named("ordinary", f"{'x' * 60}{number}") for number in range(98)]
    report = several_series([*every, EVERY[1], EVERY[4]], EN)
    shown = "\n".join(texts(report.message))
    assert "cvr-us" in shown
    assert "installs" in shown
    *lines, rest = texts(report.message)[1:-1]
    told = sum(len(each.splitlines()) for each in lines)
    assert rest == f"And {100 - told} ordinary"


@pytest.mark.usefixtures("without_pictures")
def test_many_that_are_wrong_are_not_all_told_in_full() -> None:
    report = several_series([named("column_empty", f"model-{n}") for n in range(20)], EN)
    assert len(report.pictures) == MOST_TOLD
    assert len(texts(report.message)[1].splitlines()) == 20


def test_pictures_tell_of_known_days_as_those_of_one_series_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[KnownDays] = []
    monkeypatch.setattr(morning, "picture", lambda *_, known_days, **__: asked.append(known_days))
    known = KnownDays(holidays={DAY: Holiday("A holiday")})
    several_series([dataclasses.replace(EVERY[1], known=known), EVERY[0]], EN)
    assert asked == [known]


def test_of_charts_that_slack_draws_only_the_first_series_are_there() -> None:
    every = [
        dataclasses.replace(named("column_empty", name), charts=Charts.NATIVE) for name in NAMES
    ]
    report = several_series(every, EN)
    charts = [each for each in report.message.payload() if each["type"] == "data_visualization"]
    assert [each["title"] for each in charts] == ["AUC · cvr-jp", "What moves scores"]
    assert report.pictures == ()
    check_as_the_workspace_does(report.message)


def mute(facts: ReportFacts, *faults: tuple[Fault, str]) -> ReportFacts:
    """The series with alarms that somebody muted."""
    at = dt.datetime(2013, 6, 29, 13, tzinfo=dt.UTC)
    keys = [MuteKey(facts.pipeline.name, facts.environment, *each) for each in faults]
    span = Span(facts.day, facts.day)
    return dataclasses.replace(facts, mutes=tuple(Mute(key, span, ANA, at) for key in keys))


@pytest.mark.usefixtures("without_pictures")
def test_a_muted_alarm_is_said_and_does_not_ring() -> None:
    every = [EVERY[0], mute(EVERY[1], (Fault.COLUMN, "wind_speed"))]
    report = several_series(every, EN)
    assert texts(report.message)[1].splitlines() == [
        "🟢 *cvr-us*: ordinary. AUC 0.82 · 🔕 Muted: column wind_speed",
        "🟢 *cvr-jp*: ordinary. AUC 0.82",
    ]
    assert report.message.text == "🟢 2 models: 2 ordinary"
