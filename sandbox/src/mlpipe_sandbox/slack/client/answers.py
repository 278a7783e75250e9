"""Answers of the app to an interaction: in an acknowledgement, or at a response_url.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mlpipe_sandbox.slack.conversations import Body, Posted
from mlpipe_sandbox.slack.delivery.lines import Lines
from mlpipe_sandbox.slack.errors import SlackError
from mlpipe_sandbox.slack.limits import MessageLimits
from mlpipe_sandbox.slack.state import ApiCall, State
from mlpipe_sandbox.slack.triggers import ResponsePlace
from mlpipe_sandbox.slack.web.call import Call
from mlpipe_sandbox.slack.web.chat import authored, read_content, revise
from mlpipe_sandbox.slack.web.failures import break_as_asked, refuse_as_asked


class Answers:
    """Puts answers where their interaction happened."""

    def __init__(self, state: State, lines: Lines) -> None:
        self._state = state
        self._lines = lines

    def routes(self) -> list[Route]:
        """Where response_urls point."""
        return [
            Route("/commands/{key}", self.receive, methods=["POST"]),
            Route("/actions/{key}", self.receive, methods=["POST"]),
        ]

    async def receive(self, request: Request) -> Response:
        """A message sent to a response_url."""
        arguments: dict[str, Any] = {}
        fate = self._state.faults.call("response_url")
        await asyncio.sleep(fate.late)
        try:
            refuse_as_asked(fate.failure)
            place = self._state.response_urls.use(request.url.path.removeprefix("/"))
            arguments = _decode(await request.body())
            self.put(place, arguments)
            answer: dict[str, Any] = {"ok": True}
        except SlackError as error:
            answer = error.body()
        self._state.record(ApiCall("response_url", arguments, answer))
        broken = break_as_asked(fate.failure, request.scope, self._lines)
        if broken is not None:
            return broken
        if answer["ok"]:
            return PlainTextResponse("ok")
        return JSONResponse(answer, status_code=404 if "url" in answer["error"] else 400)

    def put(self, place: ResponsePlace, arguments: dict[str, Any]) -> None:
        """Post, replace or delete a message as the answer says.

        Raises:
            SlackError: the answer is not a message that Slack would show.
        """
        original = self._original(place)
        call = Call("response_url", arguments)
        if call.flag("delete_original"):
            if original is None:
                raise SlackError("message_not_found")
            self._state.remove(original)
            return
        content = read_content(self._state, call, most=MessageLimits.TEXT)
        # An answer to a click replaces what was clicked unless it says otherwise.
        if original is not None and call.flag("replace_original", default=True):
            self._replace(original, content)
            return
        self._post(place, call, content)

    def _post(self, place: ResponsePlace, call: Call, content: Body) -> None:
        thread_ts = call.text("thread_ts")
        body = {**authored(self._state), **content}
        if thread_ts is not None:
            body["thread_ts"] = thread_ts
        in_channel = call.text("response_type") == "in_channel"
        self._state.post(place.channel, body, only_for=None if in_channel else place.user)

    def _replace(self, original: Posted, content: Body) -> None:
        revise(self._state, original.body, content)
        self._state.announce("message_changed", original)

    def _original(self, place: ResponsePlace) -> Posted | None:
        if place.message_ts is None:
            return None
        return self._state.conversation(place.channel).find(place.message_ts)


def _decode(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(decoded, dict):
        raise SlackError("invalid_payload")
    return decoded
