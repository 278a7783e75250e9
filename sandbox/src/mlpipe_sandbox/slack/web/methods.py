"""Which methods there are, what each needs, and how often it may be called.

Sources: https://docs.slack.dev/reference/methods, https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.web import chat, conversations, files, messages, team, usergroups, views
from mlpipe_sandbox.slack.web.call import Call

Handler = Callable[[State, Call], dict[str, Any]]
Caller = Literal["anybody", "bot", "app"]


@dataclass(frozen=True)
class Method:
    """One method of the Web API."""

    handler: Handler
    scope: str | None = None
    """What the bot token must be allowed; scopes that depend on the channel the handler checks."""
    per_minute: int = 50
    """Slack's tier: 1, 20, 50 or 100 calls a minute."""
    caller: Caller = "bot"
    """Whose token it takes."""


TIER_2, TIER_3, TIER_4 = 20, 50, 100

METHODS: dict[str, Method] = {
    "api.test": Method(team.api_test, None, TIER_4, "anybody"),
    "auth.test": Method(team.auth_test, None, 600),
    "apps.connections.open": Method(team.connections_open, None, TIER_3, "app"),
    "bots.info": Method(team.bots_info, "users:read", TIER_3),
    "chat.delete": Method(chat.delete, "chat:write", TIER_3),
    "chat.getPermalink": Method(messages.get_permalink, None, 600),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write", TIER_4),
    "chat.postMessage": Method(chat.post_message, "chat:write", 60),
    "chat.update": Method(chat.update, "chat:write", TIER_3),
    "conversations.history": Method(messages.history, None, TIER_3),
    "conversations.info": Method(conversations.info, None, TIER_3),
    "conversations.join": Method(conversations.join, "channels:join", TIER_3),
    "conversations.list": Method(conversations.list_, None, TIER_2),
    "conversations.members": Method(conversations.members, None, TIER_4),
    "conversations.open": Method(conversations.open_, "im:write", TIER_3),
    "conversations.replies": Method(messages.replies, None, TIER_3),
    "files.completeUploadExternal": Method(files.complete_upload, "files:write", TIER_4),
    "files.delete": Method(files.delete, "files:write", TIER_3),
    "files.getUploadURLExternal": Method(files.get_upload_url, "files:write", TIER_4),
    "files.info": Method(files.info, "files:read", TIER_4),
    "reactions.add": Method(messages.add_reaction, "reactions:write", TIER_3),
    "team.info": Method(team.team_info, "team:read", TIER_3),
    "usergroups.list": Method(usergroups.list_, "usergroups:read", TIER_2),
    "usergroups.users.list": Method(usergroups.users_list, "usergroups:read", TIER_2),
    "users.info": Method(team.users_info, "users:read", TIER_4),
    "users.list": Method(team.users_list, "users:read", TIER_2),
    "users.profile.get": Method(team.users_profile, "users.profile:read", TIER_4),
    "views.open": Method(views.open_, None, TIER_4),
    "views.publish": Method(views.publish, None, TIER_4),
    "views.push": Method(views.push, None, TIER_4),
    "views.update": Method(views.update, None, TIER_4),
}
"""Name → the method."""
