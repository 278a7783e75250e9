"""The methods of Slack's Web API that the bot calls, and the bot token's scopes that each needs.

The gateway refuses to call any other, so that this table and the app's manifest stay whole.
Source: the page of each method below https://docs.slack.dev/reference/methods
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Method:
    """What a method needs and takes."""

    scopes: frozenset[str] = frozenset()
    """Of the bot token."""
    json: bool = False
    """Whether it takes its arguments as JSON; methods that only read take a form."""
    repeatable: bool = True
    """Whether a second call changes nothing more: only then is it tried again when nobody knows
    whether Slack took the first one."""
    per_minute: int | None = None
    """Calls a minute that Slack takes in a workspace; None: of those a person waits for, and of
    what has a pace of its own, nothing is held back.
    Source: https://docs.slack.dev/apis/web-api/rate-limits (tiers)"""


TIER_2: Final = 20
TIER_3: Final = 50
_READ: Final = frozenset({"channels:read", "groups:read", "im:read"})
"""For public and private channels, and for a person's own conversation with the bot."""
_HISTORY: Final = frozenset({"channels:history", "groups:history", "im:history"})
METHODS: Final[Mapping[str, Method]] = {
    "auth.test": Method(),
    "chat.getPermalink": Method(),
    "chat.postEphemeral": Method(frozenset({"chat:write"}), json=True, repeatable=False),
    "chat.postMessage": Method(frozenset({"chat:write"}), json=True, repeatable=False),
    "chat.update": Method(frozenset({"chat:write"}), json=True, per_minute=TIER_3),
    "conversations.history": Method(_HISTORY, per_minute=TIER_3),
    "conversations.info": Method(_READ, per_minute=TIER_3),
    "conversations.replies": Method(_HISTORY, per_minute=TIER_3),
    "files.completeUploadExternal": Method(frozenset({"files:write"}), repeatable=False),
    "files.getUploadURLExternal": Method(frozenset({"files:write"})),
    "files.info": Method(frozenset({"files:read"})),
    "users.info": Method(frozenset({"users:read"})),
    "users.list": Method(frozenset({"users:read"}), per_minute=TIER_2),
    "views.open": Method(json=True, repeatable=False),
    "views.publish": Method(json=True),
    "views.update": Method(json=True),
}
COMMAND_SCOPES: Final = frozenset({"commands"})
"""Needed by an app that has a slash command."""


def bot_scopes() -> frozenset[str]:
    """Every scope that the bot token needs."""
    return COMMAND_SCOPES.union(*(method.scopes for method in METHODS.values()))
