"""What a run that nobody has started yet is compared with."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Protocol

from bot.run_costs import RunCosts
from bot.run_request import Request
from bot.store.executions import Followed
from bot.targets import Target
from bot.usual_durations import UsualDurations
from core.domain import ChannelId, Kind, Pipeline
from core.parameters import DAY
from core.spans import Span
from core.trials import Trial
from reports.dry_run import Beside, Plan


class Trials(Protocol):
    """What was tried before."""

    async def production(self, pipeline: Pipeline) -> Trial | None:
        """Production's newest trial that ended well."""


class RunPlans:
    """Looks it up."""

    def __init__(self, *, trials: Trials, durations: UsualDurations, costs: RunCosts) -> None:
        self._trials = trials
        self._durations = durations
        self._costs = costs

    async def beside(self, target: Target, kind: Kind) -> Beside:
        """Production's newest run, and what such runs usually take and cost."""
        which = (target.pipeline.name, target.environment, kind)
        production, usual, cost = await asyncio.gather(
            self._trials.production(target.pipeline),
            self._durations.of(*which),
            self._costs.usual(*which),
        )
        return Beside(production.typed() if production else None, usual, cost)


def plan_of(followed: Followed, days: Span | None) -> Plan:
    """An execution that is not begun, as a button carries it; of several days, that of each."""
    several = {DAY: str(days)} if days else {}
    return Plan(
        followed.id,
        followed.pipeline,
        followed.environment,
        followed.kind,
        {**followed.parameters, **several},
        followed.marks,
    )


def request_of(plan: Plan, target: Target, channel: ChannelId) -> Request:
    """What a planned run wants started; of several days, with the first in the place of all."""
    days = plan.days
    first = {DAY: days.first.isoformat()} if days else {}
    given = {**plan.parameters, **first}
    return Request(target, plan.kind, given, channel, plan.marks, days)


def token_of(plan: Plan) -> str:
    """The same plan makes the same token, and is started once."""
    return hashlib.sha256(f"plan/{plan.id}".encode()).hexdigest()
