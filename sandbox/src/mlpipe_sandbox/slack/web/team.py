"""Who and what is there: auth.*, users.*, bots.*, team.*, apps.*."""

from __future__ import annotations

import secrets
from typing import Any

from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.web.call import Call
from mlpipe_sandbox.slack.web.messages import cursor_start, next_cursor
from mlpipe_sandbox.slack.workspace import Person

PAGE = 1000


def api_test(_: State, call: Call) -> dict[str, Any]:
    """api.test."""
    error = call.text("error")
    if error is not None:
        raise SlackError(error, args=call.arguments)
    return {"args": call.arguments}


def auth_test(state: State, _: Call) -> dict[str, Any]:
    """auth.test."""
    return {
        "url": f"{state.base_url()}/",
        "team": state.workspace.name,
        "user": state.app.name,
        "team_id": state.workspace.id,
        "user_id": state.app.bot_user_id,
        "bot_id": state.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(state: State, _: Call) -> dict[str, Any]:
    """apps.connections.open."""
    address = state.base_url().replace("http", "ws", 1)
    ticket = secrets.token_hex(8)
    state.tickets.add(ticket)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={state.app.id}"}


def bots_info(state: State, call: Call) -> dict[str, Any]:
    """bots.info."""
    if call.text("bot") not in (None, state.app.bot_id):
        raise SlackError("bot_not_found")
    app = state.app
    return {
        "bot": {
            "id": app.bot_id,
            "deleted": False,
            "name": app.name,
            "updated": 0,
            "app_id": app.id,
            "user_id": app.bot_user_id,
            "icons": {},
        }
    }


def team_info(state: State, _: Call) -> dict[str, Any]:
    """team.info."""
    workspace = state.workspace
    return {"team": {"id": workspace.id, "name": workspace.name, "domain": workspace.domain}}


def users_info(state: State, call: Call) -> dict[str, Any]:
    """users.info."""
    return {"user": {**_user(state, call.required("user")), **_locale(state, call)}}


def users_list(state: State, call: Call) -> dict[str, Any]:
    """users.list."""
    everybody = [*state.people, state.app.bot_user_id]
    size = call.number("limit", default=PAGE, least=1, most=PAGE)
    page, cursor = next_cursor(everybody, cursor_start(call), size)
    return {
        "members": [_user(state, user) for user in page],
        "cache_ts": state.now(),
        "response_metadata": {"next_cursor": cursor},
    }


def users_profile(state: State, call: Call) -> dict[str, Any]:
    """users.profile.get."""
    return {"profile": _user(state, call.text("user") or state.app.bot_user_id)["profile"]}


def _locale(state: State, call: Call) -> dict[str, str]:
    """The language of a person's Slack, told only to who asks for it."""
    user = call.required("user")
    if user == state.app.bot_user_id or call.text("include_locale") not in ("true", "1"):
        return {}
    return {"locale": state.person(user).locale}


def _user(state: State, user: str) -> dict[str, Any]:
    app = state.app
    if user == app.bot_user_id:
        return _bot_user(state)
    person = state.person(user)
    return {
        "id": person.id,
        "team_id": state.workspace.id,
        "name": person.name,
        "deleted": False,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": 0,
        "profile": _profile(state, person),
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
    }


def _profile(state: State, person: Person) -> dict[str, Any]:
    profile = {
        "title": person.title,
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "team": state.workspace.id,
    }
    # Source: https://docs.slack.dev/reference/scopes/users.read.email
    if person.email is not None and "users:read.email" in state.app.scopes:
        profile["email"] = person.email
    return profile


def _bot_user(state: State) -> dict[str, Any]:
    app = state.app
    return {
        "id": app.bot_user_id,
        "team_id": state.workspace.id,
        "name": app.name,
        "deleted": False,
        "real_name": app.name,
        "tz": "Etc/UTC",
        "profile": {
            "real_name": app.name,
            "display_name": app.name,
            "bot_id": app.bot_id,
            "api_app_id": app.id,
            "team": state.workspace.id,
        },
        "is_admin": False,
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
    }
