"""`/mlpipe status`: what runs now, and how far it is."""

from __future__ import annotations

from typing import Final

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.overview import Overview
from bot.routes import Subcommand
from bot.targets import Targets
from core.commands import Command
from core.messages import say
from reports.status import status_lines

MOST_RUNNING: Final = 10
MOST_ENDED: Final = 3


class Status:
    """The conversation."""

    def __init__(self, *, app: Conversations, overview: Overview, targets: Targets) -> None:
        self._app = app
        self._overview = overview
        self._targets = targets

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe status …`: the list, for the eyes of who asks."""
        places, rest = self._targets.places(command)
        self._targets.refuse_rest(rest, usage=f"{self._app.command} status flights env=production")
        found = await self._overview.newest(places)
        running = [each for each in found if not each.execution.status.ended]
        ended = [each for each in found if each.execution.status.ended] if not running else []
        answer = status_lines(
            await self._overview.seen(running[:MOST_RUNNING]),
            await self._overview.seen(ended[:MOST_ENDED]),
            waiting=len(await self._overview.waiting(places)),
        )
        await self._app.tell(asking, answer)


def register(app: Conversations, *, overview: Overview, targets: Targets) -> None:
    """Offer the conversation."""
    status = Status(app=app, overview=overview, targets=targets)
    app.subcommand(
        Subcommand(
            word="status",
            action=Action.STATUS,
            purpose=say("Show what runs now and how far it is."),
            usage="status [pipeline] [env=…]",
            examples=("status", "status env=production"),
            work=status.command,
        )
    )
