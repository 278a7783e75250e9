"""`/mlpipe logs`: the end of a step's log, for the eyes of who asks; as a file where it is long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.job_logs import JobLogs
from bot.overview import Found, Overview, named, own_first
from bot.routes import Subcommand
from bot.sagemaker import SageMaker
from bot.targets import MOST_WORD, Targets
from core.commands import Command, same_name
from core.domain import Execution, Step, StepStatus
from core.errors import InputError, NotFoundError
from core.inputs import closest
from core.messages import say
from reports.names import shown
from reports.steps import failed_step

MOST_NAMED: Final = 8
"""Steps and runs that a refusal lists."""


class Logs:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        logs: JobLogs,
        overview: Overview,
        sagemaker: SageMaker,
        targets: Targets,
    ) -> None:
        self._app = app
        self._logs = logs
        self._overview = overview
        self._sagemaker = sagemaker
        self._targets = targets

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe logs …`: of the run that is named, else the asker's last, else the last."""
        assert asking.channel is not None
        places, rest = self._targets.places(command)
        words = list(rest)
        found = await self._overview.newest(places)
        chosen = named(found, words[0]) if words else None
        if chosen is not None:
            words.pop(0)
        else:
            chosen = own_first(found, asking.person)
        self._targets.refuse_rest(words[1:], usage=f"{self._app.command} logs a1b2c3d4 Train")
        if chosen is None:
            raise NotFoundError(
                say(
                    "Nothing has run there yet. `{command} run` starts something.",
                    command=self._app.command,
                )
            )
        execution = await self._sagemaker.described(chosen.target, chosen.execution.arn)
        step = self._step(execution, words[0] if words else None, found)
        await self._logs.show_end(
            chosen.target.environment, step, to=asking.person, channel=asking.channel
        )

    def _step(self, execution: Execution, word: str | None, found: Sequence[Found]) -> Step:
        """The step that is named; else the one that failed, else runs, else came last."""
        writing = [step for step in execution.steps if step.logs_url]
        if word is None:
            if not writing:
                raise NotFoundError(say("No step of it has begun to write a log yet."))
            failed = failed_step(execution)
            running = [step for step in writing if step.status is StepStatus.EXECUTING]
            return failed if failed in writing else (running or writing)[-1]
        for step in writing:
            if same_name(step.name, word):
                return step
        names = [step.name for step in writing]
        if close := closest(word, names):
            raise InputError(
                say(
                    "There is no step {word}. Did you mean {close}?",
                    word=word[:MOST_WORD],
                    close=close,
                )
            )
        ids = [each.execution.id for each in found]
        raise InputError(
            say(
                "There is neither a run nor a step {word}. Steps with a log: {names}. Runs: {ids}.",
                word=word[:MOST_WORD],
                names=[shown(name, 40) for name in names[:MOST_NAMED]] or "-",
                ids=ids[:MOST_NAMED] or "-",
            )
        )


def register(
    app: Conversations,
    *,
    logs: JobLogs,
    overview: Overview,
    sagemaker: SageMaker,
    targets: Targets,
) -> None:
    """Offer the conversation."""
    conversation = Logs(app=app, logs=logs, overview=overview, sagemaker=sagemaker, targets=targets)
    app.subcommand(
        Subcommand(
            word="logs",
            action=Action.RUN,
            purpose=say("Show the end of a step's log, to you alone."),
            usage="logs [pipeline] [env=…] [id] [step]",
            examples=("logs", "logs a1b2c3d4 Train"),
            work=conversation.command,
        )
    )
