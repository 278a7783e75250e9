"""`/mlpipe compare A B`: trials beside each other, for everybody in the channel."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.access import Action
from bot.asking import Asking
from bot.comparisons import Comparisons
from bot.conversations import Conversations
from bot.routes import Button, Subcommand
from bot.slack.gateway import Gateway
from bot.targets import Target, Targets
from core.commands import Command
from core.compared import MOST
from core.errors import InputError
from core.messages import Translator, say
from reports.actions import TRIALS_COMPARE, TRIALS_TICKED
from reports.compared import report


class Compare:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        comparisons: Comparisons,
        gateway: Gateway,
        targets: Targets,
        translator: Translator,
    ) -> None:
        self._app = app
        self._comparisons = comparisons
        self._gateway = gateway
        self._targets = targets
        self._translator = translator

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe compare …`."""
        target, command = self._targets.one(command, asking.channel)
        await self._compare(asking, target, command.rewritten)

    async def ticked(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Compare: of the trials that are ticked on the page."""
        values = (body.get("state") or {}).get("values") or {}
        names = [
            str(option["value"])
            for block in values.values()
            for option in (block.get(TRIALS_TICKED) or {}).get("selected_options") or ()
        ]
        if not 2 <= len(names) <= MOST:
            raise InputError(say("Tick two to {most} trials first.", most=MOST))
        pipeline, _, environment = body["actions"][0]["value"].partition("/")
        await self._compare(asking, self._targets.at(pipeline, environment), tuple(names))

    async def tick(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A tick alone: Slack keeps it."""

    async def _compare(self, asking: Asking, target: Target, names: tuple[str, ...]) -> None:
        assert asking.channel is not None
        await self._gateway.require(asking.channel)
        compared = await self._comparisons.of(
            target, names, person=asking.person, command=self._app.command
        )
        drawn = await asyncio.to_thread(report, compared, self._translator)
        await self._gateway.post_report(asking.channel, drawn)


def register(
    app: Conversations,
    *,
    comparisons: Comparisons,
    gateway: Gateway,
    targets: Targets,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    compare = Compare(
        app=app,
        comparisons=comparisons,
        gateway=gateway,
        targets=targets,
        translator=translator,
    )
    app.subcommand(
        Subcommand(
            word="compare",
            action=Action.STATUS,
            purpose=say("Hold trials against each other: which recipe is better, and on what."),
            usage="compare [pipeline] [env=…] A B [C …]",
            examples=("compare 4f1c2a9b7d3e 7d3e0b11c2aa",),
            work=compare.command,
        )
    )
    app.button(Button(TRIALS_TICKED, Action.STATUS, compare.tick))
    app.button(Button(TRIALS_COMPARE, Action.STATUS, compare.ticked))
