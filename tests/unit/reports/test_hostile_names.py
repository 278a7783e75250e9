"""Whatever is called whatever: Slack takes the message, and nobody is rung."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.approvals import Verdict, refused
from core.domain import PRODUCTION, EnvironmentName, ExecutionStatus, Kind, PipelineName, StepStatus
from core.evidence.alarms import Fault
from core.evidence.known_days import Holiday, KnownDays
from core.evidence.mutes import Mute, MuteKey
from core.leaderboard import Board, Leader
from core.messages import LANGUAGES, Translator
from core.mornings import Morning, MorningRun, RunEnd, Taken
from core.notes import MOST_TEXT as MOST_TEXT_OF_NOTE
from core.notes import Note, NoteKey
from core.parameters import ParameterType
from core.spans import ONE_DAY, Span
from core.sweeps import Range, Strategy, Sweep
from core.trials import Trial
from reports.approval_card import ApprovalFacts, approval_card
from reports.charts import morning
from reports.daily import daily_report
from reports.execution_card import execution_card
from reports.execution_facts import CardFacts
from reports.foot import Foot, foot
from reports.message import Message
from reports.report_facts import ReportFacts
from reports.several import several_series
from reports.sweep_card import SweepFacts, sweep_card
from tests.unit.reports.executions import REQUESTED, decided, execution, step
from tests.unit.reports.judged_reports import JUDGED
from tests.unit.reports.samples import ANA, DAY, PIPELINE, history, result, version

MORNING = Morning(PIPELINE.name, PRODUCTION, DAY)
NINE = dt.datetime(2013, 6, 29, 13, tzinfo=dt.UTC)
MOST_TEXT = 13_200
"""Characters of all blocks together that Slack was seen to take (bolt-js issue 2509)."""
NAMES = st.one_of(
    st.sampled_from(
        [
            "<!channel>",
            "<!channel>" * 40,
            "a" * 300,
            "&" * 5000,
            "two\nlines\r\nand `code`",
            "שלום" * 40,
            "\u202egnp.exe",
            "🛫👩‍🚀" * 50,
            "<@U0ANA> *bold* _x_ ~y~",
            "$\\frac{1}{$",
            "{not_a_field}",
            "",
            "   ",
            "@here",
        ]
    ),
    st.text(max_size=400),
)
LANGUAGE = st.sampled_from(LANGUAGES).map(Translator)
usual = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


def texts(node: object) -> list[dict[str, Any]]:
    """Every object of a payload that holds a text."""
    match node:
        case dict():
            own = [node] if isinstance(node.get("text"), str) else []
            return own + [found for value in node.values() for found in texts(value)]
        case list():
            return [found for value in node for found in texts(value)]
        case _:
            return []


def check(message: Message) -> None:
    payload = message.payload()
    found = texts(payload)
    assert len(payload) <= 50
    assert sum(len(each["text"]) for each in found) <= MOST_TEXT
    assert all(each["text"].strip() for each in found)
    markup = [each["text"] for each in found if each["type"] == "mrkdwn"]
    for text in (message.text, *markup):
        assert "<!channel" not in text
        assert "\u202e" not in text
    assert all(each["verbatim"] for each in found if each["type"] == "mrkdwn")
    assert sum(block["type"] == "table" for block in payload) <= 1
    assert "\n" not in message.text


@usual
@given(name=NAMES, other=NAMES, t=LANGUAGE)
def test_execution_card_takes_any_name(name: str, other: str, t: Translator) -> None:
    failed = step(name, StepStatus.FAILED, reason=other)
    check(
        execution_card(
            CardFacts(
                pipeline=PipelineName(name),
                environment=EnvironmentName(other),
                kind=Kind.TRAIN,
                execution=execution(ExecutionStatus.FAILED, failed, took=3),
                asked_by=ANA,
                given={"Day": other, name: other, **{f"{name}{n}": other for n in range(30)}},
                result=result(missing={"production": name, name: other}, production=None),
                registered=version(4),
                production=version(3),
                command=name,
            ),
            t,
        )
    )


@usual
@given(name=NAMES, other=NAMES, t=LANGUAGE)
def test_sweep_card_takes_any_name(name: str, other: str, t: Translator) -> None:
    swept = Range(name, ParameterType.INTEGER, (other, name), listed=False)
    sweep = Sweep((swept,) * 30, Strategy.GRID, trials=3, parallel=2)
    leader = Leader(trial=name, value=float("nan"), tried={name: other})
    board = Board(other, sweep, total=3, done=3, leaders=(leader,) * 10)
    check(
        sweep_card(
            SweepFacts(
                CardFacts(
                    pipeline=PipelineName(name),
                    environment=EnvironmentName(other),
                    kind=Kind.SWEEP,
                    execution=execution(ExecutionStatus.SUCCEEDED, step(name), took=3),
                    id="1",
                    asked_by=ANA,
                    given={"Day": other, name: other, **{f"{name}{n}": other for n in range(30)}},
                    command=name,
                ),
                sweep,
                board,
                Trial(name, "Completed", NINE, {"day": other, name: other}, {}),
            ),
            t,
        )
    )


@usual
@given(name=NAMES, other=NAMES, t=LANGUAGE)
def test_approval_card_takes_any_name(name: str, other: str, t: Translator) -> None:
    request = dataclasses.replace(
        REQUESTED,
        pipeline=PipelineName(name),
        environment=EnvironmentName(other),
        note=name,
    )
    failed = refused(decided(Verdict.APPROVE, request), other)
    for approval in (request, failed):
        check(
            approval_card(
                ApprovalFacts(
                    approval=approval,
                    version=version(4, day=other, code_commit=name),
                    result=result(missing={"production": other}, production=None),
                    serving=version(3),
                ),
                t,
            )
        )


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes most of a report's time; pictures have a test of their own."""
    monkeypatch.setattr(morning, "picture", lambda *_, **__: None)


