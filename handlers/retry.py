"""What a failed execution's card offers: Retry, and the end of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.job_logs import JobLogs
from bot.routes import Button
from bot.store.executions import Executions, Followed
from bot.tracker import Tracker
from core.errors import InputError, NotFoundError
from core.messages import say
from reports.actions import LOG, RETRY


class Retry:
    """The conversation."""

    def __init__(self, *, logs: JobLogs, store: Executions, tracker: Tracker) -> None:
        self._logs = logs
        self._store = store
        self._tracker = tracker

    async def retry(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Retry: it goes on where it failed, with the parameters it was started with."""
        assert asking.channel is not None
        assert asking.message is not None
        asked = await self._tracker.retry(
            await self._clicked(body),
            by=asking.person,
            token=hashlib.sha256(asking.delivery.encode()).hexdigest(),
            card=(asking.channel, asking.message),
        )
        if not asked:
            raise InputError(say("It is not to be tried again: it runs already, or went well."))

    async def log(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on the log's button."""
        assert asking.channel is not None
        followed = await self._clicked(body)
        await self._logs.show_failed(followed, to=asking.person, channel=asking.channel)

    async def _clicked(self, body: Mapping[str, Any]) -> Followed:
        followed = await self._store.get(body["actions"][0].get("value") or "")
        if followed is None:
            raise NotFoundError(say("I know nothing of this run any more."))
        return followed


def register(app: Conversations, *, logs: JobLogs, store: Executions, tracker: Tracker) -> None:
    """Offer the conversation."""
    retry = Retry(logs=logs, store=store, tracker=tracker)
    app.button(Button(RETRY, Action.RUN, retry.retry))
    app.button(Button(LOG, Action.RUN, retry.log))
