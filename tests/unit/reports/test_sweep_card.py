from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from core.costs import Cost
from core.domain import EnvironmentName, Execution, ExecutionStatus, Kind, StepStatus
from core.leaderboard import Board, Leader
from core.messages import Translator, say
from core.parameters import DAY as DAY_PARAMETER
from core.parameters import SWEEP_PARAMETERS
from core.sweeps import Strategy, Sweep, read_range
from core.trials import Trial
from reports.execution_facts import CardFacts
from reports.sweep_card import SweepFacts, sweep_card
from tests.unit.reports import golden
from tests.unit.reports.executions import execution, step
from tests.unit.reports.samples import ANA, BEN, DAY, PIPELINE

KNOWN = {each.name: each for each in SWEEP_PARAMETERS}
SWEEP = Sweep(
    (read_range(KNOWN["NumLeaves"], "8..64"), read_range(KNOWN["LearningRate"], "0.01..0.3")),
    Strategy.BAYESIAN,
    trials=24,
    parallel=4,
)
LEADERS = tuple(
    Leader(
        f"a1b2c3d4e5f6-tune-abcdefghij-{number:03}-0123abcd",
        0.41 + number / 700,
        {"NumLeaves": str(9 + number), "LearningRate": str(0.0123456 * number)},
    )
    for number in range(1, 8)
)
PRODUCTION = Trial(
    "theirs",
    "Completed",
    dt.datetime(2013, 6, 29, tzinfo=dt.UTC),
    {"NumLeaves": 31.0, "LearningRate": 0.05, "day": "2013-06-28"},
    {"auc": 0.8},
)
BOARD = Board("mean_log_loss", SWEEP, total=24, done=7, running=4, failed=1, leaders=LEADERS)
ENDED = dataclasses.replace(BOARD, done=22, running=0, failed=2)


def tune(status: StepStatus, reason: str | None = None) -> Execution:
    states = {StepStatus.SUCCEEDED: ExecutionStatus.SUCCEEDED}
    states |= {
        StepStatus.FAILED: ExecutionStatus.FAILED,
        StepStatus.STOPPED: ExecutionStatus.STOPPED,
    }
    runs = status is StepStatus.EXECUTING
    took = None if runs else 300
    found = execution(
        states.get(status, ExecutionStatus.EXECUTING),
        step("Prepare", took=20),
        step("Tune", status, after=20, took=took, reason=reason),
        took=took,
    )
    return dataclasses.replace(found, all_steps=("Prepare", "Tune"))


def facts(made: Execution, board: Board | None, **more: object) -> SweepFacts:
    card = CardFacts(
        pipeline=PIPELINE.name,
        environment=EnvironmentName("experiment"),
        kind=Kind.SWEEP,
        execution=made,
        id="f00d",
        asked_by=ANA,
        given={DAY_PARAMETER: DAY.isoformat(), "WindowDays": "30", **SWEEP.typed()},
        parameters=SWEEP_PARAMETERS,
    )
    return SweepFacts(dataclasses.replace(card, **more), SWEEP, board)  # type: ignore[arg-type]


DONE = dataclasses.replace(facts(tune(StepStatus.SUCCEEDED), ENDED), production=PRODUCTION)
NONE = dataclasses.replace(BOARD, done=0, failed=5, running=0, leaders=())
WHY = "No training job succeeded after 5 attempts."
CASES = {
    "preparing": facts(execution(ExecutionStatus.EXECUTING, step("Prepare", took=None)), None),
    "running": facts(tune(StepStatus.EXECUTING), BOARD),
    "being_stopped": facts(tune(StepStatus.EXECUTING), BOARD, stop_by=BEN),
    "stopped": facts(tune(StepStatus.STOPPED), dataclasses.replace(ENDED, stopped=2), stop_by=BEN),
    "done_with_its_cost": facts(
        tune(StepStatus.SUCCEEDED), ENDED, cost=Cost(1.25, "USD"), usual_cost=Cost(2.5, "USD")
    ),
    "failed": facts(tune(StepStatus.FAILED, WHY), NONE),
    "done": DONE,
    "started_elsewhere": dataclasses.replace(
        facts(tune(StepStatus.EXECUTING), None, given={}, asked_by=None), sweep=None
    ),
    "lost": facts(tune(StepStatus.EXECUTING), None, lost=say("It is not there any more.")),
}


@pytest.mark.parametrize("name", CASES)
def test_card_reads_as_it_did_when_it_was_last_read(name: str) -> None:
    golden.check(f"sweep_{name}", sweep_card(CASES[name], Translator()))


def test_it_is_told_in_japanese() -> None:
    golden.check("sweep_done_ja", sweep_card(DONE, Translator("ja")))
