"""usergroups.*: people who are mentioned together."""

from __future__ import annotations

from typing import Any

from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.state import SLACKBOT, State
from mlpipe_sandbox.slack.web.call import Call
from mlpipe_sandbox.slack.workspace import UserGroup


def list_(state: State, call: Call) -> dict[str, Any]:
    """usergroups.list."""
    with_disabled = call.flag("include_disabled")
    groups = [
        _shown(state, group, call)
        for group in state.workspace.user_groups
        if with_disabled or not group.is_disabled
    ]
    return {"usergroups": groups}


def users_list(state: State, call: Call) -> dict[str, Any]:
    """usergroups.users.list."""
    wanted, with_disabled = call.required("usergroup"), call.flag("include_disabled")
    for group in state.workspace.user_groups:
        if group.id == wanted and (with_disabled or not group.is_disabled):
            return {"users": list(group.users)}
    raise SlackError("no_such_subteam")


def _shown(state: State, group: UserGroup, call: Call) -> dict[str, Any]:
    """The user group object of the Web API.

    Source: https://docs.slack.dev/reference/methods/usergroups.list
    """
    made: dict[str, Any] = {
        "id": group.id,
        "team_id": state.workspace.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 1 if group.is_disabled else 0,
        "auto_type": None,
        "created_by": SLACKBOT,
        "updated_by": SLACKBOT,
        "deleted_by": SLACKBOT if group.is_disabled else None,
        "prefs": {"channels": [], "groups": []},
    }
    if call.flag("include_users"):
        made["users"] = list(group.users)
    if call.flag("include_count"):
        made["user_count"] = len(group.users)
    return made
