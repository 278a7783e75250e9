"""One list for each pipeline and round: how what is followed stands, and what began elsewhere."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from bot.clock import Clock
from bot.heard import Heard
from bot.store.executions import CLAIM, RETRIED, Executions, Followed, Progress
from bot.store.leases import Holder
from core.domain import (
    ChannelId,
    EnvironmentName,
    Execution,
    ExecutionArn,
    ExecutionStatus,
    Kind,
    PipelineName,
)
from core.errors import MlpipeError, NotFoundError
from core.follows import Follow

logger = logging.getLogger(__name__)

SKEW: Final = dt.timedelta(minutes=10)
"""How far AWS's clock and ours may differ."""
LOOK_BACK: Final = dt.timedelta(days=1)
"""How old may be what is found in the first look after a start: what began while nobody looked."""
MOST_CLAIMS: Final = 40
"""Cards that one round claims: not more than it can post soon."""
ABSENT_SECONDS: Final = 300.0
"""For so long a pipeline that is not there is not asked for again."""
ID_IN_NAME: Final = 8
"""Characters of the bot's own id at the end of the display name of what it starts."""

Place = tuple[PipelineName, EnvironmentName, Kind]
Card = tuple[ChannelId | None, ExecutionArn]


class Source(Protocol):
    """Where executions are listed."""

    async def since(
        self,
        pipeline: PipelineName,
        environment: EnvironmentName,
        kind: Kind,
        moment: dt.datetime,
    ) -> tuple[Execution, ...]:
        """Those that began after a moment, without steps."""


class Following(Protocol):
    """Who follows what."""

    async def all(self) -> Sequence[Follow]:
        """Every follow."""


@dataclass(frozen=True)
class Sight:
    """What one round found."""

    executions: Mapping[ExecutionArn, Execution] = field(default_factory=dict)
    """As listed, without steps."""
    claimed: tuple[Followed, ...] = ()
    """Cards that this process is to post: stored, and leased to it."""


@dataclass(frozen=True)
class Concerned:
    """An execution of which a channel is to have a card."""

    follow: Follow
    execution: Execution
    kind: Kind

    @property
    def card(self) -> Card:
        """Which card."""
        return self.follow.key.channel, self.execution.arn


