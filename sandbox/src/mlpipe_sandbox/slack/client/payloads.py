"""Payloads of interactions, field for field as Slack sends them.

Sources: https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from typing import Any

from mlpipe_sandbox.slack.conversations import Conversation, Posted
from mlpipe_sandbox.slack.state import State


def channel_name(conversation: Conversation) -> str:
    """As payloads name a conversation."""
    return "directmessage" if conversation.kind == "im" else conversation.name


def command(
    state: State,
    *,
    user: str,
    conversation: Conversation,
    name: str,
    text: str,
    response_url: str,
) -> dict[str, Any]:
    """A slash command."""
    return {
        "token": state.app.verification_token,
        "team_id": state.workspace.id,
        "team_domain": state.workspace.domain,
        "channel_id": conversation.id,
        "channel_name": channel_name(conversation),
        "user_id": user,
        "user_name": state.person(user).name,
        "command": name,
        "text": text,
        "api_app_id": state.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": state.triggers.issue(user),
    }


def interaction(state: State, kind: str, *, user: str, view: str | None = None) -> dict[str, Any]:
    """What every interactive payload has; `view` is the id of the view it happened in."""
    return {
        **_identity(state, kind, user),
        "trigger_id": state.triggers.issue(user, view=view),
    }


def view_closed(state: State, *, user: str, view: dict[str, Any], cleared: bool) -> dict[str, Any]:
    """A view that a person closed; it comes without a trigger."""
    return {**_identity(state, "view_closed", user), "view": view, "is_cleared": cleared}


def message_container(posted: Posted) -> dict[str, Any]:
    """Where a click in a message happened."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": posted.ts,
        "channel_id": posted.channel,
        "is_ephemeral": posted.only_for is not None,
    }
    if posted.thread_ts is not None:
        container["thread_ts"] = posted.thread_ts
    return container


def _identity(state: State, kind: str, user: str) -> dict[str, Any]:
    name = state.person(user).name
    team = {"id": state.workspace.id, "domain": state.workspace.domain}
    return {
        "type": kind,
        "user": {"id": user, "username": name, "name": name, "team_id": team["id"]},
        "api_app_id": state.app.id,
        "token": state.app.verification_token,
        "team": team,
        "enterprise": None,
        "is_enterprise_install": False,
    }
