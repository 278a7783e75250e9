"""What runs now, whoever started it, and what ended last: SageMaker's list with what we know."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from bot.cards import who_started
from bot.slack.gateway import Gateway
from bot.store.executions import Executions, Followed
from bot.targets import Target
from core.domain import Execution, ExecutionArn, Kind, Person
from core.errors import MlpipeError, NotFoundError
from reports.execution_facts import CardFacts
from reports.status import Seen

logger = logging.getLogger(__name__)


class Source(Protocol):
    """What the overview needs of SageMaker."""

    async def newest(self, target: Target, kind: Kind) -> tuple[Execution, ...]:
        """The executions begun last, newest first, without steps."""

    async def described(self, target: Target, arn: ExecutionArn) -> Execution:
        """One of them with its steps and parameters."""


@dataclasses.dataclass(frozen=True)
class Found:
    """One execution, where it belongs, and what the bot knows of it."""

    target: Target
    kind: Kind
    execution: Execution
    followed: Followed | None


LEAST_ID: Final = 4
"""Characters of an execution's id that are enough to name it."""


def named(found: Sequence[Found], word: str) -> Found | None:
    """The only one whose id begins like this."""
    if len(word) < LEAST_ID:
        return None
    matching = [each for each in found if each.execution.id.lower().startswith(word.lower())]
    return matching[0] if len(matching) == 1 else None


def own_first(found: Sequence[Found], person: Person) -> Found | None:
    """The newest that this person started, or had tried again; else the newest of all."""
    own = [
        each
        for each in found
        if each.followed and person in (each.followed.asked_by, each.followed.retry_by)
    ]
    return next(iter([*own, *found]), None)


class Overview:
    """Looks at several pipelines at once."""

    def __init__(
        self, *, source: Source, store: Executions | None, gateway: Gateway | None
    ) -> None:
        """Take what it stands on.

        Args:
            source: SageMaker.
            store: What the bot knows; None where its database is not at hand.
            gateway: Links to cards; None: no links.
        """
        self._source = source
        self._store = store
        self._gateway = gateway

    async def newest(self, targets: Iterable[Target]) -> tuple[Found, ...]:
        """The executions begun last of some pipelines, newest first, without steps."""
        wanted = [(target, kind) for target in targets for kind in Kind]
        lists = await asyncio.gather(*(self._listed(*each) for each in wanted))
        found = [each for listed in lists for each in listed]
        arns = [each.execution.arn for each in found]
        known = await self._store.of_arns(arns) if self._store else {}
        placed = [
            dataclasses.replace(each, followed=known.get(each.execution.arn)) for each in found
        ]
        return tuple(sorted(placed, key=lambda each: each.execution.started, reverse=True))

    async def seen(self, found: Iterable[Found]) -> tuple[Seen, ...]:
        """Each with its steps, and the address of its card."""
        return tuple(await asyncio.gather(*(self._seen(each) for each in found)))

    async def waiting(self, targets: Iterable[Target]) -> tuple[Followed, ...]:
        """What was asked for and SageMaker has not started yet, because it does not answer."""
        if self._store is None:
            return ()
        places = {(target.pipeline.name, target.environment) for target in targets}
        return tuple(
            each
            for each in await self._store.unfinished()
            if each.arn is None and (each.pipeline, each.environment) in places
        )

    async def _listed(self, target: Target, kind: Kind) -> tuple[Found, ...]:
        try:
            executions = await self._source.newest(target, kind)
        except NotFoundError:
            return ()  # nobody has created this one: nothing of it runs
        return tuple(Found(target, kind, each, None) for each in executions)

    async def _seen(self, found: Found) -> Seen:
        execution = await self._source.described(found.target, found.execution.arn)
        followed = found.followed
        facts = CardFacts(
            pipeline=found.target.pipeline.name,
            environment=found.target.environment,
            kind=found.kind,
            execution=execution,
            asked_by=followed.asked_by if followed else None,
            started_by=who_started(execution) if followed is None or followed.elsewhere else None,
            stop_by=followed.stop_by if followed else None,
        )
        elsewhere = followed is None or followed.elsewhere
        return Seen(facts, elsewhere=elsewhere, link=await self._link(followed))

    async def _link(self, followed: Followed | None) -> str | None:
        if followed is None or followed.channel is None or followed.message is None:
            return None
        if self._gateway is None:
            return None
        try:
            return await self._gateway.permalink(followed.channel, followed.message)
        except MlpipeError as error:
            logger.info("execution %s: no link to its card: %s", followed.id, error)
            return None
