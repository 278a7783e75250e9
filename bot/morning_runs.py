"""How each morning's run ended, which every report of its day says where it did not end well."""

from __future__ import annotations

import dataclasses
from typing import Final

from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks, Task
from bot.store.executions import RETRIED, UNFINISHED, Executions, Followed
from core.domain import ExecutionStatus, Kind, Person
from core.mornings import Morning, MorningRun, RunEnd
from core.spans import ONE_DAY
from reports.steps import FAIL

MOST_MORNINGS: Final = 60
"""For how many mornings in a row a run is said to have failed."""


class MorningRuns:
    """Finds what there is to say of a run, whoever asks for the report and whenever."""

    def __init__(self, *, works: DailyWorks, executions: Executions) -> None:
        self._works = works
        self._executions = executions

    async def of(self, morning: Morning, *, evaluated: str = "") -> MorningRun | None:
        """How it ended; None where it ended well as the one before, or there was none.

        Args:
            morning: Which.
            evaluated: The id of the execution whose results are the day's. A report comes with
                them, and what that execution does after its evaluation takes nothing from it.
        """
        key = _run_of(morning)
        found = await self._ended(key, evaluated=evaluated)
        if found is None:
            return await self._well_again(key)
        if found.end is RunEnd.NOT_YET:
            return found
        return dataclasses.replace(found, mornings=1 + await self._failed_before(key))

    async def to_retry(self, morning: Morning) -> Followed | None:
        """The execution that goes on where it ended, if somebody has it tried again."""
        train = await self._train(_run_of(morning))
        return train if train is not None and _can_retry(train) else None

    async def mended(self, morning: Morning) -> Person | None:
        """Who had its run tried again that then ended well; None where that is not so."""
        train = await self._train(_run_of(morning))
        well = train is not None and train.status is ExecutionStatus.SUCCEEDED
        return train.retry_by if train is not None and well else None

    async def _well_again(self, key: DailyKey) -> MorningRun | None:
        """That it ended well, where the one before did not; a day without a run mends nothing."""
        if await self._works.get(key) is None:
            return None
        failed = await self._failed_before(key)
        return MorningRun(RunEnd.WELL_AGAIN, mornings=failed) if failed else None

    async def _failed_before(self, key: DailyKey) -> int:
        """On how many mornings in a row before this one the run failed."""
        count = 0
        while count < MOST_MORNINGS:
            before = dataclasses.replace(key, day=key.day - (count + 1) * ONE_DAY)
            found = await self._ended(before)
            if found is None or found.end is RunEnd.NOT_YET:
                break
            count += 1
        return count

    async def _ended(self, key: DailyKey, *, evaluated: str = "") -> MorningRun | None:
        """How one morning's run ended; None where it ended well or there was none.

        What is said is Train's, also while production is still being scored all the same: how the
        scoring ends is no news of the run.
        """
        work = await self._works.get(key)
        if work is None:
            return None
        train = await self._train(key)
        if train is None:
            return _without_execution(work)
        execution = train.arn.rsplit("/", 1)[-1] if train.arn else None
        if train.progress in UNFINISHED:
            return None if execution == evaluated else MorningRun(RunEnd.NOT_YET)
        if train.status is ExecutionStatus.SUCCEEDED:  # at last, where somebody had it tried again
            return None
        if train.failed_step == FAIL:  # it ran as it should; what the gate refused is told as that
            return None
        stopped = train.status is ExecutionStatus.STOPPED
        return MorningRun(
            RunEnd.STOPPED if stopped else RunEnd.FAILED,
            step=train.failed_step,
            reason=train.failure,
            can_retry=_can_retry(train),
            execution=execution,
        )

    async def _train(self, key: DailyKey) -> Followed | None:
        return await self._executions.get(key.execution(Kind.TRAIN))


def _run_of(morning: Morning) -> DailyKey:
    return DailyKey(Task.RUN, morning.pipeline, morning.environment, morning.day)


def _without_execution(work: DailyWork) -> MorningRun | None:
    """The day was trained before its run came, or the next was due before it could begin."""
    if not work.state.ended:
        return MorningRun(RunEnd.NOT_YET)
    return MorningRun(RunEnd.FAILED) if work.state is DailyState.FAILED else None


def _can_retry(train: Followed) -> bool:
    """What the card offers: a gate that refused would refuse again."""
    return train.status in RETRIED and train.arn is not None and train.failed_step != FAIL
