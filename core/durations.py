"""How long runs of a pipeline and their steps usually take: medians of those that went well."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from core.domain import Execution, ExecutionStatus, Step, StepStatus

LEAST_RUNS: Final = 3
"""Of fewer nobody says "usually"."""


@dataclass(frozen=True)
class Usual:
    """What is usual for one pipeline; empty where too few runs are known."""

    runs: int = 0
    """How many runs that went well it is known from."""
    whole: dt.timedelta | None = None
    """From the start of a run to the end of its last step, nothing taken from a cache."""
    steps: Mapping[str, dt.timedelta] = field(default_factory=dict)
    """By the step's name."""


def usual(executions: Iterable[Execution], *, least: int = LEAST_RUNS) -> Usual:
    """The medians of some executions.

    Args:
        executions: With their steps; those that did not succeed are left out.
        least: Of fewer than so many runs there is no median.
    """
    done = [each for each in executions if each.status is ExecutionStatus.SUCCEEDED]
    took: dict[str, list[float]] = {}
    for execution in done:
        for step in execution.steps:
            if (seconds := _seconds(step)) is not None:
                took.setdefault(step.name, []).append(seconds)
    whole = [seconds for each in done if (seconds := _whole(each)) is not None]
    return Usual(
        runs=len(done),
        whole=_median(whole) if len(whole) >= least else None,
        steps={name: _median(each) for name, each in took.items() if len(each) >= least},
    )


def _seconds(step: Step) -> float | None:
    """How long a step worked; None where it did not, or another's work stands in for it."""
    if step.status is not StepStatus.SUCCEEDED or step.taken_from is not None:
        return None
    if step.started is None or step.ended is None:
        return None
    return (step.ended - step.started).total_seconds()


def _whole(execution: Execution) -> float | None:
    ends = [step.ended for step in execution.steps if step.ended is not None]
    if not ends or any(step.taken_from is not None for step in execution.steps):
        return None
    return (max(ends) - execution.started).total_seconds()


def _median(seconds: list[float]) -> dt.timedelta:
    return dt.timedelta(seconds=statistics.median(seconds))
