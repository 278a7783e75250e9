"""`/mlpipe matters`: which parameters explain a metric, for everybody in the channel."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.explanations import Explanations
from bot.routes import Button, Subcommand
from bot.slack.gateway import Gateway
from bot.targets import Targets
from core.commands import Command
from core.messages import Translator, say
from reports.actions import TRIALS_MATTER
from reports.matters import Explained, report
from reports.trial_places import Place


class Matters:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        explanations: Explanations,
        gateway: Gateway,
        targets: Targets,
        translator: Translator,
    ) -> None:
        self._app = app
        self._explanations = explanations
        self._gateway = gateway
        self._targets = targets
        self._translator = translator

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe matters …`."""
        target, command = self._targets.one(command, asking.channel)
        await self._require(asking)
        found = await self._explanations.asked(
            target, command, person=asking.person, called=self._app.command
        )
        await self._post(asking, found)

    async def clicked(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on What matters? below a table of trials: of all that its question finds."""
        place = Place.loads(body["actions"][0]["value"])
        target = self._targets.at(place.pipeline, place.environment)
        await self._require(asking)
        found = await self._explanations.of(
            target, place, None, person=asking.person, called=self._app.command
        )
        await self._post(asking, found)

    async def _require(self, asking: Asking) -> None:
        assert asking.channel is not None
        await self._gateway.require(asking.channel)

    async def _post(self, asking: Asking, found: Explained) -> None:
        assert asking.channel is not None
        drawn = await asyncio.to_thread(report, found, self._translator)
        await self._gateway.post_report(asking.channel, drawn)


def register(
    app: Conversations,
    *,
    explanations: Explanations,
    gateway: Gateway,
    targets: Targets,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    matters = Matters(
        app=app,
        explanations=explanations,
        gateway=gateway,
        targets=targets,
        translator=translator,
    )
    app.subcommand(
        Subcommand(
            word="matters",
            action=Action.STATUS,
            purpose=say("Tell which parameters explain a metric, and when too few trials do."),
            usage="matters [pipeline] [env=…] [auc] [NumLeaves<64 since=7d tag=…]",
            examples=("matters", "matters auc since=30d"),
            work=matters.command,
        )
    )
    app.button(Button(TRIALS_MATTER, Action.STATUS, matters.clicked))
