"""What one look at an execution does: it goes one step on, and its card with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from typing import Final, NoReturn, Protocol

from bot.clock import Clock
from bot.slack.gateway import Gateway
from bot.standing_card import StandingCard
from bot.store.audit import Audit
from bot.store.executions import START, Executions, Followed, Progress
from core.domain import Execution, ExecutionArn, ExecutionStatus, Person
from core.errors import MlpipeError, UnavailableError
from core.messages import Sentence, Translator, say
from reports.message import Message
from reports.steps import failed_step

logger = logging.getLogger(__name__)

START_PATIENCE: Final = dt.timedelta(minutes=10)
"""For so long a start is tried while SageMaker does not answer."""
TELL_PATIENCE: Final = dt.timedelta(hours=1)
"""After the end, for so long it is tried to tell who asked why it failed."""


class RefusedError(MlpipeError):
    """SageMaker would not start it; stored, and not tried again."""


class UntoldError(UnavailableError):
    """Somebody has to be told, and could not be: the next look tells them."""


class Starter(Protocol):
    """What the tracker needs of SageMaker."""

    async def start(self, followed: Followed) -> ExecutionArn:
        """Start it, with its token: a second start of the same gives the same ARN."""

    async def describe(self, followed: Followed, *, seen: Execution | None = None) -> Execution:
        """How it stands; only for those with an ARN. `seen`: as a list showed it just now."""

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
        """Tell who asked for it; nothing where it did not fail.

        Raises:
            UnavailableError: they could not be told now.
        """


class Following:
    """Brings one execution, its row and its card to where SageMaker is; tells who asked.

    That somebody was told is noted after it was done, never before: a bot that dies between the two
    tells them twice, which is better than never. A message for one person's eyes leaves no trace in
    Slack by which it could be found again, as a card can.
    """

    def __init__(
        self,
        *,
        store: Executions,
        audit: Audit,
        starter: Starter,
        cards: FollowedCards,
        failures: Failures,
        gateway: Gateway,
        clock: Clock,
        translator: Translator,
    ) -> None:
        self._store = store
        self._audit = audit
        self._starter = starter
        self._cards = cards
        self._failures = failures
        self._gateway = gateway
        self._standing = StandingCard(gateway)
        self._clock = clock
        self._translator = translator

    async def advance(
        self, followed: Followed, *, resumed: bool, seen: Execution | None = None
    ) -> Followed:
        """Go on with it; gives it as it is stored afterwards.

        Args:
            followed: As stored.
            resumed: Whether an earlier look may have done what nobody noted.
            seen: As a list showed it just now, without its steps.

        Raises:
            RefusedError: SageMaker would not start it. Where an earlier look began it, who asked
                has been told.
            UntoldError: somebody could not be told.
            UnavailableError: SageMaker or Slack does not answer: the next look goes on.
        """
        before = followed
        if followed.arn is None:
            followed = await self._start(followed, resumed=resumed)
        if followed.retry_token is not None:
            followed, seen = await self._retry(followed), None
        try:
            execution = await self._look(followed, seen)
            if followed.stop_by is not None and execution.status is ExecutionStatus.EXECUTING:
                followed, execution = await self._stop(followed)
        except UnavailableError:
            raise
        except MlpipeError as error:
            return await self._lose(followed, error, resumed=resumed)
        if followed.elsewhere and not followed.parameters and execution.parameters:
            await self._store.learn(followed.id, execution.parameters)
            followed = dataclasses.replace(followed, parameters=execution.parameters)
        followed = dataclasses.replace(followed, status=execution.status)
        if execution.status.ended:
            await self._store.save(followed)  # before the card offers Retry: a click comes at once
        if followed.has_card:
            card = await self._cards.compose(followed, execution)
            followed = await self._standing.show(followed, card, resumed=resumed)
        if followed != before:
            await self._store.save(followed)
        return await self._end(followed, execution) if execution.status.ended else followed

    async def _look(self, followed: Followed, seen: Execution | None) -> Execution:
        """Its steps are asked for where somebody sees them: without a card nobody does."""
        idle = not followed.has_card and followed.stop_by is None
        if seen is not None and idle and not seen.status.ended:
            return seen
        return await self._starter.describe(followed, seen=seen)

    async def _end(self, followed: Followed, execution: Execution) -> Followed:
        await self._tell_failure(followed, execution)
        step = failed_step(execution)
        ended = dataclasses.replace(
            followed,
            progress=Progress.ENDED,
            failure=(step.failure_reason if step else None) or execution.failure_reason,
            failed_step=step.name if step else None,
        )
        await self._store.save(ended)
        return ended

    async def _tell_failure(self, followed: Followed, execution: Execution) -> None:
        try:
            await self._failures.tell_failure(followed, execution)
        except UnavailableError as error:
            since = await self._clock.now() - (execution.ended or execution.started)
            if since < TELL_PATIENCE:
                raise UntoldError(error.sentence) from error
            logger.warning("why execution %s failed is told to nobody: %s", followed.id, error)

    async def _stop(self, followed: Followed) -> tuple[Followed, Execution]:
        try:
            await self._starter.stop(followed)
        except UnavailableError:
            raise
        except MlpipeError as error:
            execution = await self._starter.describe(followed)
            if execution.status is ExecutionStatus.EXECUTING:
                sentence = say("It was not stopped: {reason}", reason=error.sentence)
                await self._tell(followed, followed.stop_by, sentence)
                await self._store.drop_stop(followed.id)
                followed = dataclasses.replace(followed, stop_by=None)
            return followed, execution
        logger.info("execution %s is stopped by %s", followed.id, followed.stop_by)
        await self._note(followed, "stop", "done", who=followed.stop_by)
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
            await self._note(followed, "retry", "done", who=followed.retry_by)
        await self._store.retry_told(followed)
        return dataclasses.replace(followed, retry_token=None)

    async def _lose(self, followed: Followed, error: MlpipeError, *, resumed: bool) -> Followed:
        """SageMaker tells nothing more of it, and never will: the card says so and is the last."""
        logger.warning("execution %s is not followed any more: %s", followed.id, error)
        if followed.has_card:
            card = self._cards.lost(followed, error.sentence)
            followed = await self._standing.show(followed, card, resumed=resumed)
        lost = dataclasses.replace(followed, progress=Progress.ENDED, failure=str(error))
        await self._store.save(lost)
        return lost

    async def _start(self, followed: Followed, *, resumed: bool) -> Followed:
        try:
            arn = await self._starter.start(followed)
        except UnavailableError as error:
            if await self._clock.now() - followed.requested_at < START_PATIENCE:
                raise
            await self._refuse(followed, error, resumed=resumed)
        except MlpipeError as error:
            await self._refuse(followed, error, resumed=resumed)
        started = dataclasses.replace(followed, arn=arn, progress=Progress.STARTED)
        await self._store.save(started)
        logger.info("execution %s started as %s", followed.id, arn)
        await self._note(started, START, "done", who=followed.asked_by)
        return started

    async def _refuse(self, followed: Followed, error: MlpipeError, *, resumed: bool) -> NoReturn:
        if resumed:  # else the conversation that began it tells
            sentence = say(
                "What you asked for could not be started: {reason}", reason=error.sentence
            )
            await self._tell(followed, followed.asked_by, sentence)
        refused = dataclasses.replace(followed, progress=Progress.REFUSED, failure=str(error))
        await self._store.save(refused)
        await self._note(refused, START, "refused", who=followed.asked_by, why=str(error))
        raise RefusedError(error.sentence) from error

    async def _note(
        self, followed: Followed, action: str, outcome: str, *, who: Person | None, why: str = ""
    ) -> None:
        """Keep in the audit log what SageMaker was told, after it was: twice after a death."""
        at = await self._clock.now()
        await self._audit.add(followed.entry(action, outcome, at=at, who=who, why=why))

    async def _tell(self, followed: Followed, person: Person | None, sentence: Sentence) -> None:
        if person is None:
            return
        message = Message(self._translator.mrkdwn(sentence))
        try:
            await self._gateway.whisper(followed.channel, person, message)
        except UnavailableError as error:
            raise UntoldError(error.sentence) from error
        except MlpipeError as error:
            logger.warning("%s could not be told: %s", person, error)
