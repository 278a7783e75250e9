"""Stand-ins for Slack and SageMaker, for tests of what stands between them."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bot.slack.calls import Calls
from bot.slack.channels import Channels
from bot.slack.gateway import Gateway
from bot.slack.pacing import Pacer
from bot.slack.pictures import Pictures
from bot.slack.webhooks import Webhooks
from core.errors import UnavailableError
from core.messages import say
from reports.message import Message


class FakeSlack:
    """Remembers every call, and answers what a test wants."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
        self._numbers = itertools.count(1)

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        present = {name: value for name, value in arguments.items() if value is not None}
        self.calls.append((method, present))
        await asyncio.sleep(0)
        if method in self.answers:
            return self.answers[method](present)
        return self._plain(method)

    async def upload(self, url: str, content: bytes | Path) -> None:
        self.calls.append(("upload", {"url": url, "content": content}))

    def _plain(self, method: str) -> dict[str, Any]:
        number = next(self._numbers)
        if method == "conversations.info":
            return {"channel": {"is_ext_shared": False, "is_member": True}}
        if method == "conversations.history":
            return {"messages": []}
        if method == "files.getUploadURLExternal":
            return {"upload_url": "http://upload", "file_id": f"F{number:010d}"}
        if method == "files.info":
            return {"file": {"mimetype": "image/png"}}
        if method == "chat.postMessage":
            return {"ts": f"{number}.000000", "channel": "D0OWN"}
        return {"ts": f"{number}.000000", "permalink": "http://slack/p1", "view": {"id": "V1"}}

    def said(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of a method."""
        return [arguments for name, arguments in self.calls if name == method]

    def lose_answers(self) -> None:
        """From now on Slack takes messages but its answers do not arrive."""

        def taken(_arguments: dict[str, Any]) -> dict[str, Any]:
            raise UnavailableError(say("Slack does not answer."))

        def history(_arguments: dict[str, Any]) -> dict[str, Any]:
            posted = self.said("chat.postMessage")
            return {"messages": [{"ts": f"{n}.5", **each} for n, each in enumerate(posted)]}

        self.answers["chat.postMessage"] = taken
        self.answers["conversations.history"] = history

    def gateway(self) -> Gateway:
        calls = cast("Calls", self)
        return Gateway(
            calls=calls,
            channels=Channels(calls),
            pacer=Pacer(seconds=0.0),
            pictures=Pictures(calls, sleep=_at_once),
            webhooks=cast("Webhooks", None),
        )


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


@dataclass
class FixedClock:
    """A clock that stands still until a test moves it."""

    time: dt.datetime

    def latest(self) -> dt.datetime:
        return self.time

    async def now(self) -> dt.datetime:
        return self.time


def message(text: str) -> Message:
    """A message of text alone."""
    return Message(text)
