"""Follows executions: does what was asked for, and keeps each card as SageMaker has it.

Everything is read from the database at every round, so that a bot that was killed at any moment
goes on where the one before it stopped: a row without ARN is started again with the same token
(which starts nothing twice), a row without message gets its card (unless Slack shows it already),
and the others are edited on.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from bot.following import Following, RefusedError, UntoldError
from bot.heard import Heard
from bot.lookout import Sight
from bot.patience import Patience
from bot.store.executions import UNFINISHED, Executions, Followed
from bot.store.leases import Holder
from bot.turns import Turns
from core.domain import ChannelId, Execution, ExecutionArn, MessageTs, Person
from core.errors import UnavailableError
from mlops.budget import unhurried

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 2.0
"""Between two looks at what runs."""
IDLE_SECONDS: Final = 10.0
"""Between two looks when nothing runs: another replica may have left something, and where a channel
follows, something may have begun elsewhere."""
LOOKS_AT_ONCE: Final = 8
"""Executions that are looked at at the same time: each may wait for its channel's turn in Slack."""
LOOKS_A_ROUND: Final = 24
"""Executions that one round looks at: after that the lists are looked at anew, which say which of
all have ended."""
FRESH_SECONDS: Final = 40.0
"""For so long nobody else can have posted a card that this process claimed: its lease is longer."""


class Sights(Protocol):
    """What the tracker needs of SageMaker's lists."""

    async def look(self, rows: Sequence[Followed], /) -> Sight:
        """How all that is followed stands, and what is to be followed from now on."""


class Tracker:
    """The one who starts, stops, retries and follows executions."""

    def __init__(
        self,
        *,
        store: Executions,
        following: Following,
        lookout: Sights,
        heard: Heard,
        holder: Holder,
        poll_seconds: float = POLL_SECONDS,
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._following = following
        self._lookout = lookout
        self._heard = heard
        self._holder = holder
        self._poll_seconds = poll_seconds
        self._patience = patience or Patience()
        self._busy: set[str] = set()
        self._wake = heard.woken
        self._places = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._turns = Turns()
        self._claimed: dict[str, float] = {}
        """Ids of cards that this process claimed and nobody posted → until when that is sure."""
        self.followed = 0
        """How many executions were followed at the last look."""

    @property
    def lag(self) -> float:
        """Seconds since the look that is longest ago, of all that is followed."""
        return self._turns.lag

    async def begin(self, followed: Followed) -> Followed | None:
        """Store a new execution, start it and post its card.

        Returns:
            As stored afterwards; without ARN when SageMaker did not answer and the start is tried
            on; None when its token is known, so that somebody else began it.

        Raises:
            MlpipeError: SageMaker refused to start it; stored as refused.
        """
        self._busy.add(followed.id)
        try:
            lease = self._holder.values(dt.datetime.now(dt.UTC))
            if not await self._store.add(followed, lease):
                return None
            try:
                return await self._following.advance(followed, resumed=False)
            except UnavailableError as error:
                logger.warning("execution %s: %s", followed.id, error)
                return await self._store.get(followed.id)
        finally:
            self._busy.discard(followed.id)
            self._wake.set()

    async def stop(self, followed: Followed, *, by: Person) -> bool:
        """Have an execution stopped: kept first, so that it happens whatever happens to the bot.

        Returns:
            False where it has ended, or somebody asked before: nothing is done then.
        """
        asked = await self._store.ask_stop(followed.id, by=by)
        if asked:
            await self._attend(followed)
        return asked

    async def retry(
        self,
        followed: Followed,
        *,
        by: Person,
        token: str,
        card: tuple[ChannelId | None, MessageTs | None],
    ) -> bool:
        """Have a failed or stopped execution go on, on the card that was clicked, or on a new one.

        Returns:
            False where it runs again already, or did not fail.
        """
        asked = await self._store.ask_retry(followed.id, by=by, token=token, card=card)
        if asked:
            await self._attend(followed)
        return asked

    async def _attend(self, followed: Followed) -> None:
        """Go on with it now, unless a look at it is under way; the next look comes at once."""
        self._patience.worked(followed.id)  # whoever asks now is not kept waiting for what failed
        await self._follow(followed)
        self._wake.set()

    async def run(self) -> None:
        """Follow until cancelled; slower while nothing runs."""
        while True:
            self._wake.clear()
            rows = await self.follow_once()
            pause = self._poll_seconds if rows else IDLE_SECONDS
            pause = 0.0 if self._turns.left else pause
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def follow_once(self) -> int:
        """Look once at the lists and at those whose turn it is; gives how many are followed."""
        with unhurried():
            try:
                rows = await self._store.unfinished()
                sight = await self._lookout.look(rows)
            except Exception:
                logger.exception("the followed executions could not be read")
                return 0
            for claimed in sight.claimed:
                self._claimed[claimed.id] = time.monotonic() + FRESH_SECONDS
            rows = (*rows, *sight.claimed)
            self.followed = len(rows)
            self._heard.forget_all_but(rows)
            waiting = [
                row for row in rows if not self._patience.waits(row.id) and self._heard.due(row)
            ]
            chosen = self._turns.choose(waiting, sight.executions, most=LOOKS_A_ROUND)
            await asyncio.gather(*(self._in_turn(row, sight.executions) for row in chosen))
        return len(rows)

    async def _in_turn(self, followed: Followed, seen: Mapping[ExecutionArn, Execution]) -> None:
        async with self._places:
            self._heard.looks(followed)
            execution = seen.get(followed.arn) if followed.arn is not None else None
            await self._follow(followed, seen=execution)
            self._turns.had(followed.id)

    async def _follow(self, followed: Followed, *, seen: Execution | None = None) -> None:
        if followed.id in self._busy or self._patience.waits(followed.id):
            return
        self._busy.add(followed.id)
        try:
            fresh = await self._leased(followed.id)
            if fresh is not None:
                # What two replicas may have done must be looked for, at the price of a call.
                resumed = self._claimed.pop(followed.id, 0.0) < time.monotonic()
                await self._following.advance(fresh, resumed=resumed, seen=seen)
            self._patience.worked(followed.id)
        except UntoldError as error:
            seconds = self._patience.failed(followed.id)
            logger.warning("execution %s, told in %d s: %s", followed.id, seconds, error)
        except UnavailableError as error:
            logger.warning("execution %s: %s", followed.id, error)
        except RefusedError as error:
            logger.warning("execution %s was refused: %s", followed.id, error)
        except Exception:
            seconds = self._patience.failed(followed.id)
            logger.exception("execution %s is looked at again in %d s", followed.id, seconds)
        finally:
            self._busy.discard(followed.id)

    async def _leased(self, identifier: str) -> Followed | None:
        """The row as it stands once it is ours; None where another works on it or it is done."""
        if not await self._store.lease(identifier, self._holder, now=dt.datetime.now(dt.UTC)):
            return None
        fresh = await self._store.get(identifier)
        return fresh if fresh is not None and fresh.progress in UNFINISHED else None
