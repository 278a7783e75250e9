"""What an interaction lets an app do for a while: open a view, answer at a response_url."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.limits import Limits


@dataclass
class Trigger:
    """One trigger_id: good for one view, for a few seconds, for the person who caused it."""

    user: str
    view: str | None
    born: float
    used: bool = False


class Triggers:
    """Hands out trigger ids and takes each back once."""

    def __init__(self, limits: Limits, elapsed: Callable[[], float]) -> None:
        self._limits = limits
        self._elapsed = elapsed
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, *, view: str | None = None) -> str:
        """A new trigger id for an interaction of a person, in a view or outside of one."""
        trigger_id = f"{len(self._issued) + 1}.0.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user, view, self._elapsed())
        return trigger_id

    def take(self, trigger_id: str) -> Trigger:
        """Exchange a trigger id.

        Raises:
            SlackError: `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`.
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._elapsed() - trigger.born > self._limits.trigger:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponsePlace:
    """Where an answer sent to a response_url appears."""

    user: str
    channel: str
    thread_ts: str | None = None
    message_ts: str | None = None
    """The message that was clicked, which the answer may replace or delete."""
    is_ephemeral: bool = False
    born: float = 0.0
    uses: int = 0


@dataclass
class ResponseUrls:
    """Hands out response_urls and counts their uses."""

    limits: Limits
    elapsed: Callable[[], float]
    base_url: Callable[[], str]
    _issued: dict[str, ResponsePlace] = field(default_factory=dict)

    def issue(self, place: ResponsePlace, kind: Literal["commands", "actions"]) -> str:
        """A new address for answers to one interaction."""
        key = f"{kind}/{secrets.token_hex(16)}"
        place.born = self.elapsed()
        self._issued[key] = place
        return f"{self.base_url()}/{key}"

    def use(self, key: str) -> ResponsePlace:
        """Count one use of the address that ends in `key`.

        Raises:
            SlackError: `used_url` after the last use, `expired_url` after the last minute,
                `no_such_url` for an address that was never handed out.
        """
        place = self._issued.get(key)
        if place is None:
            raise SlackError("no_such_url")
        if self.elapsed() - place.born > self.limits.response_url:
            raise SlackError("expired_url")
        if place.uses >= self.limits.response_url_uses:
            raise SlackError("used_url")
        place.uses += 1
        return place
