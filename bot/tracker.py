"""Follows executions: starts what was asked for, and keeps each card as SageMaker has it.

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
import hashlib
import json
import logging
from typing import Final, NoReturn, Protocol

from bot.clock import Clock
from bot.patience import Patience
from bot.slack.calls import ChannelError, SlackRefusedError
from bot.slack.gateway import Gateway
from bot.store.executions import UNFINISHED, Executions, Followed, Progress
from bot.store.leases import Holder
from core.domain import ChannelId, Execution, ExecutionArn, MessageTs, StepStatus
from core.errors import MlpipeError, NotPermittedError, UnavailableError
from core.messages import Sentence, Translator, say
from reports.message import Message

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 2.0
"""Between two looks at what runs."""
IDLE_SECONDS: Final = 10.0
"""Between two looks when nothing runs: another replica may have left something."""
START_PATIENCE: Final = dt.timedelta(minutes=10)
"""For so long a start is tried while SageMaker does not answer."""
MESSAGE_GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""Errors of chat.update after which there is nothing to edit: somebody deleted the card."""


class RefusedError(MlpipeError):
    """SageMaker would not start it; stored, and not tried again."""


class Starter(Protocol):
    """What the tracker needs of SageMaker."""

    async def start(self, followed: Followed) -> ExecutionArn:
        """Start it, with its token: a second start of the same gives the same ARN."""

    async def describe(self, followed: Followed) -> Execution:
        """How it stands; only for those with an ARN."""


class Cards(Protocol):
    """Draws the card of an execution."""

    async def compose(self, followed: Followed, execution: Execution) -> Message:
        """The card as it should stand in Slack now."""


class FollowedCards(Cards, Protocol):
    """Draws also the card of an execution that cannot be followed to its end."""

    def lost(self, followed: Followed, why: Sentence) -> Message:
        """The last card of an execution about which SageMaker tells nothing more."""


class Tracker:
    """The one who starts and follows executions."""

    def __init__(
        self,
        *,
        store: Executions,
        starter: Starter,
        cards: FollowedCards,
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
        self._gateway = gateway
        self._clock = clock
        self._holder = holder
        self._translator = translator
        self._poll_seconds = poll_seconds
        self._patience = patience or Patience()
        self._busy: set[str] = set()
        self._wake = asyncio.Event()

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
        try:
            execution = await self._starter.describe(followed)
        except UnavailableError:
            raise
        except MlpipeError as error:
            return await self._lose(followed, error, resumed=resumed)
        followed = dataclasses.replace(followed, status=execution.status)
        if followed.channel is not None:
            card = await self._cards.compose(followed, execution)
            followed = await self._show(followed, card, resumed=resumed)
        if execution.status.ended:
            followed = dataclasses.replace(
                followed, progress=Progress.ENDED, failure=_failure(execution)
            )
        await self._store.save(followed)
        return followed

    async def _lose(self, followed: Followed, error: MlpipeError, *, resumed: bool) -> Followed:
        """SageMaker tells nothing more of it, and never will: the card says so and is the last."""
        logger.warning("execution %s is not followed any more: %s", followed.id, error)
        card = self._cards.lost(followed, error.sentence)
        followed = await self._show(followed, card, resumed=resumed)
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

    async def _show(self, followed: Followed, card: Message, *, resumed: bool) -> Followed:
        digest = _digest(card)
        message = followed.message
        if followed.channel is None or followed.shown == digest:
            return followed
        try:
            message = await self._put(followed.channel, followed, card, resumed=resumed)
        except (ChannelError, NotPermittedError) as error:
            logger.warning("execution %s has no card any more: %s", followed.id, error)
            return dataclasses.replace(followed, channel=None)
        except SlackRefusedError as error:
            if error.code in MESSAGE_GONE:
                return dataclasses.replace(followed, channel=None)
            logger.error("the card of execution %s: %s (%s)", followed.id, error, error.details)
        return dataclasses.replace(followed, message=message, shown=digest)

    async def _put(
        self, channel: ChannelId, followed: Followed, card: Message, *, resumed: bool
    ) -> MessageTs:
        message = followed.message
        if message is None and resumed:
            message = await self._gateway.find(channel, followed.id)
        if message is None:
            return await self._gateway.post(channel, card, delivery=followed.id)
        await self._gateway.edit(channel, message, card)
        return message

    async def _tell_refusal(self, followed: Followed, sentence: Sentence) -> None:
        logger.warning("execution %s was refused: %s", followed.id, followed.failure)
        if followed.asked_by is None:
            return
        text = self._translator.mrkdwn(
            say("What you asked for could not be started: {reason}", reason=sentence)
        )
        try:
            await self._gateway.whisper(followed.channel, followed.asked_by, text)
        except MlpipeError as error:
            logger.warning("%s could not be told: %s", followed.asked_by, error)


def _failure(execution: Execution) -> str | None:
    """Why an execution failed: its failed step's own words, where it has some."""
    for step in execution.steps:
        if step.status is StepStatus.FAILED and step.failure_reason:
            return step.failure_reason
    return execution.failure_reason


def _digest(card: Message) -> str:
    content = json.dumps([card.text, card.payload()], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