@usual
@given(
    kinds=st.lists(st.tuples(st.sampled_from(list(JUDGED)), NAMES), min_size=2, max_size=100),
    t=LANGUAGE,
)
@pytest.mark.usefixtures("without_pictures")
def test_a_message_of_up_to_a_hundred_series_takes_any_names(
    kinds: list[tuple[str, str]], t: Translator
) -> None:
    every = [
        dataclasses.replace(
            JUDGED[kind],
            pipeline=dataclasses.replace(PIPELINE, name=PipelineName(name)),
            environment=EnvironmentName(name),
        )
        for kind, name in kinds
    ]
    check(several_series(every, t).message)


@usual
@given(
    name=NAMES,
    other=NAMES,
    days=st.integers(0, 60),
    t=LANGUAGE,
)
def test_report_takes_any_name_and_any_history(
    without_pictures: None, name: str, other: str, days: int, t: Translator
) -> None:
    today = result(
        run={"run": name, "started_by": other, "code_commit": name},
        missing={other: name, name: other},
    )
    report = daily_report(
        ReportFacts(
            pipeline=dataclasses.replace(PIPELINE, name=PipelineName(name)),
            environment=PRODUCTION,
            day=DAY,
            today=today,
            history=history(days),
            run=MorningRun(RunEnd.FAILED, name, name),
            asked_by=ANA,
            known=KnownDays({DAY: Holiday(name)}, tuple(_notes(name, other))),
        ),
        t,
    )
    below = Foot(
        MORNING,
        next(iter(report.offers.values())),
        Taken(MORNING, ANA, NINE),
        tuple(
            Mute(MuteKey(PIPELINE.name, PRODUCTION, fault, name), Span(DAY, DAY), ANA, NINE)
            for fault in Fault
        ),
    )
    check(report.message.followed_by(foot([below], t)))


def _notes(*texts: str) -> Iterator[Note]:
    for number, text in enumerate((*texts, *texts)):
        key = NoteKey(PIPELINE.name, PRODUCTION, Span(DAY - number * ONE_DAY, DAY))
        yield Note(key, text[:MOST_TEXT_OF_NOTE], number % 2 == 0, ANA, NINE)


@settings(parent=usual, max_examples=5, phases=(Phase.explicit, Phase.generate))
@given(name=NAMES, days=st.integers(0, 60), features=st.integers(1, 500), t=LANGUAGE)
def test_pictures_take_any_name_any_history_and_any_number_of_features(
    name: str, days: int, features: int, t: Translator
) -> None:
    facts = ReportFacts(
        pipeline=dataclasses.replace(PIPELINE, name=PipelineName(name)),
        environment=PRODUCTION,
        day=DAY,
        today=result(importance={f"{name[:200]}{n}": n / features for n in range(features)}),
        history=history(days),
    )
    report = daily_report(facts, t)
    assert len(report.pictures) == 1
    assert all(0 < len(picture.alt) <= 2000 for picture in report.pictures)
    check(report.illustrated({picture.name: "F0123456789" for picture in report.pictures}))


@pytest.mark.parametrize("gap", [1, 2, 59, 400])
def test_report_takes_history_of_long_ago(gap: int) -> None:
    old = result(DAY - dt.timedelta(days=gap))
    facts = ReportFacts(
        pipeline=PIPELINE, environment=PRODUCTION, day=DAY, today=result(), history=(old,)
    )
    check(daily_report(facts, Translator()).message)
