"""Scopes and events that the sandbox knows.

Source: https://docs.slack.dev/reference/scopes
"""

from __future__ import annotations

KNOWN_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "chat:write.customize",
        "chat:write.public",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "users.profile:read",
        "users:read",
        "users:read.email",
    }
)

KNOWN_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "member_joined_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "reaction_added",
    }
)

READ_BY_KIND = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
"""Kind of conversation → the scope needed to look at it."""

HISTORY_BY_KIND = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
"""Kind of conversation → the scope needed to read its messages."""
