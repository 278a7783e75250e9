"""Stop and Retry on the card of a range of days; `/mlpipe run day=…..…` begins one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.day_by_day import DayByDay
from bot.routes import Button
from bot.store.day_ranges import DayRange
from core.day_ranges import End
from core.errors import InputError, NotFoundError
from core.messages import say
from reports.actions import RETRY_DAYS, STOP_DAYS
from reports.names import mention


class RunDays:
    """The conversation."""

    def __init__(self, *, app: Conversations, days: DayByDay) -> None:
        self._app = app
        self._days = days

    async def stop(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Stop: the card itself says what came of it."""
        days = await self._clicked(body)
        if await self._days.stop(days, by=asking.person):
            return
        fresh = await self._days.get(days.id)
        if fresh is not None and fresh.end is None and fresh.stop_by is not None:
            raise InputError(
                say(
                    "{person} stopped it already: its card says when its jobs have ended.",
                    person=mention(fresh.stop_by),
                )
            )
        raise InputError(say("It has ended already: there is nothing to stop."))

    async def retry(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Retry: the day that failed goes on, then those after it."""
        days = await self._clicked(body)
        token = hashlib.sha256(asking.delivery.encode()).hexdigest()
        if await self._days.retry(days, by=asking.person, token=token):
            return
        fresh = await self._days.get(days.id)
        if fresh is not None and fresh.end is End.DONE:
            raise InputError(
                say(
                    "There is nothing to try again: it went well. `{command} run` starts another.",
                    command=self._app.command,
                )
            )
        raise InputError(say("It runs already: its card shows how far it is."))

    async def _clicked(self, body: Mapping[str, Any]) -> DayRange:
        days = await self._days.get(body["actions"][0].get("value") or "")
        if days is None:
            raise NotFoundError(
                say(
                    "I know nothing of this run any more. `{command} run` starts it anew.",
                    command=self._app.command,
                )
            )
        return days


def register(app: Conversations, *, days: DayByDay) -> None:
    """Offer the conversation."""
    run_days = RunDays(app=app, days=days)
    app.button(Button(STOP_DAYS, Action.RUN, run_days.stop))
    app.button(Button(RETRY_DAYS, Action.RUN, run_days.retry))
