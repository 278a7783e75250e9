"""The end of a step's log, for the eyes of who asked only."""

from __future__ import annotations

import logging
from typing import Final, Protocol

from bot.slack.gateway import Gateway
from bot.store.executions import Followed
from core.domain import (
    ChannelId,
    EnvironmentName,
    Execution,
    ExecutionStatus,
    Person,
    Step,
)
from core.errors import MlpipeError, NotFoundError, UnavailableError
from core.messages import Translator, say, say_count
from core.redaction import redact
from reports.log_tail import file_name, log_tail
from reports.message import File, Message
from reports.names import shown
from reports.steps import failed_step

logger = logging.getLogger(__name__)

LINES: Final = 15
"""Of the log's end: a traceback's last frames and its sentence."""
FILE_LINES: Final = 1000
"""Of the end of a log that somebody asks for: what a message has no room for comes as a file."""


class Source(Protocol):
    """Where executions and their logs are read."""

    async def describe(self, followed: Followed) -> Execution:
        """How a started execution stands."""

    async def log_tail(
        self, environment: EnvironmentName, step: Step, /, *, lines: int
    ) -> tuple[str, ...]:
        """The last lines of a step's job."""


class JobLogs:
    """Shows people why a step failed, in its own words."""

    def __init__(self, *, source: Source, gateway: Gateway, translator: Translator) -> None:
        self._source = source
        self._gateway = gateway
        self._translator = translator

    async def tell_failure(self, followed: Followed, execution: Execution) -> None:
        """Show it to who asked for the run; what never can be shown is logged.

        Raises:
            UnavailableError: it cannot be shown now.
        """
        person = followed.retry_by or followed.asked_by
        step = failed_step(execution)
        if execution.status is not ExecutionStatus.FAILED or person is None or step is None:
            return
        try:
            await self.show(followed, step, to=person, channel=followed.channel)
        except UnavailableError:
            raise
        except MlpipeError as error:
            logger.info("the log of execution %s could not be shown: %s", followed.id, error)

    async def show_failed(self, followed: Followed, *, to: Person, channel: ChannelId) -> None:
        """Show it to somebody who asks.

        Raises:
            NotFoundError: no step failed, or its job wrote nothing.
        """
        step = failed_step(await self._source.describe(followed))
        if step is None:
            raise NotFoundError(
                say("No step of it has failed any more: its card shows how it stands.")
            )
        await self.show(followed, step, to=to, channel=channel)

    async def show(
        self, followed: Followed, step: Step, *, to: Person, channel: ChannelId | None
    ) -> None:
        """Show the end of one step's log.

        Raises:
            NotFoundError: its job wrote nothing.
        """
        safe = await self._redacted(followed.environment, step, lines=LINES)
        await self._gateway.whisper(channel, to, log_tail(step, safe, self._translator).message)

    async def show_end(
        self, environment: EnvironmentName, step: Step, *, to: Person, channel: ChannelId | None
    ) -> None:
        """Show the end of one step's log; what has no room comes as a file to that person alone.

        Raises:
            NotFoundError: its job wrote nothing.
        """
        safe = await self._redacted(environment, step, lines=FILE_LINES)
        tail = log_tail(step, safe, self._translator)
        await self._gateway.whisper(channel, to, tail.message)
        if tail.shown == len(safe):
            return
        heading = say_count(
            "The last line of the log of *{step}*, as a file.",
            "The last {count} lines of the log of *{step}*, as a file.",
            count=len(safe),
            step=shown(step.name),
        )
        file = File(f"{file_name(step)}.log", "\n".join(safe).encode())
        await self._gateway.hand(to, Message(self._translator.mrkdwn(heading)), file)

    async def _redacted(self, environment: EnvironmentName, step: Step, *, lines: int) -> list[str]:
        found = await self._source.log_tail(environment, step, lines=lines)
        if not found:
            raise NotFoundError(
                say(
                    "The job of {step} wrote no log. Its card has all there is to know.",
                    step=shown(step.name),
                )
            )
        return redact("\n".join(found)).split("\n")  # a key has many lines
