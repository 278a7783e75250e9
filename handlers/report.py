"""`/mlpipe report`: how good a day's model was, with pictures, in the channel."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.readers import Readers
from bot.reporter import Reporter
from bot.routes import Subcommand
from bot.slack.gateway import Gateway
from bot.targets import ENVIRONMENT_WORDS, MOST_WORD, Target, Targets, taken_out
from core.commands import Command
from core.domain import PRODUCTION
from core.errors import InputError, NotFoundError
from core.inputs import day_of
from core.messages import Sentence, say
from reports.not_evaluated import not_evaluated

ALL: Final = "all"


class Report:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        gateway: Gateway,
        readers: Readers,
        reporter: Reporter,
        targets: Targets,
    ) -> None:
        self._app = app
        self._gateway = gateway
        self._readers = readers
        self._reporter = reporter
        self._targets = targets

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe report …`: the report into the channel."""
        assert asking.channel is not None
        await self._gateway.require(asking.channel)
        metrics, command = taken_out(command, ("metrics",))
        if metrics not in {None, ALL}:
            raise InputError(
                say(
                    "metrics= takes {all} only, which shows also those that say little on a day. "
                    "Write that, or leave it out.",
                    all=ALL,
                )
            )
        target, day = await self._read(command)
        await self._app.tell(asking, say("One moment: collecting {day} …", day=day.isoformat()))
        reading = await self._readers.read(asking.channel, target, day, asked_by=asking.person)
        if reading.facts.today is None:
            raise NotFoundError(await self._not_there(asking, target, day))
        await self._reporter.publish(
            dataclasses.replace(reading.facts, every_metric=metrics == ALL),
            asking.channel,
            language=reading.language,
            at=await self._app.clock.now(),
        )

    async def _read(self, command: Command) -> tuple[Target, dt.date]:
        environment, command = taken_out(command, ENVIRONMENT_WORDS)
        named, command = taken_out(command, ("day",))
        words = list(command.words)
        pipeline = None
        if words and self._targets.has_pipeline(words[0]):
            pipeline = words.pop(0)
        if named is None and words:
            named = words.pop(0)
        if words or command.pairs:
            unknown = words[0] if words else command.pairs[0][0]
            raise InputError(
                say(
                    "I do not understand {word}. Write a day, such as `{command} report "
                    "2013-06-28`.",
                    word=unknown[:MOST_WORD],
                    command=self._app.command,
                )
            )
        target = Target(
            self._targets.pipeline(pipeline),
            self._targets.environment(environment, default=PRODUCTION),
        )
        today = await self._targets.today_now(target.pipeline)
        return target, day_of(named or "yesterday", today=today)

    async def _not_there(self, asking: Asking, target: Target, day: dt.date) -> Sentence:
        missing = not_evaluated(day, await self._reporter.days_around(target, day))
        if target.pipeline.adopted is not None:
            return missing  # it is started elsewhere
        line = f"run {target.pipeline.name} env={target.environment} day={day}"
        if not self._app.access.permits(asking.person, Action.RUN):
            return say("{missing} Ask somebody who may run to evaluate it.", missing=missing)
        return say(
            "{missing} Run it: `{command} {line}`",
            missing=missing,
            command=self._app.command,
            line=line,
        )


def register(
    app: Conversations,
    *,
    gateway: Gateway,
    readers: Readers,
    reporter: Reporter,
    targets: Targets,
) -> None:
    """Offer the conversation."""
    report = Report(app=app, gateway=gateway, readers=readers, reporter=reporter, targets=targets)
    app.subcommand(
        Subcommand(
            word="report",
            action=Action.REPORT,
            purpose=say("Show how good a day's model was."),
            usage="report [day] [env=…] [metrics=all]",
            examples=("report", "report 2013-06-28"),
            work=report.command,
        )
    )
