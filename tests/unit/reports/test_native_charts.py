"""Charts that Slack draws itself: whatever is drawn, Slack's own limits hold."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.day_result import DayResult
from core.evidence.verdict import verdict
from core.messages import Translator
from reports import blocks
from reports.charts import native
from reports.message import Message
from tests.unit.evidence.judged_days import TODAY, days_before, judged_day
from tests.unit.reports.test_hostile_names import LANGUAGE, NAMES


def drawn(
    today: DayResult | None, days: int, t: Translator | None = None, name: str = "flights"
) -> list[dict[str, Any]]:
    history = days_before(days)
    known = (*history, today) if today else history
    judged = verdict(TODAY, today, history)
    return Message("x", native.charts(known, judged, t or Translator(), name=name)).payload()


def test_the_line_has_the_last_twenty_days_the_reference_and_what_is_ordinary() -> None:
    line, bars = drawn(judged_day(), 28)
    assert line["title"] == "AUC · flights"
    chart = line["chart"]
    assert chart["type"] == "line"
    assert [each["name"] for each in chart["series"]] == [
        "production",
        "the reference",
        "ordinary from",
        "ordinary to",
    ]
    assert chart["axis_config"]["categories"][0] == "Jun 9"
    assert chart["series"][0]["data"][-1]["label"] == "Jun 28"
    assert bars["chart"]["axis_config"]["categories"] == ["hour", "wind", "carrier", "origin"]
    assert [point["value"] for point in bars["chart"]["series"][0]["data"]] == [0.9, 0.5, 0.3, 0.1]


def test_a_day_without_results_leaves_the_days_before() -> None:
    (line,) = drawn(None, 3)
    assert line["chart"]["axis_config"]["categories"] == ["Jun 25", "Jun 26", "Jun 27"]
    assert drawn(None, 0) == []


def test_a_workspace_that_does_not_take_them_gets_none() -> None:
    charts = native.charts(
        (judged_day(),), verdict(TODAY, judged_day(), ()), Translator(), name="x"
    )
    assert len(charts) == 2
    assert Message("x", (blocks.title("x"), *charts)).plainer().blocks[1:] == ()


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    name=NAMES,
    days=st.sampled_from([0, 1, 13, 28, 60]),
    features=st.integers(1, 500),
    t=LANGUAGE,
)
def test_slack_takes_any_name_any_history_and_any_number_of_features(
    name: str, days: int, features: int, t: Translator
) -> None:
    importance = {f"{name[:200]}{n}": n / features for n in range(features)}
    found = drawn(judged_day(importance=importance), days, t, name)
    assert [each["chart"]["type"] for each in found] == ["line", "bar"]
