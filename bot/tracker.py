"""Follows executions: does what was asked for, and keeps each card as SageMaker has it.

Everything is read from the database at every round, so that a bot that was killed at any moment
goes on where the one before it stopped: a row without ARN is started again with the same token
(which starts nothing twice), a row without message gets its card (unless Slack shows it already),
and the others are edited on.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
from typing import Final, NoReturn, Protocol

from bot.clock import Clock
from bot.patience import Patience
from bot.slack.gateway import Gateway
from bot.standing_card import StandingCard
from bot.store.executions import UNFINISHED, Executions, Followed, Progress
from bot.store.leases import Holder
from core.domain import (
    ChannelId,
    Execution,
    ExecutionArn,
    ExecutionStatus,
    MessageTs,
    Person,
    StepStatus,
)
from core.errors import MlpipeError, UnavailableError
from core.messages import Sentence, Translator, say
from reports.message import Message

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 2.0
"""Between two looks at what runs."""
IDLE_SECONDS: Final = 10.0
"""Between two looks when nothing runs: another replica may have left something."""
START_PATIENCE: Final = dt.timedelta(minutes=10)
"""For so long a start is tried while SageMaker does not answer."""


class RefusedError(MlpipeError):
    """SageMaker would not start it; stored, and not tried again."""


class Starter(Protocol):
    """What the tracker needs of SageMaker."""

    async def start(self, followed: Followed) -> ExecutionArn:
        """Start it, with its token: a second start of the same gives the same ARN."""

    async def describe(self, followed: Followed) -> Execution:
        """How it stands; only for those with an ARN."""

    async def stop(self, followed: Followed) -> None:
        """Have it stopped; only for those with an ARN."""

    async def retry(self, followed: Followed) -> None:
        """Have it go on from what failed, once for its retry_token."""


class Cards(Protocol):
    """Draws the card of an execution."""

    async def compose(self, followed: Followed, execution: Execution) -> Message:
        """The card as it should stand in Slack now."""


class FollowedCards(Cards, Protocol):
    """Draws also the card of an execution that cannot be followed to its end."""

    def lost(self, followed: Followed, why: Sentence) -> Message:
        """The last card of an execution about which SageMaker tells nothing more."""


class Failures(Protocol):
    """Tells people why an execution failed."""

    async def tell_failure(self, followed: Followed, execution: Execution) -> None:
        """Tell who asked for it; nothing where it did not fail."""


class Tracker:
    """The one who starts, stops, retries and follows executions."""

    def __init__(
        self,
        *,
        store: Executions,
        starter: Starter,
        cards: FollowedCards,
        failures: Failures,
        gateway: Gateway,
        clock: Clock,
        holder: Holder,
        translator: Translator,
        poll_seconds: float = POLL_SECONDS,
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._starter = starter
        self._cards = cards
        self._failures = failures
        self._gateway = gateway
        self._standing = StandingCard(gateway)
        self._clock = clock
        self._holder = holder
        self._translator = translator
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
                return await self._advance(followed, resumed=False)
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
        self, followed: Followed, *, by: Person, token: str, card: tuple[ChannelId, MessageTs]
    ) -> bool:
        """Have a failed or stopped execution go on, on the card that was clicked.

        Returns:
            False where it runs again already, or did not fail.
        """
        asked = await self._store.ask_retry(followed.id, by=by, token=token, card=card)
        if asked:
            await self._attend(followed)
        return asked

    async def _attend(self, followed: Followed) -> None:
        """Go on with it now, unless a look at it is under way; the next look comes at once."""
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
                await self._advance(fresh, resumed=True)
            self._patience.worked(followed.id)
        except UnavailableError as error:
            logger.warning("execution %s: %s", followed.id, error)
        except RefusedError as error:
            await self._tell_refusal(followed, error.sentence)
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

    async def _advance(self, followed: Followed, *, resumed: bool) -> Followed:
        if followed.arn is None:
            followed = await self._start(followed)
        if followed.retry_token is not None:
            followed = await self._retry(followed)
        try:
            execution = await self._starter.describe(followed)
            if followed.stop_by is not None and execution.status is ExecutionStatus.EXECUTING:
                followed, execution = await self._stop(followed)
        except UnavailableError:
            raise
        except MlpipeError as error:
            return await self._lose(followed, error, resumed=resumed)
        followed = dataclasses.replace(followed, status=execution.status)
        if execution.status.ended:
            await self._store.save(followed)  # before the card offers Retry: a click comes at once
        if followed.channel is not None:
            card = await self._cards.compose(followed, execution)
            followed = await self._standing.show(followed, card, resumed=resumed)
        if execution.status.ended:
            followed = dataclasses.replace(
                followed, progress=Progress.ENDED, failure=_failure(execution)
            )
        await self._store.save(followed)
        if execution.status.ended:
            await self._failures.tell_failure(followed, execution)
        return followed

    async def _stop(self, followed: Followed) -> tuple[Followed, Execution]:
        try:
            await self._starter.stop(followed)
        except UnavailableError:
            raise
        except MlpipeError as error:
            execution = await self._starter.describe(followed)
            if execution.status is ExecutionStatus.EXECUTING:
                await self._store.drop_stop(followed.id)
                await self._tell(
                    followed,
                    followed.stop_by,
                    say("It was not stopped: {reason}", reason=error.sentence),
                )
                followed = dataclasses.replace(followed, stop_by=None)
            return followed, execution
        logger.info("execution %s is stopped by %s", followed.id, followed.stop_by)
        return followed, await self._starter.describe(followed)

    async def _retry(self, followed: Followed) -> Followed:
        try:
            await self._starter.retry(followed)
        except UnavailableError:
            raise
        except MlpipeError as error:
            # SageMaker tells below how it stands, which is what the card says.
            sentence = say("It was not tried again: {reason}", reason=error.sentence)
            await self._tell(followed, followed.retry_by, sentence)
        else:
            logger.info("execution %s is tried again by %s", followed.id, followed.retry_by)
        await self._store.retry_told(followed.id)
        return dataclasses.replace(followed, retry_token=None)

    async def _lose(self, followed: Followed, error: MlpipeError, *, resumed: bool) -> Followed:
        """SageMaker tells nothing more of it, and never will: the card says so and is the last."""
        logger.warning("execution %s is not followed any more: %s", followed.id, error)
        card = self._cards.lost(followed, error.sentence)
        followed = await self._standing.show(followed, card, resumed=resumed)
        lost = dataclasses.replace(followed, progress=Progress.ENDED, failure=str(error))
        await self._store.save(lost)
        return lost

    async def _start(self, followed: Followed) -> Followed:
        try:
            arn = await self._starter.start(followed)
        except UnavailableError as error:
            if await self._clock.now() - followed.requested_at < START_PATIENCE:
                raise
            return await self._refuse(followed, error)
        except MlpipeError as error:
            return await self._refuse(followed, error)
        started = dataclasses.replace(followed, arn=arn, progress=Progress.STARTED)
        await self._store.save(started)
        logger.info("execution %s started as %s", followed.id, arn)
        return started

    async def _refuse(self, followed: Followed, error: MlpipeError) -> NoReturn:
        refused = dataclasses.replace(followed, progress=Progress.REFUSED, failure=str(error))
        await self._store.save(refused)
        raise RefusedError(error.sentence) from error

    async def _tell_refusal(self, followed: Followed, sentence: Sentence) -> None:
        logger.warning("execution %s was refused: %s", followed.id, followed.failure)
        said = say("What you asked for could not be started: {reason}", reason=sentence)
        await self._tell(followed, followed.asked_by, said)

    async def _tell(self, followed: Followed, person: Person | None, sentence: Sentence) -> None:
        if person is None:
            return
        message = Message(self._translator.mrkdwn(sentence))
        try:
            await self._gateway.whisper(followed.channel, person, message)
        except MlpipeError as error:
            logger.warning("%s could not be told: %s", person, error)


def _failure(execution: Execution) -> str | None:
    """Why an execution failed: its failed step's own words, where it has some."""
    for step in execution.steps:
        if step.status is StepStatus.FAILED and step.failure_reason:
            return step.failure_reason
    return execution.failure_reason
