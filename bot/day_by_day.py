"""Carries out ranges of days: one day after the other, on one card.

Everything is read from the database at every look. A day's execution has the same id and the same
token whoever begins it, so that a bot that was killed at any moment goes on with what runs, and
starts nothing twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from bot.asking import Asking
from bot.clock import Clock
from bot.following import RefusedError
from bot.parameter_book import ParameterBook
from bot.patience import Patience
from bot.run_request import Request, to_start
from bot.slack.gateway import Gateway
from bot.standing_card import StandingCard
from bot.store.day_ranges import DayRange, DayRanges
from bot.store.executions import UNFINISHED, Executions, Followed, Progress
from bot.store.leases import Holder
from bot.targets import Targets
from bot.tracker import IDLE_SECONDS, POLL_SECONDS, Tracker
from core.day_ranges import Begin, DayState, End, Next, Wait, next_of, state_of
from core.domain import Person
from core.errors import MlpipeError, UnavailableError
from core.parameters import DAY
from reports.message import Message
from reports.steps import FAIL

logger = logging.getLogger(__name__)


class Cards(Protocol):
    """Draws the card of a range of days."""

    async def compose(
        self, days: DayRange, runs: Sequence[Followed], states: Mapping[dt.date, DayState]
    ) -> Message:
        """The card as it should stand in Slack now."""


class DayByDay:
    """The one who begins, stops, retries and follows ranges of days."""

    def __init__(
        self,
        *,
        store: DayRanges,
        executions: Executions,
        tracker: Tracker,
        cards: Cards,
        gateway: Gateway,
        book: ParameterBook,
        targets: Targets,
        clock: Clock,
        holder: Holder,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._store = store
        self._executions = executions
        self._tracker = tracker
        self._cards = cards
        self._standing = StandingCard(gateway)
        self._book = book
        self._targets = targets
        self._clock = clock
        self._holder = holder
        self._patience = Patience()
        self._busy: set[str] = set()
        self._poll_seconds = poll_seconds
        self._wake = asyncio.Event()

    async def begin(self, days: DayRange) -> bool:
        """Keep a new range of days, post its card and start its first day.

        Returns:
            False where it was begun before: nothing is done then.
        """
        if not await self._store.add(days, self._holder.values(dt.datetime.now(dt.UTC))):
            return False
        await self._attend(days.id, resumed=False)
        self._wake.set()
        return True

    async def get(self, identifier: str) -> DayRange | None:
        """One of them."""
        return await self._store.get(identifier)

    async def stop(self, days: DayRange, *, by: Person) -> bool:
        """Have what runs stopped, and begin no more; False where it is over or was asked before."""
        asked = await self._store.ask_stop(days.id, by=by)
        if asked:
            self._patience.worked(days.id)
            await self._attend(days.id)
            self._wake.set()
        return asked

    async def retry(self, days: DayRange, *, by: Person, token: str) -> bool:
        """Have it go on from the day that failed; False where it runs, or went well."""
        asked = await self._store.ask_retry(days.id, by=by, token=token)
        if asked:
            self._patience.worked(days.id)
            await self._attend(days.id)
            self._wake.set()
        return asked

    async def run(self) -> None:
        """Carry them out until cancelled; looks more seldom while there are none."""
        while True:
            self._wake.clear()
            pause = self._poll_seconds if await self.advance() else IDLE_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def advance(self) -> int:
        """Go on with all that are not over; gives how many there are."""
        try:
            waiting = [each.id for each in await self._store.unfinished()]
        except Exception:
            logger.exception("the ranges of days could not be read")
            return 0
        await asyncio.gather(
            *(self._attend(each) for each in waiting if not self._patience.waits(each))
        )
        return len(waiting)

    async def _attend(self, identifier: str, *, resumed: bool = True) -> None:
        if identifier in self._busy:
            return  # whoever works on it sees what was asked at the next look
        self._busy.add(identifier)
        try:
            days = await self._leased(identifier)
            if days is not None:
                await self._go_on(days, resumed=resumed)
            self._patience.worked(identifier)
        except UnavailableError as error:
            logger.warning("days %s: %s", identifier, error)
        except MlpipeError as error:
            seconds = self._patience.failed(identifier)
            logger.warning("days %s are looked at again in %d s: %s", identifier, seconds, error)
        except Exception:
            seconds = self._patience.failed(identifier)
            logger.exception("days %s are looked at again in %d s", identifier, seconds)
        finally:
            self._busy.discard(identifier)

    async def _leased(self, identifier: str) -> DayRange | None:
        if not await self._store.lease(identifier, self._holder, now=dt.datetime.now(dt.UTC)):
            return None
        days = await self._store.get(identifier)
        return days if days is not None and days.end is None else None

    async def _go_on(self, days: DayRange, *, resumed: bool) -> None:
        runs = await self._runs(days)
        if days.retry_token is not None:
            days, runs = await self._go_on_from_what_failed(days, runs)
        if days.message is None:  # it stands before anything is started
            days = await self._show(days, runs, resumed=resumed)
        following = _next(days, runs)
        if isinstance(following, Begin):
            await self._begin(days, following.day)
            runs = await self._runs(days)
            following = _next(days, runs)
        if isinstance(following, Wait) and days.stop_by is not None:
            await self._tracker.stop(runs[following.day], by=days.stop_by)
            runs = await self._runs(days)
            following = _next(days, runs)
        if isinstance(following, End):
            days = dataclasses.replace(days, end=following)
        await self._show(days, runs, resumed=resumed)

    async def _show(
        self, days: DayRange, runs: Mapping[dt.date, Followed], *, resumed: bool
    ) -> DayRange:
        shown = days
        if days.channel is not None:
            card = await self._cards.compose(days, list(runs.values()), _states(runs))
            shown = await self._standing.show(days, card, resumed=resumed)
        if shown != await self._store.get(days.id):
            await self._store.save(shown)
        return shown

    async def _begin(self, days: DayRange, day: dt.date) -> None:
        target = self._targets.at(days.pipeline, days.environment)
        followed = to_start(
            Request(
                target,
                days.kind,
                {**days.parameters, DAY: day.isoformat()},
                days.channel,
                days.marks,
            ),
            await self._book.parameters(target.pipeline.name, target.environment, days.kind),
            asking=Asking(days.asked_by, delivery=days.delivery_of(day)),
            today=await self._targets.today_now(target.pipeline),
            at=await self._clock.now(),
        )
        followed = dataclasses.replace(
            followed, id=days.run_of(day), days=days.id, message=days.message
        )
        try:
            await self._tracker.begin(followed)
        except RefusedError as error:  # its row says so, and so does the card
            logger.warning("%s of days %s was refused: %s", day, days.id, error)

    async def _go_on_from_what_failed(
        self, days: DayRange, runs: Mapping[dt.date, Followed]
    ) -> tuple[DayRange, Mapping[dt.date, Followed]]:
        assert days.retry_token is not None
        assert days.retry_by is not None
        states = _states(runs)
        halted = next((day for day in days.span if states.get(day, _WAITS).halts), None)
        if halted is not None:
            await self._retry(days, runs[halted], by=days.retry_by, click=days.retry_token)
        await self._store.retry_told(days.id)
        return dataclasses.replace(days, retry_token=None), await self._runs(days)

    async def _retry(self, days: DayRange, run: Followed, *, by: Person, click: str) -> None:
        """What SageMaker began goes on where it failed; what it would not start is started."""
        if run.progress is Progress.REFUSED:
            await self._executions.ask_again(run.id, at=await self._clock.now())
            return
        token = hashlib.sha256(f"{click}/{run.id}".encode()).hexdigest()
        await self._tracker.retry(run, by=by, token=token, card=(days.channel, days.message))

    async def _runs(self, days: DayRange) -> Mapping[dt.date, Followed]:
        found = await self._executions.of_days(days.id)
        return {dt.date.fromisoformat(run.parameters[DAY]): run for run in found}


_WAITS: Final = DayState.WAITING


def _next(days: DayRange, runs: Mapping[dt.date, Followed]) -> Next:
    return next_of(days.span, _states(runs), stopped=days.stop_by is not None)


def _states(runs: Mapping[dt.date, Followed]) -> dict[dt.date, DayState]:
    return {day: _state(run) for day, run in runs.items()}


def _state(run: Followed) -> DayState:
    if run.progress in UNFINISHED:
        return DayState.RUNNING
    if run.progress is Progress.REFUSED or run.status is None or not run.status.ended:
        return DayState.FAILED  # it was not started, or SageMaker tells nothing more of it
    return state_of(run.status, refused_by_gate=run.failed_step == FAIL)
