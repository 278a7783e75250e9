"""The home tab: shown to whoever opens it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.asking import Asking
from bot.conversations import Conversations
from bot.home import HomePages
from bot.routes import Event

OPENED: Final = "app_home_opened"
"""https://docs.slack.dev/reference/events/app_home_opened"""


def register(app: Conversations, *, pages: HomePages) -> None:
    """Offer it."""

    async def opened(asking: Asking, event: Mapping[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            await pages.opened(asking.person)

    app.event(Event(OPENED, opened))
