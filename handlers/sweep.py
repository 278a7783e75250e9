"""`/mlpipe sweep`: hyperparameters over ranges, by one line or by a modal; one card for all."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.data_days import DataDays, Lake
from bot.parameter_book import ParameterBook
from bot.routes import Button, Subcommand, Submission
from bot.run_request import Request
from bot.slack.gateway import Gateway
from bot.starting import Starting
from bot.sweep_form import (
    CALLBACK,
    ENVIRONMENT,
    LOADING,
    PIPELINE,
    TITLE,
    SweepForm,
    SweepRequest,
)
from bot.targets import ENVIRONMENT_WORDS, MOST_WORD, Target, Targets, taken_out
from bot.tracker import Tracker
from core.commands import Command
from core.domain import ChannelId, Kind
from core.errors import InputError
from core.messages import Translator, say


class Sweep:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        book: ParameterBook,
        form: SweepForm,
        gateway: Gateway,
        starting: Starting,
        targets: Targets,
    ) -> None:
        self._app = app
        self._book = book
        self._form = form
        self._gateway = gateway
        self._targets = targets
        self._starting = starting

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe sweep …`: the modal without arguments, else start at once."""
        assert asking.channel is not None
        if not command.tokens:
            fill = functools.partial(self._filled, asking.channel)
            await self._app.open(asking, fill, title=TITLE, loading=LOADING)
            return
        await self._gateway.require(asking.channel)
        await self._start(asking, await self._read(command, asking.channel))

    async def choose(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """Another pipeline or environment was chosen: its parameters take the place."""
        assert asking.view_id is not None
        view = await self._form.view_of_another(body["view"])
        await self._app.update(asking.view_id, view)

    async def submit(self, asking: Asking, request: SweepRequest) -> None:
        """The modal was submitted."""
        await self._gateway.require(request.channel)
        await self._start(asking, request)

    async def _read(self, command: Command, channel: ChannelId) -> SweepRequest:
        environment, command = taken_out(command, ENVIRONMENT_WORDS)
        if len(command.words) > 1:
            raise InputError(
                say(
                    "I do not understand {word}. Write ranges as name=from..to, such as "
                    "NumLeaves=8..64.",
                    word=command.words[1][:MOST_WORD],
                )
            )
        target = Target(
            self._targets.pipeline(command.words[0] if command.words else None),
            self._targets.environment_in(channel, environment),
        )
        await self._book.parameters(target.pipeline.name, target.environment, Kind.SWEEP)
        await self._targets.today_now(target.pipeline)
        sweep, given = self._form.checked(target, command.pairs)
        return SweepRequest(target, sweep, given, channel)

    async def _start(self, asking: Asking, request: SweepRequest) -> None:
        given = {**request.parameters, **request.sweep.typed()}
        wanted = Request(request.target, Kind.SWEEP, given, request.channel)
        await self._starting.start(asking, wanted)

    async def _filled(self, channel: ChannelId) -> Mapping[str, Any]:
        await self._gateway.require(channel)
        target = Target(
            next(iter(self._targets.pipelines.values())),
            self._targets.environment_in(channel, None),
        )
        return await self._form.view(target, channel)


def register(
    app: Conversations,
    *,
    book: ParameterBook,
    gateway: Gateway,
    lake: Lake,
    targets: Targets,
    tracker: Tracker,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    data = DataDays(lake)
    starting = Starting(book=book, clock=app.clock, data=data, targets=targets, tracker=tracker)
    form = SweepForm(book=book, data=data, targets=targets, translator=translator)
    sweep = Sweep(
        app=app,
        book=book,
        form=form,
        gateway=gateway,
        starting=starting,
        targets=targets,
    )
    app.subcommand(
        Subcommand(
            word="sweep",
            action=Action.RUN,
            purpose=say("Try hyperparameters over ranges. Alone it opens a form."),
            usage="sweep [pipeline] [env=…] name=from..to … [trials=…] [parallel=…] [strategy=…]",
            examples=("sweep", "sweep NumLeaves=8..64 LearningRate=0.01..0.3 trials=24 parallel=4"),
            work=sweep.command,
        )
    )
    for action_id in (PIPELINE, ENVIRONMENT):
        app.button(Button(action_id, Action.RUN, sweep.choose))
    app.submission(
        Submission(
            CALLBACK,
            Action.RUN,
            read=form.read,
            channel=lambda request: request.channel,
            work=sweep.submit,
        )
    )
