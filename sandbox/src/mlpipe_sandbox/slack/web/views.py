"""views.*: modals and home tabs."""

from __future__ import annotations

import json
from typing import Any

from mlpipe_sandbox.slack.blocks import check_view
from mlpipe_sandbox.slack.errors import SlackError, invalid_arguments
from mlpipe_sandbox.slack.limits import ViewLimits
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.web.call import Call


def open_(state: State, call: Call) -> dict[str, Any]:
    """views.open."""
    view = _read(state, call, kind="modal")
    trigger = state.triggers.take(_trigger(call))
    return {"view": _announced(state, trigger.user, state.views.open(trigger.user, view))}


def push(state: State, call: Call) -> dict[str, Any]:
    """views.push."""
    view = _read(state, call, kind="modal")
    trigger = state.triggers.take(_trigger(call))
    stack = [each["id"] for each in state.views.stack(trigger.user)]
    # "A valid trigger_id generated from an interaction within the existing modal."
    if stack and trigger.view not in stack:
        raise SlackError("invalid_trigger_id")
    return {"view": _announced(state, trigger.user, state.views.push(trigger.user, view))}


def update(state: State, call: Call) -> dict[str, Any]:
    """views.update."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if (view_id is None) == (external_id is None):
        raise invalid_arguments("must provide one of: view_id, external_id")
    found = (
        state.views.find(view_id)
        if view_id is not None
        else state.views.find_external(str(external_id))
    )
    if found is None:
        raise SlackError("not_found")
    user, old = found
    view = _read(state, call, kind=old["type"])
    made = state.views.update(old["id"], view, expected_hash=call.text("hash"))
    return {"view": _announced(state, user, made)}


def publish(state: State, call: Call) -> dict[str, Any]:
    """views.publish."""
    user = call.required("user_id")
    state.person(user)
    if not state.app.manifest.home_tab:
        raise SlackError("not_enabled")
    view = _read(state, call, kind="home")
    made = state.views.publish(user, view, expected_hash=call.text("hash"))
    return {"view": _announced(state, user, made)}


def _trigger(call: Call) -> str:
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if trigger_id is None:
        raise invalid_arguments("missing required field: trigger_id")
    return trigger_id


def _read(state: State, call: Call, *, kind: str) -> dict[str, Any]:
    view = call.decoded("view", wrong=invalid_arguments("must provide an object"))
    if view is None:
        raise invalid_arguments("missing required field: view")
    if len(json.dumps(view, ensure_ascii=False).encode()) > ViewLimits.BYTES:
        raise SlackError("view_too_large")
    return check_view(view, kind=kind, is_image=state.files.is_image)


def _announced(state: State, user: str, view: dict[str, Any]) -> dict[str, Any]:
    state.announce_view(user, view)
    return view
