"""`I am on it` below a report: who it is and since when stands there for all to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.access import Action
from bot.alarm_book import AlarmBook
from bot.asking import Asking
from bot.conversations import Conversations
from bot.routes import Button
from core.messages import say
from core.mornings import Morning
from reports.actions import HAND_BACK, ON_IT


class OnIt:
    """The conversation."""

    def __init__(self, *, app: Conversations, book: AlarmBook) -> None:
        self._app = app
        self._book = book

    async def take(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on I am on it."""
        now = await self._app.clock.now()
        shown = await self._book.take(_morning(body), by=asking.person, at=now)
        if asking.message not in shown:
            await self._app.tell(asking, say("You are on it. This message cannot say so any more."))

    async def hand_back(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on I am no longer on it."""
        now = await self._app.clock.now()
        shown = await self._book.hand_back(_morning(body), by=asking.person, at=now)
        if asking.message not in shown:
            await self._app.tell(asking, say("It is handed back: nobody is on it any more."))


def _morning(body: Mapping[str, Any]) -> Morning:
    return Morning.parse(body["actions"][0].get("value") or "")


def register(app: Conversations, *, book: AlarmBook) -> None:
    """Offer the conversation."""
    on_it = OnIt(app=app, book=book)
    app.button(Button(ON_IT, Action.ALARM, on_it.take))
    app.button(Button(HAND_BACK, Action.ALARM, on_it.hand_back))
