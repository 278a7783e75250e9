"""Collects what the card of a range of days shows and draws it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

from bot.parameter_book import ParameterBook
from bot.run_costs import RunCosts
from bot.sagemaker import SageMaker
from bot.store.day_ranges import DayRange
from bot.store.executions import Followed
from bot.usual_durations import UsualDurations
from core.costs import Cost, together
from core.day_ranges import DayState, next_of
from core.day_ranges import End as RangeEnd
from core.day_result import DayResult
from core.domain import Execution
from core.errors import MlpipeError, UnavailableError
from core.messages import Translator
from core.parameters import DAY
from mlops.budget import unhurried
from reports.day_range_card import RangeDay, RangeFacts, day_range_card
from reports.execution_facts import not_as_usual
from reports.message import Message

logger = logging.getLogger(__name__)

MOST_REMEMBERED: Final = 512
"""Days whose results are kept in memory: complete results never change."""


class DayRangeCards:
    """The card of a range of days."""

    def __init__(
        self,
        *,
        sagemaker: SageMaker,
        book: ParameterBook,
        durations: UsualDurations,
        costs: RunCosts,
        translator: Translator,
        command: str,
    ) -> None:
        self._sagemaker = sagemaker
        self._book = book
        self._durations = durations
        self._costs = costs
        self._translator = translator
        self._command = command
        self._results: OrderedDict[str, DayResult] = OrderedDict()

    async def compose(
        self, days: DayRange, runs: Sequence[Followed], states: Mapping[dt.date, DayState]
    ) -> Message:
        """The card as it should stand in Slack now."""
        by_day = {dt.date.fromisoformat(run.parameters[DAY]): run for run in runs}
        with unhurried():
            shown = await asyncio.gather(
                *(self._day(day, by_day.get(day), states.get(day)) for day in days.span)
            )
            end = _end(days, states)
            which = (days.pipeline, days.environment, days.kind)
            known = self._book.known(*which)
            facts = RangeFacts(
                id=days.id,
                pipeline=days.pipeline,
                environment=days.environment,
                kind=days.kind,
                span=days.span,
                asked_by=days.asked_by,
                requested_at=days.requested_at,
                changed=not_as_usual(days.parameters, known),
                marks=days.marks,
                days=tuple(shown),
                end=end,
                stop_by=days.stop_by,
                retry_by=days.retry_by,
                usual=(await self._durations.of(*which)).whole,
                cost=await self._cost(runs) if end else None,
                command=self._command,
            )
        return day_range_card(facts, self._translator)

    async def _day(self, day: dt.date, run: Followed | None, state: DayState | None) -> RangeDay:
        if run is None or state is None:
            return RangeDay(day)
        found = RangeDay(day, state, run=run.id, failure=run.failure, failed_step=run.failed_step)
        if state is DayState.RUNNING:
            return found.running(await self._described(run))
        if state in {DayState.DONE, DayState.REFUSED}:
            return found.with_result(await self._result(run, day))
        return found

    async def _described(self, run: Followed) -> Execution | None:
        try:
            return await self._sagemaker.describe(run) if run.arn is not None else None
        except MlpipeError as error:
            logger.info("how %s stands cannot be read: %s", run.id, error)
            return None

    async def _result(self, run: Followed, day: dt.date) -> DayResult | None:
        if run.id in self._results:
            return self._results[run.id]
        assert run.arn is not None
        evaluations = self._sagemaker.evaluations(run.pipeline, run.environment)
        try:
            result = await evaluations.of_run(day, run.arn.rsplit("/", 1)[-1])
        except UnavailableError:
            raise  # the card is drawn once all of it can be read
        except MlpipeError as error:
            logger.warning("the results of %s cannot be read: %s", run.id, error)
            return None
        if result is not None:
            self._results[run.id] = result
            while len(self._results) > MOST_REMEMBERED:
                self._results.popitem(last=False)
        return result

    async def _cost(self, runs: Sequence[Followed]) -> Cost | None:
        """Of all days together; None where no prices are named, or SageMaker does not tell."""
        if not self._costs.known:
            return None
        costs = await asyncio.gather(*(self._cost_of(run) for run in runs if run.arn is not None))
        found = [each for each in costs if each is not None]
        return together(found) if len(found) == len(costs) and found else None

    async def _cost_of(self, run: Followed) -> Cost | None:
        execution = await self._described(run)
        return await self._costs.of(run.environment, execution) if execution else None


def _end(days: DayRange, states: Mapping[dt.date, DayState]) -> RangeEnd | None:
    """How it ended; None while something of it runs or is to come."""
    found = next_of(days.span, states, stopped=days.stop_by is not None)
    return found if isinstance(found, RangeEnd) else None
