"""From what a person wants started to an execution that is followed."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bot.asking import Asking
from bot.clock import Clock
from bot.data_days import DataDays
from bot.day_by_day import DayByDay
from bot.parameter_book import ParameterBook
from bot.run_request import Request, to_run, to_start
from bot.store.executions import Followed
from bot.targets import Targets
from bot.tracker import Tracker
from core.errors import UnavailableError
from core.messages import say
from core.parameters import DAY
from core.spans import Span


class Starting:
    """Begins runs and sweeps."""

    def __init__(
        self,
        *,
        book: ParameterBook,
        clock: Clock,
        data: DataDays,
        targets: Targets,
        tracker: Tracker,
        days: DayByDay | None = None,
    ) -> None:
        self._book = book
        self._clock = clock
        self._data = data
        self._targets = targets
        self._tracker = tracker
        self._days = days

    async def execution(self, asking: Asking, request: Request) -> Followed:
        """The execution that a request becomes.

        Raises:
            InputError: there are no data of its day.
        """
        target = request.target
        followed = to_start(
            request,
            await self._book.parameters(target.pipeline.name, target.environment, request.kind),
            asking=asking,
            today=await self._targets.today_now(target.pipeline),
            at=await self._clock.now(),
        )
        if (text := followed.parameters.get(DAY)) and request.days is None:
            day = dt.date.fromisoformat(text)
            await self._data.require(target, Span(day, day))
        if request.days is not None:
            await self._data.require(target, request.days)
        return followed

    async def start(self, asking: Asking, request: Request, *, token: str | None = None) -> None:
        """Start it, once for its token; its card is the tracker's, or that of all its days.

        Args:
            asking: Who asks.
            request: What is wanted.
            token: Another than that of who asks, where it was planned before.

        Raises:
            MlpipeError: it cannot be started, or SageMaker does not answer yet.
        """
        followed = await self.execution(asking, request)
        if request.days is None or self._days is None:
            await self.begin(dataclasses.replace(followed, token=token or followed.token))
            return
        at = followed.requested_at
        await self._days.begin(to_run(request, request.days, asking=asking, token=token, at=at))

    async def begin(self, followed: Followed) -> None:
        """Start it, once for its token; its card is the tracker's.

        Raises:
            MlpipeError: SageMaker refused, or does not answer yet.
        """
        begun = await self._tracker.begin(followed)
        if begun is not None and begun.arn is None:
            raise UnavailableError(
                say(
                    "SageMaker does not answer at the moment. I keep trying for ten minutes: the "
                    "card comes when it has started."
                )
            )
