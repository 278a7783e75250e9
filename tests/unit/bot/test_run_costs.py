from __future__ import annotations

from bot.run_costs import FRESH_SECONDS, RunCosts
from core.costs import Billed, Cost, Prices
from core.domain import EnvironmentName, Execution, Kind, PipelineName
from core.errors import UnavailableError
from core.messages import say
from tests.unit.reports.executions import CACHED, DONE

FLIGHTS, EXPERIMENT = PipelineName("flights"), EnvironmentName("experiment")
PRICES = Prices("USD", {"ml.m5.xlarge": 0.36})
HOUR = Billed("ml.m5.xlarge", 1, 3600.0)


class Bill:
    """What is billed, counted by how often it is asked for."""

    def __init__(self, *past: Execution) -> None:
        self.past = past
        self.asked = 0
        self.silent = False

    async def billed(
        self, _environment: EnvironmentName, _execution: Execution, /
    ) -> tuple[Billed, ...]:
        self.asked += 1
        if self.silent:
            raise UnavailableError(say("AWS is silent."))
        return (HOUR,)

    async def past_runs(self, *_which: str) -> tuple[Execution, ...]:
        return self.past


async def test_what_a_run_cost_is_read_once() -> None:
    bill = Bill()
    costs = RunCosts(bill, PRICES)
    for _ in range(2):
        assert await costs.of(EXPERIMENT, DONE) == Cost(0.36, "USD")
    assert bill.asked == 1


async def test_without_prices_nothing_is_asked_and_nothing_said() -> None:
    bill = Bill(DONE, DONE, DONE)
    costs = RunCosts(bill, None)
    assert await costs.of(EXPERIMENT, DONE) is None
    assert await costs.usual(FLIGHTS, EXPERIMENT, Kind.TRAIN) is None
    assert bill.asked == 0


async def test_while_sagemaker_is_silent_nothing_is_said_and_later_it_is() -> None:
    bill = Bill()
    bill.silent = True
    costs = RunCosts(bill, PRICES)
    assert await costs.of(EXPERIMENT, DONE) is None
    bill.silent = False
    assert await costs.of(EXPERIMENT, DONE) == Cost(0.36, "USD")


async def test_what_is_usual_leaves_out_runs_that_took_work_from_others() -> None:
    now = [0.0]
    bill = Bill(DONE, DONE, CACHED)
    costs = RunCosts(bill, PRICES, monotonic=lambda: now[0])
    assert await costs.usual(FLIGHTS, EXPERIMENT, Kind.TRAIN) is None, "of two nobody says usually"
    bill.past = (DONE, DONE, DONE)
    assert await costs.usual(FLIGHTS, EXPERIMENT, Kind.TRAIN) is None, "it was looked up just now"
    now[0] = FRESH_SECONDS + 1
    assert await costs.usual(FLIGHTS, EXPERIMENT, Kind.TRAIN) == Cost(0.36, "USD")
