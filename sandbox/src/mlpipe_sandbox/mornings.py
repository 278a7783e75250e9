"""From one morning to the next: the night passes, the day's data arrive, and it is morning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from zoneinfo import ZoneInfo

from mlpipe_sandbox.arrivals import Arrivals
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.faults.feed import FeedFault

ARRIVE_SECONDS: Final = 15.0
"""How long a night waits for the day's data on a busy machine; then it is morning without them."""
_RUNNING: Final = {"Executing", "Stopping"}


@dataclass(frozen=True)
class Run:
    """A pipeline's execution as it was heard of last."""

    pipeline: str
    status: str
    step: str = ""
    """The step that began last."""


class Mornings:
    """Steps the clock by nights, and knows what goes on; safe to share between threads."""

    def __init__(
        self,
        clock: Clock,
        arrivals: Arrivals,
        *,
        at: dt.time,
        zone: str,
        offered: Sequence[tuple[str, FeedFault]] = (),
    ) -> None:
        """Mornings are `at` that time of a zone.

        Args:
            clock: Is moved.
            arrivals: Of the lake that the nights fill.
            at: When it is morning.
            zone: In which a night ends the day.
            offered: Faults with their names, for those who want to choose one.
        """
        self.arrivals = arrivals
        self.offered = tuple(offered)
        self.nights = 0
        """How many have passed so."""
        self._clock = clock
        self._at = at
        self._zone = ZoneInfo(zone)
        self._passing = Lock()
        self._runs: dict[str, Run] = {}
        self._runs_lock = Lock()

    def next(self) -> dt.datetime:
        """The morning that comes next."""
        now = self._clock.now().astimezone(self._zone)
        today = dt.datetime.combine(now.date(), self._at, tzinfo=self._zone)
        if now < today:
            return today
        return dt.datetime.combine(now.date() + dt.timedelta(days=1), self._at, self._zone)

    def pass_night(self) -> dt.datetime:
        """Go to the next morning; at midnight the clock waits until the day's data are there.

        Whoever looks at the lake in the morning finds the day, as after a night that really passed.
        """
        with self._passing:
            morning = self.next()
            midnight = dt.datetime.combine(morning.date(), dt.time(), tzinfo=self._zone)
            if self._clock.now() < midnight:
                self._clock.move_to(midnight)
                self.arrivals.wait_for(morning.date(), ARRIVE_SECONDS)
            self.nights += 1
            return self._clock.move_to(morning)

    def heard(self, event: Mapping[str, Any]) -> None:
        """Take note of an event of SageMaker."""
        detail = event["detail"]
        arn = detail.get("pipelineExecutionArn")
        if arn is None:
            return
        pipeline = detail["pipelineArn"].rpartition("/")[2]
        with self._runs_lock:
            run = self._runs.pop(arn, Run(pipeline, "Executing"))
            status = detail.get("currentPipelineExecutionStatus", run.status)
            step = detail.get("stepName", run.step)
            self._runs[arn] = Run(pipeline, status, step)
            self._forget()

    def runs(self) -> list[Run]:
        """What runs now; if nothing does, what ended last."""
        with self._runs_lock:
            known = list(self._runs.values())
        return [run for run in known if run.status in _RUNNING] or known[-1:]

    def _forget(self) -> None:
        """Keep what runs, and what was heard of last."""
        last = next(reversed(self._runs))
        self._runs = {
            arn: run for arn, run in self._runs.items() if run.status in _RUNNING or arn == last
        }
