"""files.*: upload in three steps, of which the last finishes a moment later."""

from __future__ import annotations

import asyncio
from typing import Any

from mlpipe_sandbox.slack.errors import SlackError, invalid_arguments
from mlpipe_sandbox.slack.files import StoredFile
from mlpipe_sandbox.slack.limits import FileLimits
from mlpipe_sandbox.slack.state import State
from mlpipe_sandbox.slack.web.access import writable
from mlpipe_sandbox.slack.web.call import Call
from mlpipe_sandbox.slack.web.chat import authored, thread_of


def get_upload_url(state: State, call: Call) -> dict[str, Any]:
    """files.getUploadURLExternal."""
    name = call.required("filename")
    length = call.number("length", default=0, least=0, most=FileLimits.BYTES + 1)
    if not 0 < length <= FileLimits.BYTES:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    user, alt_text = state.app.bot_user_id, call.text("alt_txt")
    if alt_text is not None and len(alt_text) > FileLimits.ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file = state.files.reserve(name=name, length=length, user=user, alt_text=alt_text)
    return {"upload_url": f"{state.base_url()}/upload/v1/{file.ticket}", "file_id": file.id}


def complete_upload(state: State, call: Call) -> dict[str, Any]:
    """files.completeUploadExternal."""
    wanted = call.decoded("files", wrong=invalid_arguments("must be an array"))
    if not isinstance(wanted, list) or not wanted or not all(isinstance(w, dict) for w in wanted):
        raise invalid_arguments("missing required field: files")
    places = _places(state, call)
    stored = [
        state.files.complete(str(each.get("id")), title=each.get("title"), created=state.now())
        for each in wanted
    ]

    def finish() -> None:
        for file in stored:
            state.files.finish(file)
        for channel, thread in places:
            _share(state, stored, channel=channel, body=thread | _comment(call))
        state.feed.touch()

    if state.limits.upload <= 0:
        finish()
    else:
        asyncio.get_running_loop().call_later(state.limits.upload, finish)
    return {"files": [state.files.shown(file) for file in stored]}


def info(state: State, call: Call) -> dict[str, Any]:
    """files.info."""
    file = state.files.find(call.required("file"))
    if not file.completed:
        raise SlackError("file_not_found")
    return {"file": state.files.shown(file), "comments": [], "response_metadata": {}}


def delete(state: State, call: Call) -> dict[str, Any]:
    """files.delete."""
    file = state.files.find(call.required("file"))
    if file.user != state.app.bot_user_id:
        raise SlackError("cant_delete_file")
    state.files.delete(file)
    for channel, shares in file.shares.items():
        for share in shares:
            posted = state.conversation(channel).find(share["ts"])
            if posted is not None:
                kept = [each for each in posted.body.get("files", []) if each["id"] != file.id]
                posted.body["files"] = kept
                state.announce("message_changed", posted)
    return {}


def _places(state: State, call: Call) -> list[tuple[str, dict[str, Any]]]:
    names = [call.text("channel_id") or "", *(call.text("channels") or "").split(",")]
    conversations = [writable(state, name) for name in names if name]
    thread_ts = call.text("thread_ts")
    return [(each.id, thread_of(each, thread_ts) if thread_ts else {}) for each in conversations]


def _comment(call: Call) -> dict[str, Any]:
    return {"text": call.text("initial_comment") or ""}


def _share(state: State, files: list[StoredFile], *, channel: str, body: dict[str, Any]) -> None:
    shown = [state.files.shown(file) for file in files]
    posted = state.post(channel, {**authored(state), **body, "files": shown, "upload": False})
    for file in files:
        share = {"ts": posted.ts, "channel_name": state.conversation(channel).name}
        state.files.share(file, channel=channel, share=share)
