from __future__ import annotations

import datetime as dt

import pytest

from bot.asking import Asking
from bot.run_plans import plan_of, request_of, token_of
from bot.run_request import Request, to_run, to_start
from bot.targets import Target
from core.domain import ChannelId, EnvironmentName, Kind, Pipeline, PipelineName
from core.marks import Marks
from core.parameters import DAY, LABEL_AGE, STARTED_BY, TRAIN_PARAMETERS
from core.spans import Span
from reports.dry_run import Plan
from tests.unit.bot.stored import ANA, NOON

TODAY = dt.date(2013, 6, 29)
CHANNEL = ChannelId("C0DAILY")
FLIGHTS = Pipeline(
    name=PipelineName("flights"), manifest="m", lake="s3://l", time_zone="America/New_York"
)
TARGET = Target(FLIGHTS, EnvironmentName("experiment"))
ASKING = Asking(ANA, "action/1", CHANNEL)


@pytest.mark.parametrize("days", [None, Span.of("2013-06-01..2013-06-14")])
def test_what_a_dry_run_showed_is_what_is_started(days: Span | None) -> None:
    """With our own pipeline's parameters: the age of the labels is reckoned from the day."""
    given = {DAY: "2013-06-01", "Seed": "2"}
    wanted = Request(TARGET, Kind.TRAIN, given, CHANNEL, Marks(("weather",)), days)
    shown = to_start(wanted, TRAIN_PARAMETERS, asking=ASKING, today=TODAY, at=NOON)
    plan = Plan.loads(plan_of(shown, days).dumps())
    assert plan.days == days
    request = request_of(plan, TARGET, CHANNEL)
    assert (request.days, request.marks) == (days, wanted.marks)
    started = to_start(request, TRAIN_PARAMETERS, asking=ASKING, today=TODAY, at=NOON)
    assert started.parameters == {
        **given,
        LABEL_AGE: "28",
        STARTED_BY: str(ANA),
    }
    if days is not None:
        kept = to_run(request, days, asking=ASKING, token=token_of(plan), at=NOON)
        assert DAY not in kept.parameters
        assert kept.span == days
