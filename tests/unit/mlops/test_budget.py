from __future__ import annotations

import asyncio

import pytest

from mlops.budget import Budget, unhurried


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def budget(self, per_second: float, burst: float | None = None) -> Budget:
        return Budget(per_second, burst=burst, monotonic=lambda: self.now, sleep=self.sleep)


async def test_no_second_holds_more_calls_than_the_budget_after_the_first_burst() -> None:
    time = Time()
    budget = time.budget(5, burst=3)
    spent: list[float] = []
    for _ in range(50):
        await budget.take()
        spent.append(time.now)
    assert spent[:3] == [0.0, 0.0, 0.0]
    for start in spent:
        assert sum(start <= each < start + 10 - 1e-6 for each in spent) <= 5 * 10 + 3
    assert spent[-1] == pytest.approx((50 - 3) / 5)


async def test_what_people_ask_for_does_not_wait_and_the_others_make_up_for_it() -> None:
    time = Time()
    budget = time.budget(2, burst=1)
    for _ in range(5):
        await budget.spend()
    assert time.now == 0.0
    with unhurried():
        await budget.spend()
    assert time.now == pytest.approx(2.5)


async def test_tasks_made_by_unhurried_work_wait_too() -> None:
    time = Time()
    budget = time.budget(1, burst=1)
    with unhurried():
        await asyncio.gather(*(budget.spend() for _ in range(3)))
    assert time.now == pytest.approx(2.0)
    assert budget.waiting == 0
