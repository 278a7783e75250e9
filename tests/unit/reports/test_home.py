from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pytest

from core.approvals import Approval, ApprovalId
from core.domain import (
    PRODUCTION,
    ChannelId,
    EnvironmentName,
    Execution,
    ExecutionArn,
    ExecutionStatus,
    Kind,
    ModelPackageArn,
    PipelineName,
)
from core.messages import LANGUAGES, Translator
from core.parameters import DAY
from core.subscriptions import Subscription, SubscriptionKey, Times
from mlpipe_sandbox.slack.blocks import check_view
from reports.execution_facts import CardFacts
from reports.home import MOST_ENDED, MOST_RUNNING, MOST_SCHEDULED, QUICK, home
from reports.home_facts import Comes, DailyRun, HomeFacts, Mine, Undecided
from tests.hostile import MARKUP
from tests.unit.reports import golden
from tests.unit.reports.samples import ANA, BEN

BEGAN = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)
LINK = "https://ad-tech.slack.com/archives/C0DAILY/p1372507500000100"


def mine(
    status: ExecutionStatus, *, name: str = "flights", kind: Kind = Kind.TRAIN, **more: Any
) -> Mine:
    execution = Execution(ExecutionArn("arn:aws:x:execution/e1"), "flights", status, BEGAN)
    facts = CardFacts(
        pipeline=PipelineName(name),
        environment=EnvironmentName("experiment"),
        kind=kind,
        execution=execution,
        id="a1b2",
        asked_by=ANA,
        given={DAY: "2013-06-28"},
    )
    return Mine(facts, running=not status.ended, link=LINK, **more)


def request(*, own: bool, name: str = "flights") -> Undecided:
    approval = Approval(
        id=ApprovalId("d1"),
        pipeline=PipelineName(name),
        environment=PRODUCTION,
        version=3,
        package=ModelPackageArn("arn:aws:x:model-package/flights/3"),
        requested_by=ANA if own else BEN,
        requested_at=BEGAN,
    )
    return Undecided(approval, own=own, link=LINK)


def subscription(name: str = "flights") -> Subscription:
    key = SubscriptionKey(ChannelId("C0DAILY"), PipelineName(name), PRODUCTION)
    return Subscription(key, Times(dt.time(8), "America/New_York", when_ready=True), "en")


BUSY = HomeFacts(
    "/mlpipe",
    offers=tuple(QUICK),
    may_stop=True,
    runs=(
        mine(ExecutionStatus.EXECUTING),
        mine(ExecutionStatus.SUCCEEDED),
        mine(ExecutionStatus.FAILED, failed_step="Train"),
        mine(ExecutionStatus.STOPPED),
        mine(ExecutionStatus.EXECUTING, kind=Kind.SWEEP),
        mine(ExecutionStatus.FAILED, refused="There is no such pipeline."),
    ),
    undecided=(request(own=True), request(own=False)),
    daily=(DailyRun(PipelineName("flights"), PRODUCTION, BEGAN + dt.timedelta(hours=22)),),
    comes=(
        Comes(subscription(), BEGAN + dt.timedelta(days=1)),
        Comes(subscription(), None),
    ),
)


def checked(facts: HomeFacts, language: str = "en") -> Mapping[str, Any]:
    """The view, as Slack takes it."""
    view = json.loads(json.dumps(home(facts, Translator(language))))
    check_view(view, kind="home", is_image=lambda _: True)
    return home(facts, Translator(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_busy_home(language: str) -> None:
    golden.check_json(f"home_busy.{language}", checked(BUSY, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_home_with_nothing_in_it(language: str) -> None:
    golden.check_json(f"home_empty.{language}", checked(HomeFacts("/mlpipe"), language))


def test_whoever_may_not_see_is_told_who_grants_it() -> None:
    view = json.dumps(checked(dataclasses.replace(BUSY, may_look=False)))
    assert "the right is" in view
    assert "Jun 28" not in view


@pytest.mark.parametrize("text", [*MARKUP, "long " * 200])
def test_any_name_fits_and_rings_nobody(text: str) -> None:
    facts = dataclasses.replace(
        BUSY,
        runs=(mine(ExecutionStatus.FAILED, name=text, failed_step=text, refused=text * 50),)
        * (MOST_RUNNING + MOST_ENDED),
        undecided=(request(own=False, name=text),) * 40,
        daily=(DailyRun(PipelineName(text), PRODUCTION, BEGAN),) * MOST_SCHEDULED,
        comes=(Comes(subscription(text), BEGAN),) * 40,
    )
    view = json.dumps(checked(facts), ensure_ascii=False)
    assert "<!channel" not in view
    assert "… and 32 more." in view
