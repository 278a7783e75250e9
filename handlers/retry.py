"""Retry and the end of the log, on a failed execution's card; a report offers the first too."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.job_logs import JobLogs
from bot.morning_runs import MorningRuns
from bot.routes import Button
from bot.store.executions import Executions, Followed
from bot.tracker import Tracker
from core.domain import ChannelId, ExecutionStatus, MessageTs
from core.errors import InputError, NotFoundError
from core.messages import Sentence, say
from core.mornings import Morning
from reports.actions import LOG, RETRY, RETRY_RUN


class Retry:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        logs: JobLogs,
        runs: MorningRuns,
        store: Executions,
        tracker: Tracker,
    ) -> None:
        self._app = app
        self._logs = logs
        self._runs = runs
        self._store = store
        self._tracker = tracker

    async def retry(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Retry: it goes on where it failed, with the parameters it was started with."""
        assert asking.channel is not None
        assert asking.message is not None
        await self._retry(asking, await self._clicked(body), (asking.channel, asking.message))

    async def retry_run(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Retry below a report: its run goes on, on a card of its own in the channel."""
        assert asking.channel is not None
        followed = await self._runs.to_retry(Morning.parse(body["actions"][0].get("value") or ""))
        if followed is None:
            raise InputError(
                say(
                    "There is nothing to try again: it runs already, or went well. `{command} "
                    "status` shows what runs.",
                    command=self._app.command,
                )
            )
        await self._retry(asking, followed, (asking.channel, None))

    async def _retry(
        self, asking: Asking, followed: Followed, card: tuple[ChannelId, MessageTs | None]
    ) -> None:
        asked = await self._tracker.retry(
            followed,
            by=asking.person,
            token=hashlib.sha256(asking.delivery.encode()).hexdigest(),
            card=card,
        )
        if not asked:
            raise InputError(await self._why_not(followed))

    async def _why_not(self, followed: Followed) -> Sentence:
        fresh = await self._store.get(followed.id)
        if fresh is not None and fresh.status is ExecutionStatus.SUCCEEDED:
            return say(
                "There is nothing to try again: it went well. `{command} run` starts another.",
                command=self._app.command,
            )
        return say("It runs already: its card shows how far it is.")

    async def log(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on the log's button."""
        assert asking.channel is not None
        followed = await self._clicked(body)
        await self._logs.show_failed(followed, to=asking.person, channel=asking.channel)

    async def _clicked(self, body: Mapping[str, Any]) -> Followed:
        followed = await self._store.get(body["actions"][0].get("value") or "")
        if followed is None:
            raise NotFoundError(
                say(
                    "I know nothing of this run any more. `{command} run` starts it anew.",
                    command=self._app.command,
                )
            )
        return followed


def register(
    app: Conversations,
    *,
    logs: JobLogs,
    runs: MorningRuns,
    store: Executions,
    tracker: Tracker,
) -> None:
    """Offer the conversation."""
    retry = Retry(app=app, logs=logs, runs=runs, store=store, tracker=tracker)
    app.button(Button(RETRY, Action.RUN, retry.retry))
    app.button(Button(RETRY_RUN, Action.RUN, retry.retry_run))
    app.button(Button(LOG, Action.RUN, retry.log))
