from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from reports.actions import APPROVE, REJECT
from tests.scenario.stage import DAILY, Stage

DAY = dt.date(2013, 6, 28)


@pytest.fixture
def version(stage: Stage) -> str:
    """A scored version that awaits approval."""
    stage.pipeline.score(DAY, auc=0.85)
    return stage.pipeline.register(DAY)


def asked(stage: Stage, text: str = "promote") -> dict[str, Any]:
    """The card after Ana asked."""
    stage.person("U0ANA").command(DAILY, f"/mlpipe {text}")
    return stage.shown("asks")


def buttons(card: dict[str, Any]) -> list[str]:
    return [
        element["action_id"]
        for block in card["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_another_person_approves_and_the_version_serves(stage: Stage, version: str) -> None:
    stage.start()
    card = asked(stage, "promote steadier on storm days")
    assert buttons(card) == [APPROVE, REJECT]
    assert "steadier on storm days" in json.dumps(card)
    assert stage.pipeline.approval(version) == "PendingManualApproval"
    stage.person("U0BEN").click(card, action_id=APPROVE)
    done = stage.shown("<@U0BEN>")
    assert done["ts"] == card["ts"]
    assert buttons(done) == []
    assert stage.pipeline.approval(version) == "Approved"


def test_a_rejected_version_is_rejected_in_the_registry(stage: Stage, version: str) -> None:
    stage.start()
    stage.person("U0BEN").click(asked(stage), action_id=REJECT)
    assert buttons(stage.shown("<@U0BEN>")) == []
    assert stage.pipeline.approval(version) == "Rejected"


def test_who_asked_cannot_approve(stage: Stage, version: str) -> None:
    stage.start()
    stage.person("U0ANA").click(asked(stage), action_id=APPROVE)
    stage.told("U0ANA", "it takes another person")
    assert stage.pipeline.approval(version) == "PendingManualApproval"


def test_who_has_no_right_cannot_approve(stage: Stage, version: str) -> None:
    stage.start()
    card = asked(stage)
    stage.person("U0CHIE").click(card, action_id=APPROVE)
    stage.told("U0CHIE", "You do not have the right")
    assert stage.pipeline.approval(version) == "PendingManualApproval"
    assert buttons(stage.shown("asks")) == [APPROVE, REJECT]


@pytest.mark.four_ways
def test_a_second_click_on_approve_changes_nothing(stage: Stage, version: str) -> None:
    stage.start()
    card = asked(stage)
    stage.person("U0BEN").click(card, action_id=APPROVE)
    stage.shown("<@U0BEN>")
    clicks = [
        each
        for each in stage.slack.deliveries("interactive")
        if each.payload["type"] == "block_actions"
    ]
    stage.slack.redeliver(clicks[0])  # the same delivery again: nothing at all
    late = {**clicks[0].payload}
    (click,) = late["actions"]
    late["actions"] = [{**click, "action_id": REJECT, "action_ts": f"{click['action_ts']}1"}]
    stage.slack.redeliver(type(clicks[0])("interactive", late, clicks[0].reply))
    stage.told("U0BEN", "decided already")
    assert stage.pipeline.approval(version) == "Approved"


@pytest.mark.four_ways
def test_a_restart_between_request_and_click_loses_nothing(stage: Stage, version: str) -> None:
    stage.start()
    card = asked(stage)
    stage.bot.stop()
    stage.start()
    stage.person("U0BEN").click(card, action_id=APPROVE)
    stage.shown("<@U0BEN>")
    assert stage.pipeline.approval(version) == "Approved"


def test_what_serves_already_is_not_asked_for_again(stage: Stage, version: str) -> None:
    stage.start()
    stage.person("U0BEN").click(asked(stage), action_id=APPROVE)
    stage.shown("<@U0BEN>")
    stage.person("U0ANA").command(DAILY, "/mlpipe promote 1")
    stage.told("U0ANA", "serves in production already")


def test_one_request_a_version(stage: Stage, version: str) -> None:
    stage.start()
    asked(stage)
    stage.person("U0BEN").command(DAILY, "/mlpipe promote 1")
    stage.told("U0BEN", "awaits a decision already")


def test_going_back_to_an_earlier_version(stage: Stage, version: str) -> None:
    stage.start()
    stage.person("U0BEN").click(asked(stage), action_id=APPROVE)
    first = stage.shown("<@U0BEN>")
    second = stage.pipeline.register(DAY)
    stage.person("U0ANA").command(DAILY, "/mlpipe promote")
    card = stage.slack.wait_for(lambda: _newer(stage, first))
    stage.person("U0BEN").click(card, action_id=APPROVE)
    stage.slack.wait_for(lambda: stage.pipeline.approval(second) == "Approved")
    stage.person("U0ANA").command(DAILY, "/mlpipe promote 1 back to what worked")
    stage.shown("back to what worked")


def test_a_version_that_does_not_exist_is_told(stage: Stage, version: str) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe promote 7")
    stage.told("U0ANA", "There is no version 7")


@pytest.mark.parametrize("typed", ["abc", "-1", "1.5", "version=latest"])
def test_a_mistyped_version_asks_for_nothing(stage: Stage, version: str, typed: str) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, f"/mlpipe promote {typed}")
    stage.told("U0ANA", "is not a version")
    assert not any("promote version" in str(message) for message in stage.slack.messages(DAILY))


def test_nothing_to_promote_is_told(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe promote")
    stage.told("U0ANA", "No version is registered")


def _newer(stage: Stage, than: dict[str, Any]) -> dict[str, Any] | None:
    found = [
        message
        for message in stage.person("U0DANA").messages(DAILY)
        if float(message["ts"]) > float(than["ts"]) and buttons(message)
    ]
    return found[-1] if found else None
