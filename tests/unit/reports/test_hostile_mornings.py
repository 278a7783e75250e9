"""Whatever a morning holds, from one feature to five hundred: Slack takes the message."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.day_result import DayResult
from core.domain import PRODUCTION, PipelineName
from core.messages import Translator
from core.mornings import MorningRun, RunEnd
from core.results import FeatureFacts, SliceFacts
from core.spans import ONE_DAY
from mlpipe_sandbox.slack.blocks.node import Faults
from mlpipe_sandbox.slack.blocks.whole import check_blocks
from reports.charts import morning
from reports.daily import daily_report
from reports.message import Message
from reports.report_facts import ReportFacts
from tests.unit.evidence.judged_days import TODAY, judged_day
from tests.unit.reports.samples import PIPELINE, version
from tests.unit.reports.test_hostile_names import LANGUAGE, NAMES, check, usual

NUMBERS = st.sampled_from([0.0, 0.4, 1.0, -1e300, 1e300, math.nan, math.inf])
EMPTY = 1.0


@pytest.fixture(autouse=True)
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures have a test of their own."""
    monkeypatch.setattr(morning, "picture", lambda *_, **__: None)


def hostile(
    result: DayResult, name: str, features: int, *, number: float = 0.5, broken: bool = False
) -> DayResult:
    """The day with so many columns and slices of that name; on a broken day all went wrong."""
    facts = result.facts
    if facts is None:
        return result
    columns = [_column(f"{place}{name}", place, number, broken=broken) for place in range(features)]
    values = dict.fromkeys([name, f"{name}2", "other" if broken else "morning"], 1 / 3)
    update = {
        "features": columns,
        "slices": [_slice(result, name, value, share) for value, share in values.items()],
        "missing": {name: name},
    }
    importance = {each.name: number for each in columns}
    return dataclasses.replace(result, facts=facts.model_copy(update=update), importance=importance)


def _column(name: str, place: int, number: float, *, broken: bool) -> FeatureFacts:
    if place % 2:
        values = {f"{name}{'new' if broken else ''}{n}": 0.25 for n in range(4)}
        return FeatureFacts(name=name, kind="categorical", missing=0.0, distinct=4, shares=values)
    quantiles = [number if broken else float(n) for n in range(7)]
    missing = EMPTY if broken and place % 4 else 0.0
    return FeatureFacts(
        name=name, kind="numeric", missing=missing, distinct=30, quantiles=quantiles, unit="mph"
    )


def _slice(result: DayResult, column: str, value: str, share: float) -> SliceFacts:
    assert result.facts is not None
    rows = result.facts.rows
    return SliceFacts(
        column=column,
        value=value,
        rows=round(share * rows.scored),
        weight=share * rows.weight,
        positive_weight=share * rows.positive_weight,
        metrics={
            role: {"log_loss": model.metrics["log_loss"].value, "predicted_over_observed": None}
            for role, model in result.facts.models.items()
        },
    )


def check_as_the_workspace_does(message: Message) -> None:
    """Both the newest blocks and the older ones in their place."""
    for each in (message, message.plainer()):
        check(each)
        faults = Faults()
        check_blocks(
            each.payload(),
            surface="message",
            faults=faults,
            pointer="/blocks",
            is_image=lambda _: True,
        )
        assert faults.messages == []


@settings(parent=usual, max_examples=30)
@given(
    name=NAMES,
    features=st.sampled_from([1, 2, 40, 500]),
    days=st.integers(0, 60),
    number=NUMBERS,
    loss=NUMBERS,
    broken=st.booleans(),
    t=LANGUAGE,
)
def test_a_morning_of_any_kind_is_told(
    name: str, features: int, days: int, number: float, loss: float, *, broken: bool, t: Translator
) -> None:
    few = min(features, 40) if days > 14 else features
    past = (judged_day(TODAY - back * ONE_DAY) for back in range(days, 0, -1))
    history = tuple(hostile(each, name, few) for each in past)
    today = hostile(judged_day(loss=loss), name, features, number=number, broken=broken)
    facts = ReportFacts(
        pipeline=dataclasses.replace(PIPELINE, name=PipelineName(name)),
        environment=PRODUCTION,
        day=TODAY,
        today=today,
        history=history,
        production=version(3),
        run=MorningRun(RunEnd.FAILED, name, name, mornings=features) if broken else None,
    )
    check_as_the_workspace_does(daily_report(facts, t).message)


@pytest.mark.parametrize("features", [1, 500])
def test_a_morning_on_which_every_column_broke_is_told(features: int) -> None:
    past = (judged_day(TODAY - back * ONE_DAY) for back in range(20, 0, -1))
    history = tuple(hostile(each, "<!channel>", features) for each in past)
    today = hostile(judged_day(), "<!channel>", features, number=9e9, broken=True)
    facts = ReportFacts(
        pipeline=PIPELINE, environment=PRODUCTION, day=TODAY, today=today, history=history
    )
    assert len(facts.verdict.alarms) >= features
    check_as_the_workspace_does(daily_report(facts, Translator()).message)
