"""What each copy of a delivery caused: every call is tied to the copy in whose context it is made.

A task, and a thread of the bot's for AWS, inherits the context of whoever began it: however late
a call is made, and whatever else goes on, it is known which copy it is for. What nobody delivered
causes (the morning's reports, the looks at an execution that runs) has no copy and is not noted.

As a program it is the console `mlpipe` with a note of what each delivery causes: its first argument
is the notes' file, what follows is the console's.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from unittest import mock

from botocore.client import BaseClient
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from sqlalchemy import Engine, event

from bot.cli import main
from bot.store.schema import deliveries
from reports.actions import REPORT_MENU, SERIES_MENU

MENUS: Final = (REPORT_MENU, SERIES_MENU)
"""What is chosen in these says which route is meant."""

CLAIM: Final = deliveries.name
"""What a second copy may ask the database for: whether there was a first."""
_copy: ContextVar[str | None] = ContextVar("copy", default=None)


@dataclass
class Caused:
    """One delivery, and what each of its copies caused in the order in which they came."""

    what: str
    copies: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        told = (
            f"copy {place} caused {', '.join(dict.fromkeys(effects)) or 'nothing'}"
            for place, effects in enumerate(self.copies.values(), start=1)
        )
        return f"{self.what}: {'; '.join(told)}"

    @property
    def twice(self) -> bool:
        """Whether more than one of them caused anything."""
        return sum(bool(effects) for effects in self.copies.values()) > 1


class Causes:
    """Kept in a file, which every bot of a scenario writes: one may be killed at any moment."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what the bots of this process do as long as the context lasts."""
        with ExitStack() as stack:
            self._log = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            stack.callback(os.close, self._log)
            arriving = _before(AsyncApp.async_dispatch, lambda _, req: self._arrived(req.body))
            stack.enter_context(mock.patch.object(AsyncApp, "async_dispatch", arriving))
            for kind, name, named in (
                (AsyncWebClient, "api_call", lambda _, method, **__: method),
                (AsyncWebhookClient, "send", lambda *_, **__: "response_url"),
                (BaseClient, "_make_api_call", lambda _, operation, *__: operation),
            ):
                noting = _before(getattr(kind, name), self._noting(named))
                stack.enter_context(mock.patch.object(kind, name, noting))
            event.listen(Engine, "before_cursor_execute", self._on_sql)
            stack.callback(event.remove, Engine, "before_cursor_execute", self._on_sql)
            yield

    def deliveries(self) -> dict[str, Caused]:
        """Every delivery by its id, with what came of it."""
        found: dict[str, Caused] = {}
        of_copy: dict[str, list[str]] = {}
        for line in self.file.read_text().splitlines() if self.file.exists() else []:
            entry = json.loads(line)
            if "effect" in entry:
                of_copy[entry["copy"]].append(entry["effect"])
                continue
            caused = found.setdefault(entry["delivery"], Caused(entry["what"]))
            of_copy[entry["copy"]] = caused.copies.setdefault(entry["copy"], [])
        return found

    def twice(self) -> list[str]:
        """The deliveries of which more than one copy caused anything."""
        return [str(each) for each in self.deliveries().values() if each.twice]

    @contextmanager
    def of_no_consequence(self) -> Iterator[Callable[[], list[str]]]:
        """Gives what is found as long as the context lasts, and forgets what was noted in it."""
        end = self.file.stat().st_size
        try:
            yield self.twice
        finally:
            os.truncate(self.file, end)

    def copies(self) -> Counter[str]:
        """How many copies of each delivery the bots have taken."""
        return Counter({key: len(each.copies) for key, each in self.deliveries().items()})

    def _arrived(self, body: Mapping[str, Any]) -> None:
        copy = uuid.uuid4().hex
        _copy.set(copy)
        self._write(copy=copy, delivery=delivery_of(body), what=what(body))

    def _noting(self, named: Callable[..., str]) -> Callable[..., None]:
        return lambda *given, **more: self._caused(named(*given, **more))

    def _on_sql(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if CLAIM not in statement:
            self._caused(" ".join(statement.split()[:3]))

    def _caused(self, effect: str) -> None:
        if (copy := _copy.get()) is not None:
            self._write(copy=copy, effect=effect)

    def _write(self, **entry: str) -> None:
        # One write at the end of a file is whole, whoever else writes.
        os.write(self._log, (json.dumps(entry) + "\n").encode())


def what(body: Mapping[str, Any]) -> str:
    """What a person or Slack did, by the name under which the bot listens to it."""
    match body:
        case {"command": command, **rest}:
            return f"{command} {(rest.get('text') or '').partition(' ')[0]}".rstrip()
        case {"actions": [{"action_id": menu, "selected_option": chosen}]} if menu in MENUS:
            return f"{menu}.{chosen['value'].partition('/')[0]}"
        case {"actions": [{"action_id": action}, *_]}:
            return str(action)
        case {"type": "view_submission", "view": {"callback_id": callback}}:
            return str(callback)
        case {"type": "shortcut" | "message_action", "callback_id": callback}:
            return str(callback)
        case {"event": {"type": kind}}:
            return str(kind)
    return str(body.get("type"))


def delivery_of(body: Mapping[str, Any]) -> str:
    """The same for every copy of a delivery, and for no other."""
    if "event_id" in body:
        return str(body["event_id"])
    moments = [str(each.get("action_ts")) for each in body.get("actions", [])]
    return "/".join([str(body.get("trigger_id")), *moments])


def _before(original: Callable[..., Any], noted: Callable[..., None]) -> Callable[..., Any]:
    """The same function, which notes first that it is called."""

    def call(*given: Any, **more: Any) -> Any:
        noted(*given, **more)
        return original(*given, **more)

    return call


if __name__ == "__main__":
    with Causes(Path(sys.argv.pop(1))).noted():
        main()