class Lookout:
    """Looks at SageMaker's lists."""

    def __init__(
        self,
        *,
        source: Source,
        store: Executions,
        follows: Following,
        heard: Heard,
        holder: Holder,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._store = store
        self._follows = follows
        self._heard = heard
        self._holder = holder
        self._clock = clock
        self._monotonic = monotonic
        self._looked: dict[Place, dt.datetime] = {}
        self._absent: dict[Place, float] = {}
        self._settled: dict[Card, ExecutionStatus] = {}
        """Cards of what ended → how: nothing more is to be asked while the list says the same."""
        self._ended_otherwise: set[str] = set()
        """Ids of what is noted as ended, which the last round did not see end so."""

    async def look(self, rows: Iterable[Followed]) -> Sight:
        """List what is followed, and claim the cards of what nobody has a card of yet."""
        follows = await self._follows.all()
        now = await self._clock.now()
        since = self._since(rows, follows, now)
        if not since:
            return Sight()
        listed = dict(
            zip(
                since,
                await asyncio.gather(*(self._listed(*each, now) for each in since.items())),
                strict=True,
            )
        )
        found = {each.arn: each for executions in listed.values() for each in executions}
        return Sight(found, await self._claims(follows, listed, rows))

    def _since(
        self, rows: Iterable[Followed], follows: Iterable[Follow], now: dt.datetime
    ) -> dict[Place, dt.datetime]:
        """From when on each place is listed: as little as shows all that is followed."""
        wanted: dict[Place, dt.datetime] = {}

        def want(place: Place, moment: dt.datetime) -> None:
            if self._absent.get(place, 0.0) <= self._monotonic():
                wanted[place] = min(wanted.get(place, moment), moment)

        for row in rows:
            if row.arn is not None:
                want((row.pipeline, row.environment, row.kind), row.requested_at - SKEW)
        for follow in follows:
            for kind in Kind:
                place = (follow.key.pipeline, follow.key.environment, kind)
                want(place, self._looked.get(place, now - LOOK_BACK) - SKEW)
        due = {
            environment: self._heard.lists(environment)
            for environment in {environment for _, environment, _ in wanted}
        }
        return {place: moment for place, moment in wanted.items() if due[place[1]]}

    async def _listed(
        self, place: Place, moment: dt.datetime, now: dt.datetime
    ) -> tuple[Execution, ...]:
        try:
            found = await self._source.since(*place, moment)
        except NotFoundError:
            self._absent[place] = self._monotonic() + ABSENT_SECONDS
            return ()
        except MlpipeError as error:
            logger.warning("the executions of %s are not listed: %s", "/".join(place), error)
            return ()
        self._looked[place] = now
        return found

    async def _claims(
        self,
        follows: Iterable[Follow],
        listed: Mapping[Place, tuple[Execution, ...]],
        rows: Iterable[Followed],
    ) -> tuple[Followed, ...]:
        known: set[Card] = {(row.channel, row.arn) for row in rows if row.arn is not None}
        wanted = {
            card: each for card, each in _concerned(follows, listed).items() if card not in known
        }
        self._settled = {card: end for card, end in self._settled.items() if card in wanted}
        asked = {
            card: each
            for card, each in wanted.items()
            if self._settled.get(card) is not each.execution.status
        }
        if not asked:
            return ()
        # In this order: what has no ARN yet when it is asked for has one, or is being started.
        starting = await self._store.starting()
        cards = await self._store.cards({arn for _, arn in asked})
        await self._revive(cards, {each.execution.arn: each.execution for each in asked.values()})
        there = {(card.channel, card.arn) for card in cards}
        new = [
            each
            for card, each in asked.items()
            if card not in there and not _begun_here(each.execution, starting)
        ][:MOST_CLAIMS]
        claimed = [await self._claim(each) for each in new]
        kept = {(card.channel, card.arn, card.status) for card in cards}
        others = {each.card for each, row in zip(new, claimed, strict=True) if row is None}
        for card, each in asked.items():
            end = each.execution.status
            if card in others or (end.ended and (*card, end) in kept):
                self._settled[card] = end
        return tuple(row for row in claimed if row is not None)

    async def _claim(self, concerned: Concerned) -> Followed | None:
        """The row of a new card; None where another replica has it, or somebody deleted it."""
        follow, execution, kind = concerned.follow, concerned.execution, concerned.kind
        channel = follow.key.channel
        claim = hashlib.sha256(f"{channel}/{execution.arn}".encode()).hexdigest()
        row = Followed(
            id=claim[:32],
            token=CLAIM + claim,
            pipeline=follow.key.pipeline,
            environment=follow.key.environment,
            kind=kind,
            parameters={},
            requested_at=execution.started,
            channel=channel,
            arn=execution.arn,
            progress=Progress.STARTED,
            status=execution.status,
        )
        won = await self._store.add(row, self._holder.values(dt.datetime.now(dt.UTC)))
        return row if won else None

    async def _revive(
        self, cards: Iterable[Followed], executions: Mapping[ExecutionArn, Execution]
    ) -> None:
        """Go on with what somebody had tried again elsewhere, and what has ended anew since.

        Only what two rounds in a row see otherwise: a list may be older than the note of the end.
        """
        otherwise = {
            card.id
            for card in cards
            if card.progress is Progress.ENDED
            and card.status in RETRIED
            and card.arn is not None
            and card.arn in executions
            and executions[card.arn].status is not card.status
        }
        for identifier in otherwise & self._ended_otherwise:
            if await self._store.revive(identifier):
                logger.info("execution %s goes on: it was tried again elsewhere", identifier)
        self._ended_otherwise = otherwise


def _concerned(
    follows: Iterable[Follow], listed: Mapping[Place, tuple[Execution, ...]]
) -> dict[Card, Concerned]:
    found = [
        Concerned(follow, execution, kind)
        for follow in follows
        for kind in Kind
        for execution in listed.get((follow.key.pipeline, follow.key.environment, kind), ())
        if follow.concerns(execution)
    ]
    return {each.card: each for each in found}


def _begun_here(execution: Execution, starting: Iterable[Followed]) -> bool:
    """Whether it is one that the bot is starting at this moment, which brings its own card."""
    return any(execution.display_name.endswith(row.id[:ID_IN_NAME]) for row in starting)
