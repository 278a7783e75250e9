from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.approvals import (
    Approval,
    ApprovalId,
    Reason,
    State,
    Verdict,
    carried_out,
    decide,
    refused,
    request,
)
from core.domain import (
    ApprovalStatus,
    EnvironmentName,
    ModelPackageArn,
    ModelVersion,
    Person,
    PipelineName,
    TeamId,
    UserId,
)

NOON = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)
ANA = Person(TeamId("T0"), UserId("U0ANA"))
BEN = Person(TeamId("T0"), UserId("U0BEN"))
ARN = ModelPackageArn("arn:aws:sagemaker:us-east-1:123456789012:model-package/flights/3")
ASKED = Approval(
    id=ApprovalId("a1"),
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("production"),
    version=3,
    package=ARN,
    requested_by=ANA,
    requested_at=NOON,
)
VERSION = ModelVersion(
    arn=ARN,
    group="flights-production",
    version=3,
    approval=ApprovalStatus.PENDING,
    created=NOON,
    modified=NOON,
)


def test_another_person_with_the_right_decides() -> None:
    decision = decide(ASKED, Verdict.APPROVE, by=BEN, permitted=True, at=NOON)
    assert decision.reason is Reason.ACCEPTED
    assert decision.approval is not None
    assert decision.approval.state is State.EXECUTING
    assert decision.approval.decided_by == BEN
    assert carried_out(decision.approval).state is State.APPROVED


def test_who_asked_cannot_decide() -> None:
    decision = decide(ASKED, Verdict.APPROVE, by=ANA, permitted=True, at=NOON)
    assert decision.reason is Reason.OWN_REQUEST
    assert decision.approval is None


def test_who_asked_cannot_decide_from_another_workspace_of_the_same_grid() -> None:
    elsewhere = Person(TeamId("T1"), ANA.user)
    decision = decide(ASKED, Verdict.APPROVE, by=elsewhere, permitted=True, at=NOON)
    assert decision.reason is Reason.OWN_REQUEST


def test_nobody_decides_without_the_right() -> None:
    decision = decide(ASKED, Verdict.REJECT, by=BEN, permitted=False, at=NOON)
    assert decision.reason is Reason.NOT_PERMITTED


def test_a_rejection_ends_rejected() -> None:
    decision = decide(ASKED, Verdict.REJECT, by=BEN, permitted=True, at=NOON)
    assert decision.approval is not None
    assert carried_out(decision.approval).state is State.REJECTED


def test_what_sagemaker_refused_failed_with_its_reason() -> None:
    decision = decide(ASKED, Verdict.APPROVE, by=BEN, permitted=True, at=NOON)
    assert decision.approval is not None
    failed = refused(decision.approval, "no such package")
    assert (failed.state, failed.failure) == (State.FAILED, "no such package")


def test_what_serves_already_cannot_be_asked_for() -> None:
    decision = request(ASKED, version=VERSION, serving=VERSION, open_requests=())
    assert decision.reason is Reason.ALREADY_SERVING


def test_one_open_request_a_version() -> None:
    decision = request(ASKED, version=VERSION, serving=None, open_requests=(ASKED,))
    assert decision.reason is Reason.ALREADY_REQUESTED


def test_a_request_that_ended_does_not_stand_in_the_way() -> None:
    ended = dataclasses.replace(ASKED, state=State.REJECTED)
    assert request(ASKED, version=VERSION, serving=None, open_requests=(ended,)).accepted


@given(st.sampled_from(State), st.sampled_from(Verdict), st.booleans(), st.booleans())
def test_only_what_is_open_can_be_decided(
    state: State, verdict: Verdict, permitted: bool, own: bool
) -> None:
    approval = dataclasses.replace(ASKED, state=state)
    decision = decide(approval, verdict, by=ANA if own else BEN, permitted=permitted, at=NOON)
    assert decision.accepted == (state is State.REQUESTED and permitted and not own)
    if state is not State.REQUESTED:
        assert decision.reason is Reason.ALREADY_DECIDED


@given(st.sampled_from([state for state in State if state is not State.EXECUTING]))
def test_only_what_is_executing_can_end(state: State) -> None:
    approval = dataclasses.replace(ASKED, state=state)
    with pytest.raises(ValueError, match=state):
        carried_out(approval)
    with pytest.raises(ValueError, match=state):
        refused(approval, "why")
