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
        "usergroups:read",
        "users.profile:read",
        "users:read",
        "users:read.email",
    }
)

SCOPES_OF_EVENT: dict[str, frozenset[str]] = {
    "app_home_opened": frozenset(),
    "app_mention": frozenset({"app_mentions:read"}),
    "member_joined_channel": frozenset({"channels:read", "groups:read"}),
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    "reaction_added": frozenset({"reactions:read"}),
}
"""Event → the scopes of which an app needs one to hear of it.

Source: https://docs.slack.dev/reference/events
"""

KNOWN_EVENTS = frozenset(SCOPES_OF_EVENT)

READ_BY_KIND = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
"""Kind of conversation → the scope needed to look at it."""

HISTORY_BY_KIND = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
"""Kind of conversation → the scope needed to read its messages."""
