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
from typing import Final

from bot.following import Following, RefusedError, UntoldError
from bot.patience import Patience
from bot.store.executions import UNFINISHED, Executions, Followed
from bot.store.leases import Holder
from core.domain import ChannelId, MessageTs, Person
from core.errors import UnavailableError

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 2.0
"""Between two looks at what runs."""
IDLE_SECONDS: Final = 10.0
"""Between two looks when nothing runs: another replica may have left something."""


class Tracker:
    """The one who starts, stops, retries and follows executions."""

    def __init__(
        self,
        *,
        store: Executions,
        following: Following,
        holder: Holder,
        poll_seconds: float = POLL_SECONDS,
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._following = following
        self._holder = holder
        self._poll_seconds = poll_seconds
        self._patience = patience or Patience()
        self._busy: set[str] = set()
        self._wake = asyncio.Event()
        self.followed = 0
        """How many executions were followed at the last look."""

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
        card: tuple[ChannelId, MessageTs | None],
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
        """Follow until cancelled."""
        while True:
            self._wake.clear()
            rows = await self.follow_once()
            pause = self._poll_seconds if rows else IDLE_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def follow_once(self) -> int:
        """Look once at everything that is followed; gives how much there is."""
        try:
            rows = await self._store.unfinished()
        except Exception:
            logger.exception("the followed executions could not be read")
            return 0
        self.followed = len(rows)
        await asyncio.gather(*(self._follow(row) for row in rows))
        return len(rows)

    async def _follow(self, followed: Followed) -> None:
        if followed.id in self._busy or self._patience.waits(followed.id):
            return
        self._busy.add(followed.id)
        try:
            fresh = await self._leased(followed.id)
            if fresh is not None:
                await self._following.advance(fresh, resumed=True)
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
