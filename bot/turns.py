"""Whose turn it is to be looked at, where more executions run than can be looked at at once."""

from __future__ import annotations

import enum
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.store.executions import Followed
from core.domain import ChannelId, Execution, ExecutionArn


class Urgency(enum.IntEnum):
    """What comes first."""

    ASKED = 0
    """Somebody waits: it is to be started, stopped or tried again."""
    ENDED = 1
    NEW = 2
    """It has no card yet."""
    CHANGED = 3
    """Its status is another than at the last look."""
    RUNS = 4


class Turns:
    """Remembers when each was looked at last, in memory: after a restart all are new."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._looked: dict[str, float] = {}
        self._turns: dict[str, int] = {}
        """Which look its last was, counted on; 0 before the first."""
        self._count = itertools.count(1)
        self.left = False
        """Whether some had to be left for the next round."""

    @property
    def lag(self) -> float:
        """Seconds since the look that is longest ago."""
        return self._monotonic() - min(self._looked.values()) if self._looked else 0.0

    def choose(
        self,
        rows: Iterable[Followed],
        seen: Mapping[ExecutionArn, Execution],
        *,
        most: int,
    ) -> Sequence[Followed]:
        """Those whose turn it is: the most urgent, then those not looked at for longest.

        Of the same urgency the channels take turns, so that one full of cards, which Slack lets
        speak once a second, does not hold up the others.

        Args:
            rows: All that is followed.
            seen: As SageMaker's lists showed them just now.
            most: How many.
        """
        all_rows = list(rows)
        now = self._monotonic()
        self._looked = {row.id: self._looked.get(row.id, now) for row in all_rows}
        self._turns = {row.id: self._turns.get(row.id, 0) for row in all_rows}
        by_urgency: dict[Urgency, list[Followed]] = defaultdict(list)
        for row in sorted(all_rows, key=lambda each: self._turns[each.id]):
            by_urgency[_urgency(row, seen)].append(row)
        ordered = [row for urgency in Urgency for row in _channels_in_turn(by_urgency[urgency])]
        self.left = len(ordered) > most
        return ordered[:most]

    def had(self, identifier: str) -> None:
        """It was looked at."""
        if identifier in self._looked:
            self._looked[identifier] = self._monotonic()
            self._turns[identifier] = next(self._count)


def _urgency(row: Followed, seen: Mapping[ExecutionArn, Execution]) -> Urgency:
    if row.arn is None or row.retry_token is not None or row.stop_by is not None:
        return Urgency.ASKED
    execution = seen.get(row.arn)
    if execution is None:
        return Urgency.CHANGED  # it is older than what was listed
    if execution.status.ended:
        return Urgency.ENDED
    if row.channel is not None and row.message is None:
        return Urgency.NEW
    return Urgency.RUNS if execution.status == row.status else Urgency.CHANGED


def _channels_in_turn(rows: Iterable[Followed]) -> Iterable[Followed]:
    by_channel: dict[ChannelId | None, list[Followed]] = defaultdict(list)
    for row in rows:
        by_channel[row.channel].append(row)
    for one_each in itertools.zip_longest(*by_channel.values()):
        yield from (row for row in one_each if row is not None)
