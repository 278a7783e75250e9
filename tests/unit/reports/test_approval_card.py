from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from core.approvals import Approval, Verdict, carried_out, refused
from core.messages import Translator
from reports.actions import APPROVE, REJECT
from reports.approval_card import ApprovalFacts, approval_card
from tests.unit.reports import golden
from tests.unit.reports.executions import REQUESTED, decided
from tests.unit.reports.samples import result, version

T = Translator()


def facts(approval: Approval) -> ApprovalFacts:
    return ApprovalFacts(
        approval=approval,
        version=version(4, day="2013-06-28", code_commit="0123456789abcdef"),
        result=result(),
        serving=version(3),
    )


APPROVING, REJECTING = decided(Verdict.APPROVE), decided(Verdict.REJECT)
CASES = {
    "requested": facts(REQUESTED),
    "nothing_in_production": dataclasses.replace(
        facts(dataclasses.replace(REQUESTED, note="")), result=result(production=None), serving=None
    ),
    "another_version_serves_now": dataclasses.replace(facts(REQUESTED), serving=version(5)),
    "evaluation_gone": dataclasses.replace(facts(REQUESTED), version=None, result=None),
    "executing": facts(APPROVING),
    "approved": facts(carried_out(APPROVING)),
    "rejected": facts(carried_out(REJECTING)),
    "failed": facts(refused(APPROVING, "The model package is not there any more.")),
}


def buttons(card: ApprovalFacts) -> list[dict[str, Any]]:
    payload = approval_card(card, T).payload()
    return [each for block in payload if block["type"] == "actions" for each in block["elements"]]


@pytest.mark.parametrize("name", CASES)
def test_card_reads_as_it_did_when_it_was_last_read(name: str) -> None:
    golden.check(f"approval_{name}", approval_card(CASES[name], T))


def test_both_buttons_ask_before_they_act_and_know_the_request() -> None:
    approve, reject = buttons(CASES["requested"])
    assert (approve["action_id"], reject["action_id"]) == (APPROVE, REJECT)
    for button in (approve, reject):
        assert button["value"] == REQUESTED.id
        assert button["confirm"]["text"]["text"]


@pytest.mark.parametrize("name", ["executing", "approved", "rejected", "failed"])
def test_buttons_are_gone_once_it_is_decided(name: str) -> None:
    assert buttons(CASES[name]) == []
    assert "<@U0BEN>" in str(approval_card(CASES[name], T).payload())
