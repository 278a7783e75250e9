"""What runs cost: what SageMaker bills each job for, by the team's table of prices."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

HOUR_SECONDS: Final = 3600.0
LEAST_RUNS: Final = 3
"""Of fewer nobody says "usually"."""


@dataclass(frozen=True)
class Prices:
    """What an hour of an instance costs, as the team's contract with AWS has it."""

    currency: str
    """ISO 4217, such as USD."""
    per_hour: Mapping[str, float]
    """SageMaker's instance type, such as ml.m5.xlarge → one instance's hour."""


@dataclass(frozen=True)
class Billed:
    """What one job is billed for.

    SageMaker bills each instance by the second; see
    https://aws.amazon.com/sagemaker/pricing ("billed per second").
    """

    instance_type: str
    instances: int
    seconds: float
    """Of each instance: BillableTimeInSeconds of a training job, which spot instances make less
    than it took; the time from start to end of a processing or transform job."""


@dataclass(frozen=True)
class Cost:
    """What a run cost."""

    amount: float
    currency: str
    without: tuple[str, ...] = ()
    """Instance types that have no price: the amount is without them."""

    @property
    def is_whole(self) -> bool:
        """Whether everything has a price."""
        return not self.without


def cost(billed: Iterable[Billed], prices: Prices) -> Cost:
    """The sum over jobs of seconds times instances times the price of an hour, over 3,600."""
    amount, without = 0.0, set()
    for each in billed:
        price = prices.per_hour.get(each.instance_type)
        if price is None:
            without.add(each.instance_type)
        else:
            amount += price * each.instances * each.seconds / HOUR_SECONDS
    return Cost(amount, prices.currency, tuple(sorted(without)))


def together(costs: Sequence[Cost]) -> Cost:
    """The sum of several runs, at least one."""
    without = sorted({each for cost in costs for each in cost.without})
    return Cost(sum(each.amount for each in costs), costs[0].currency, tuple(without))


def usual_cost(costs: Sequence[Cost], *, least: int = LEAST_RUNS) -> Cost | None:
    """The median of runs of which everything has a price; None of fewer than `least`."""
    whole = [each for each in costs if each.is_whole]
    if len(whole) < least:
        return None
    return Cost(statistics.median(each.amount for each in whole), whole[0].currency)
