"""What one of our messages is about, for who uses a shortcut on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.asking import Asking
from bot.store.alarms import AlarmStore
from bot.store.executions import Executions
from bot.targets import Target, Targets
from core.day_result import DayResult
from core.errors import InputError
from core.messages import say
from core.mornings import Morning
from core.parameters import DAY


class Results(Protocol):
    """The evaluated days."""

    async def result(self, target: Target, day: dt.date) -> DayResult | None:
        """One day's results; None where it was not evaluated."""


@dataclass(frozen=True)
class Pointed:
    """A run, or a day of a series."""

    target: Target
    day: dt.date | None
    """None where the run was given none."""
    run: str | None
    """Id of the execution, which is its trial's name; None where none was."""
    given: Mapping[str, str]
    """Parameters that it was started with."""


class PointedAt:
    """Knows our messages again."""

    def __init__(
        self, *, executions: Executions, reports: AlarmStore, results: Results, targets: Targets
    ) -> None:
        self._executions = executions
        self._reports = reports
        self._results = results
        self._targets = targets

    async def of(self, asking: Asking) -> Pointed:
        """What the message is about.

        Raises:
            InputError: it is neither the card of a run nor a report, or about several series.
            NotFoundError: mlpipe.toml does not have the series any more.
        """
        assert asking.channel is not None
        assert asking.message is not None
        followed = await self._executions.of_card(asking.channel, asking.message)
        if followed is not None:
            return Pointed(
                self._targets.at(followed.pipeline, followed.environment),
                _day(followed.parameters.get(DAY, "")),
                followed.arn.rsplit("/", 1)[-1] if followed.arn else None,
                followed.parameters,
            )
        mornings = await self._reports.about(asking.channel, asking.message)
        if len(mornings) > 1:
            raise InputError(
                say(
                    "This is about several series. Choose one in its menu, and use the shortcut on "
                    "what comes."
                )
            )
        if not mornings:
            raise InputError(
                say(
                    "This is neither the card of a run nor a report of mlpipe's: use the shortcut "
                    "on one of those."
                )
            )
        return await self._of_morning(mornings[0])

    async def _of_morning(self, morning: Morning) -> Pointed:
        target = self._targets.of(morning)
        result = await self._results.result(target, morning.day)
        if result is None:
            return Pointed(target, morning.day, None, {DAY: morning.day.isoformat()})
        arn = result.run.execution_arn
        given = {**result.run.parameters, DAY: morning.day.isoformat()}
        return Pointed(target, morning.day, arn.rsplit("/", 1)[-1] if arn else None, given)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
