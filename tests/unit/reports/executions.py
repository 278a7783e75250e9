"""Executions and approvals at every stage, as the cards' tests need them."""

from __future__ import annotations

import dataclasses
import datetime as dt

from core.approvals import Approval, ApprovalId, State, Verdict
from core.domain import (
    PRODUCTION,
    ChannelId,
    Execution,
    ExecutionArn,
    ExecutionStatus,
    Step,
    StepStatus,
)
from tests.unit.reports.samples import ANA, BEN, PIPELINE, version

BEGAN = dt.datetime(2013, 6, 29, 10, 0, tzinfo=dt.UTC)
ALL_STEPS = ("Resolve", "Prepare", "Train", "Evaluate", "CheckGate", "Register", "Fail")


def step(
    name: str,
    status: StepStatus = StepStatus.SUCCEEDED,
    *,
    after: int = 0,
    took: int | None = 30,
    reason: str | None = None,
    taken_from: ExecutionArn | None = None,
) -> Step:
    """A step that began `after` seconds into the execution."""
    started = BEGAN + dt.timedelta(seconds=after)
    return Step(
        name=name,
        status=status,
        started=started,
        ended=None if took is None else started + dt.timedelta(seconds=took),
        failure_reason=reason,
        taken_from=taken_from,
    )


def execution(status: ExecutionStatus, *steps: Step, took: int | None = None) -> Execution:
    """An execution with these steps."""
    return Execution(
        arn=ExecutionArn(
            "arn:aws:sagemaker:us-east-1:123456789012:pipeline/flights-production-train/"
            "execution/a1b2c3d4e5f6"
        ),
        sagemaker_pipeline="flights-production-train",
        status=status,
        started=BEGAN,
        ended=None if took is None else BEGAN + dt.timedelta(seconds=took),
        steps=steps,
        all_steps=ALL_STEPS,
    )


RUNNING = execution(
    ExecutionStatus.EXECUTING,
    step("Resolve"),
    step("Prepare", after=30, took=75),
    step("Train", StepStatus.EXECUTING, after=105, took=None),
)
DONE = execution(
    ExecutionStatus.SUCCEEDED,
    *(step(name, after=30 * place) for place, name in enumerate(ALL_STEPS[:4])),
    step("CheckGate", after=120, took=0),
    step("Register", after=121, took=2),
    took=124,
)
CACHED = execution(
    ExecutionStatus.EXECUTING,
    step("Resolve"),
    step("Prepare", after=30, took=1, taken_from=DONE.arn),
    step("Train", StepStatus.EXECUTING, after=31, took=None),
)
REFUSED = execution(
    ExecutionStatus.FAILED,
    *(step(name, after=30 * place) for place, name in enumerate(ALL_STEPS[:4])),
    step("CheckGate", after=120, took=0),
    step(
        "Fail",
        StepStatus.FAILED,
        after=120,
        took=0,
        reason="All scores of the new version are the same (0.23): it learned nothing.",
    ),
    took=121,
)
BROKEN = execution(
    ExecutionStatus.FAILED,
    step("Resolve"),
    step(
        "Prepare",
        StepStatus.FAILED,
        after=30,
        took=12,
        reason="AlgorithmError: The lake has no rows for 2013-06-28. Wait for the data to arrive.",
    ),
    took=43,
)
OUT_OF_MEMORY = execution(
    ExecutionStatus.FAILED,
    step("Resolve"),
    step(
        "Prepare",
        StepStatus.FAILED,
        after=30,
        took=12,
        reason="ClientError: Please use an instance type with more memory, or reduce the size of "
        "job data processed on an instance. password=hunter22",
    ),
    took=43,
)
STOPPED = execution(
    ExecutionStatus.STOPPED,
    step("Resolve"),
    step("Prepare", StepStatus.STOPPED, after=30, took=5),
    took=36,
)

REQUESTED = Approval(
    id=ApprovalId("0a1b2c3d"),
    pipeline=PIPELINE.name,
    environment=PRODUCTION,
    version=4,
    package=version(4).arn,
    requested_by=ANA,
    requested_at=BEGAN,
    note="steadier on storm days",
    channel=ChannelId("C0DAILY"),
)


def decided(verdict: Verdict, approval: Approval = REQUESTED) -> Approval:
    """The request as Ben decided it, before SageMaker was told."""
    return dataclasses.replace(
        approval,
        state=State.EXECUTING,
        verdict=verdict,
        decided_by=BEN,
        decided_at=BEGAN + dt.timedelta(minutes=20),
    )
