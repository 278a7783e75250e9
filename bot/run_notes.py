"""How a morning's run ended, which every report of its day says where it did not end well."""

from __future__ import annotations

import datetime as dt

from bot.store.daily import DailyKey, DailyState, DailyWorks, Task
from bot.store.executions import Executions
from bot.targets import Target
from core.domain import ExecutionStatus
from core.messages import Sentence, say


class RunNotes:
    """Finds what there is to say of the run, whoever asks for the report and whenever."""

    def __init__(self, *, works: DailyWorks, executions: Executions) -> None:
        self._works = works
        self._executions = executions

    async def of(self, target: Target, day: dt.date) -> Sentence | None:
        """How the day's run ended; None where it ended well, or there was none."""
        key = DailyKey(Task.RUN, target.pipeline.name, target.environment, day)
        run = await self._works.get(key)
        if run is None or run.state is DailyState.DONE:
            return None
        if not run.state.ended:
            return say("The morning's run has not ended yet.")
        followed = await self._executions.get(run.execution) if run.execution else None
        if followed is None:
            return say("The morning's run failed.")
        if followed.status is ExecutionStatus.SUCCEEDED:
            return None  # somebody had it tried again
        if followed.failure is None:
            return say("The morning's run failed.")
        return say("The morning's run failed: {reason}", reason=followed.failure)
