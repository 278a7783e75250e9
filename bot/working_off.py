"""How one interaction is worked off: claimed, permitted, worked, and told how it ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.access import Access, Action, not_permitted
from bot.answers import Answers
from bot.asking import Asking
from bot.clock import Clock
from bot.interactions import Interaction, arrived
from bot.lateness import require_in_time
from bot.metrics import Metrics
from bot.outcomes import Outcome, broke, outcome_of
from bot.precedence import Precedence
from bot.store.audit import Audit
from bot.store.deliveries import Deliveries
from bot.store.silence import answering
from bot.under_way import UnderWay
from core.audit import Entry
from core.errors import MlpipeError, UnavailableError

logger = logging.getLogger(__name__)


class WorkingOff:
    """Works off what was acknowledged."""

    def __init__(
        self,
        *,
        access: Access,
        answers: Answers,
        audit: Audit,
        clock: Clock,
        deliveries: Deliveries,
        metrics: Metrics,
        precedence: Precedence,
    ) -> None:
        self._access = access
        self._answers = answers
        self._audit = audit
        self._clock = clock
        self._deliveries = deliveries
        self._metrics = metrics
        self._precedence = precedence
        self.under_way = UnderWay()

    async def converse(
        self, asking: Asking, what: str, action: Action, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Claim, permit, work; one line in the log, which the person can name by its id."""
        seen = Interaction(what, asking, metrics=self._metrics)
        outcome, reason, answered = Outcome.CUT_OFF, "", True
        with self.under_way.one(), seen.traced():
            try:
                came = arrived.get()
                place = self._precedence.work(since=came)
                async with self._answers.sign_of_life(asking, since=came), place:
                    outcome = await self._work(asking, action, work)
            except MlpipeError as error:
                outcome, reason = outcome_of(error), str(error)
                answered = await self._answers.tell_if_possible(asking, error.sentence)
            except asyncio.CancelledError:
                # It may have waited for its turn: unclaimed, it would be told to nobody.
                await self._keep(self._deliveries.claim(asking, at=self._clock.latest()))
                raise
            except Exception:
                outcome = Outcome.BROKE
                logger.exception("%s broke", seen.id)
                answered = await self._answers.tell_if_possible(asking, broke(seen.id))
            finally:
                self._answers.done(asking)
                seen.ended(outcome, reason)
            if outcome is not Outcome.REPEATED:
                close = self._deliveries.answered if answered else self._deliveries.unanswered
                await self._keep(close(asking.delivery))

    async def attend(self, asking: Asking, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Claim and work what Slack tells by itself: nobody waits for an answer to it.

        What goes wrong is logged; whoever looks again has it done anew.
        """
        seen = Interaction(what, asking, metrics=self._metrics)
        outcome, reason = Outcome.CUT_OFF, ""
        with self.under_way.one(), seen.traced():
            try:
                async with self._precedence.work(since=arrived.get()):
                    outcome = await self._attend(asking, work)
            except MlpipeError as error:
                outcome, reason = outcome_of(error), str(error)
            except Exception:
                outcome = Outcome.BROKE
                logger.exception("%s broke", seen.id)
            finally:
                seen.ended(outcome, reason)

    async def _attend(self, asking: Asking, work: Callable[[], Awaitable[None]]) -> Outcome:
        if not await self._deliveries.claim(asking, at=self._clock.latest()):
            return Outcome.REPEATED
        await self._keep(self._deliveries.answered(asking.delivery))
        await work()
        return Outcome.DONE

    async def _keep(self, change: Awaitable[object]) -> None:
        """Have the database keep what a later start looks at; it may be away."""
        try:
            await change
        except (OSError, SQLAlchemyError, UnavailableError) as error:
            logger.warning("who was answered is not kept: %s", error)

    async def _work(
        self, asking: Asking, action: Action, work: Callable[[], Awaitable[None]]
    ) -> Outcome:
        if not await self._deliveries.claim(asking, at=self._clock.latest()):
            return Outcome.REPEATED
        require_in_time(asking.age)
        with answering():
            await self._permit(asking, action)
            await work()
        return Outcome.DONE

    async def _permit(self, asking: Asking, action: Action) -> None:
        if self._access.permits(asking.person, action):
            return
        entry = Entry(
            at=self._clock.latest(),
            who=str(asking.person),
            action=action,
            subject=asking.delivery,
            outcome="not_permitted",
            details={"channel": asking.channel or "", "said": asking.said or ""},
        )
        await self._audit.add(entry)
        raise not_permitted(action)
