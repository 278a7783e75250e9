"""What the queues of events told: so that only what changed has to be looked at."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from bot.store.executions import Followed
from core.domain import EnvironmentName, ExecutionArn
from core.errors import MlpipeError

logger = logging.getLogger(__name__)

ALL_SECONDS: Final = 60.0
"""Between two looks at what no event told of: one may have been lost."""
DEAF_SECONDS: Final = 30.0
"""After so long without an answer of the queue everything is looked at as if there were none."""
REST_SECONDS: Final = 5.0
"""After a queue did not answer."""


class Queue(Protocol):
    """An environment's events."""

    async def receive(self) -> frozenset[ExecutionArn]:
        """The executions that changed, once some have; none after a while."""


class Heard:
    """Remembers what changed since each was looked at, in memory: after a start all is due."""

    def __init__(
        self,
        queues: Mapping[tuple[EnvironmentName, ...], Queue],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the queues, each with the environments whose events it brings."""
        self._queues = queues
        self._monotonic = monotonic
        self._answered: dict[EnvironmentName, float] = {}
        self._changed: dict[ExecutionArn, float] = {}
        self._changed_in: dict[EnvironmentName, float] = {}
        self._listed: dict[EnvironmentName, float] = {}
        self._looked: dict[str, float] = {}
        self.woken = asyncio.Event()
        """Set when something changed."""

    async def listen(self) -> None:
        """Listen to every queue until cancelled."""
        await asyncio.gather(*(self._listen(*each) for each in self._queues.items()))

    async def _listen(self, environments: tuple[EnvironmentName, ...], queue: Queue) -> None:
        while True:
            try:
                changed = await queue.receive()
            except MlpipeError as error:
                names = ", ".join(environments)
                logger.warning("the events of %s are not received: %s", names, error)
                await asyncio.sleep(REST_SECONDS)
                continue
            for environment in environments:
                self.hear(environment, changed)

    def hear(self, environment: EnvironmentName, changed: Iterable[ExecutionArn]) -> None:
        """The queue answered: these changed."""
        now = self._monotonic()
        self._answered[environment] = now
        for arn in changed:
            self._changed[arn] = self._changed_in[environment] = now
            self.woken.set()

    def lists(self, environment: EnvironmentName) -> bool:
        """Whether to list an environment's executions in this round; if so it is taken as done."""
        now = self._monotonic()
        if self._tells(environment):
            listed = self._listed.get(environment)
            new = listed is not None and self._changed_in.get(environment, listed) > listed
            if listed is not None and not new and now - listed < ALL_SECONDS:
                return False
        self._listed[environment] = now
        return True

    def due(self, row: Followed) -> bool:
        """Whether to look at one: somebody waits for it, it changed, or it is long ago."""
        looked = self._looked.get(row.id)
        if looked is None or not self._tells(row.environment) or _waits(row):
            return True
        changed = row.arn is not None and self._changed.get(row.arn, looked) > looked
        return changed or self._monotonic() - looked >= ALL_SECONDS

    def looks(self, row: Followed) -> None:
        """It is looked at now; what changes from here on is another change."""
        self._looked[row.id] = self._monotonic()

    def forget_all_but(self, rows: Iterable[Followed]) -> None:
        """Nothing needs to be remembered of what is followed no more."""
        kept = {row.id for row in rows}
        self._looked = {name: at for name, at in self._looked.items() if name in kept}
        old = self._monotonic() - ALL_SECONDS
        self._changed = {arn: at for arn, at in self._changed.items() if at > old}

    def _tells(self, environment: EnvironmentName) -> bool:
        """Whether the environment has a queue that answers."""
        answered = self._answered.get(environment)
        return answered is not None and self._monotonic() - answered < DEAF_SECONDS


def _waits(row: Followed) -> bool:
    """Whether somebody waits for it, or for its card."""
    new = row.channel is not None and row.message is None
    return row.arn is None or row.retry_token is not None or row.stop_by is not None or new
