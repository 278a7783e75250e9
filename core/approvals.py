"""Promotion with a second person's approval, as a pure state machine.

    requested ─approve→ executing ─→ approved
              ─reject─→ executing ─→ rejected
                        executing ─→ failed      (SageMaker refused the change)

`executing` is stored before SageMaker is asked and the outcome after, so that whoever starts again
after a crash between the two knows what was decided and finishes it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from dataclasses import dataclass
from typing import NewType

from core.domain import (
    ChannelId,
    EnvironmentName,
    MessageTs,
    ModelPackageArn,
    ModelVersion,
    Person,
    PipelineName,
)

ApprovalId = NewType("ApprovalId", str)


class Verdict(enum.StrEnum):
    """What the second person said."""

    APPROVE = "approve"
    REJECT = "reject"


class State(enum.StrEnum):
    """Where an approval stands."""

    REQUESTED = "requested"
    EXECUTING = "executing"
    """Decided and stored; SageMaker is being told."""
    APPROVED = "approved"
    REJECTED = "rejected"
    FAILED = "failed"
    """Decided, but SageMaker refused the change: `Approval.failure` says why."""

    @property
    def open(self) -> bool:
        """Whether a person's decision is still awaited."""
        return self is State.REQUESTED

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self not in {State.REQUESTED, State.EXECUTING}


class Reason(enum.StrEnum):
    """Why something was accepted or not: the message, the audit log and tests read it."""

    ACCEPTED = "accepted"
    OWN_REQUEST = "own_request"
    """Who asked may not decide: it takes a second person."""
    NOT_PERMITTED = "not_permitted"
    ALREADY_DECIDED = "already_decided"
    ALREADY_SERVING = "already_serving"
    ALREADY_REQUESTED = "already_requested"


@dataclass(frozen=True)
class Approval:
    """One request to promote one version, and what became of it."""

    id: ApprovalId
    pipeline: PipelineName
    environment: EnvironmentName
    version: int
    package: ModelPackageArn
    requested_by: Person
    requested_at: dt.datetime
    note: str = ""
    """Why, in the words of who asked."""
    state: State = State.REQUESTED
    verdict: Verdict | None = None
    decided_by: Person | None = None
    decided_at: dt.datetime | None = None
    failure: str | None = None
    channel: ChannelId | None = None
    """Where its card stands; None until it was posted."""
    message: MessageTs | None = None


@dataclass(frozen=True)
class Decision:
    """An outcome with its reason; `approval` is what to store, None when nothing changes."""

    reason: Reason
    approval: Approval | None = None

    @property
    def accepted(self) -> bool:
        """Whether something changes."""
        return self.reason is Reason.ACCEPTED


def request(
    approval: Approval,
    *,
    version: ModelVersion,
    serving: ModelVersion | None,
    open_requests: tuple[Approval, ...],
) -> Decision:
    """Whether promoting `version` may be asked for.

    An approved version that no longer serves may be: that is how one goes back to it.

    Args:
        approval: What would be stored.
        version: The version that it names, as the registry has it.
        serving: The version that serves now.
        open_requests: Requests of the same pipeline and environment that still await a decision.
    """
    if serving is not None and serving.arn == version.arn:
        return Decision(Reason.ALREADY_SERVING)
    if any(other.package == version.arn and not other.state.ended for other in open_requests):
        return Decision(Reason.ALREADY_REQUESTED)
    return Decision(Reason.ACCEPTED, approval)


def decide(
    approval: Approval,
    verdict: Verdict,
    *,
    by: Person,
    permitted: bool,
    at: dt.datetime,
) -> Decision:
    """What a click on Approve or Reject does.

    Args:
        approval: As stored.
        verdict: Which button.
        by: Who clicked.
        permitted: Whether this person has the right to decide here.
        at: Now, with zone.
    """
    if not approval.state.open:
        return Decision(Reason.ALREADY_DECIDED)
    if not permitted:
        return Decision(Reason.NOT_PERMITTED)
    # By user alone: in Enterprise Grid one person's command and click can name different teams.
    if by.user == approval.requested_by.user:
        return Decision(Reason.OWN_REQUEST)
    decided = dataclasses.replace(
        approval, state=State.EXECUTING, verdict=verdict, decided_by=by, decided_at=at
    )
    return Decision(Reason.ACCEPTED, decided)


def carried_out(approval: Approval) -> Approval:
    """The approval after SageMaker took the change. A ValueError unless it was executing."""
    if approval.state is not State.EXECUTING:
        raise ValueError(approval.state)
    state = State.APPROVED if approval.verdict is Verdict.APPROVE else State.REJECTED
    return dataclasses.replace(approval, state=state)


def refused(approval: Approval, failure: str) -> Approval:
    """The approval after SageMaker refused the change for good. A ValueError unless executing."""
    if approval.state is not State.EXECUTING:
        raise ValueError(approval.state)
    return dataclasses.replace(approval, state=State.FAILED, failure=failure)
