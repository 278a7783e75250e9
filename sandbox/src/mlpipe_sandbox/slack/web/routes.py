"""The Web API's addresses: /api/<method>, and where files are sent to and fetched from."""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mlpipe_sandbox.slack.delivery.lines import Lines
from mlpipe_sandbox.slack.errors import RateLimitedError, SlackError, missing_scope
from mlpipe_sandbox.slack.state import ApiCall, State
from mlpipe_sandbox.slack.web.call import Call, Token, read_call
from mlpipe_sandbox.slack.web.failures import break_as_asked, refuse_as_asked
from mlpipe_sandbox.slack.web.methods import METHODS, Method
from mlpipe_sandbox.slack.web.rates import Rates

log = logging.getLogger(__name__)


class WebApi:
    """Answers calls as one app, and keeps a record of each."""

    def __init__(self, state: State, lines: Lines) -> None:
        self._state = state
        self._lines = lines
        self._rates = Rates(state.elapsed)

    def routes(self) -> list[Route]:
        """Where the server finds this."""
        return [
            Route("/api/{method}", self.answer, methods=["GET", "POST"]),
            Route("/upload/v1/{ticket}", self.upload, methods=["POST", "PUT"]),
            Route("/files/{file_id}", self.download, methods=["GET"]),
            Route("/files/{file_id}/{name}", self.download, methods=["GET"]),
        ]

    async def answer(self, request: Request) -> Response:
        """One call of the Web API."""
        name = request.path_params["method"]
        call, status, headers = Call(name, {}), 200, self._headers()
        fate = self._state.faults.call(name)
        await asyncio.sleep(fate.late)
        try:
            call, token = await read_call(request, name)
            refuse_as_asked(fate.failure)
            body = {"ok": True, **self._answer(call, token)}
        except RateLimitedError as error:
            status, body = 429, error.body()
            headers["retry-after"] = str(error.retry_after)
        except SlackError as error:
            body = error.body()
        except Exception:
            log.exception("The embedded Slack failed to answer %s", name)
            status, body = 500, {"ok": False, "error": "internal_error"}
        self._state.record(ApiCall(name, call.arguments, body))
        broken = break_as_asked(fate.failure, request.scope, self._lines)
        return broken or JSONResponse(body, status_code=status, headers=headers)

    async def upload(self, request: Request) -> Response:
        """The bytes of a file, raw or as a form's only file."""
        fate = self._state.faults.call("upload")
        await asyncio.sleep(fate.late)
        try:
            refuse_as_asked(fate.failure)
            content = await _content(request)
            file = self._state.files.receive(request.path_params["ticket"], content)
        except SlackError as error:
            failed = break_as_asked(fate.failure, request.scope, self._lines)
            return failed or PlainTextResponse(error.code, status_code=400)
        broken = break_as_asked(fate.failure, request.scope, self._lines)
        return broken or PlainTextResponse(f"OK - {file.length}")

    async def download(self, request: Request) -> Response:
        """The bytes of a file; the page asks for them without a token."""
        try:
            file = self._state.files.find(request.path_params["file_id"])
        except SlackError:
            return PlainTextResponse("not found", status_code=404)
        if file.content is None or not file.ready:
            return PlainTextResponse("not found", status_code=404)
        return Response(file.content, media_type=file.mimetype)

    def _answer(self, call: Call, token: Token | None) -> dict[str, Any]:
        method = METHODS.get(call.method)
        if method is None:
            raise SlackError("unknown_method", req_method=call.method)
        self._check_token(method, token)
        if self._state.faults.enforce_rates:
            channel = call.text("channel")
            self._rates.count(call.method, per_minute=method.per_minute, channel=channel)
        return method.handler(self._state, call)

    def _check_token(self, method: Method, token: Token | None) -> None:
        app = self._state.app
        if method.caller == "anybody":
            return
        if token is None:
            raise SlackError("not_authed")
        if token.value not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        # Source: https://docs.slack.dev/reference/methods/apps.connections.open
        if method.caller == "app" and not token.in_header:
            raise SlackError("invalid_auth")
        if token.value != (app.bot_token if method.caller == "bot" else app.app_token):
            raise SlackError("not_allowed_token_type")
        if method.scope is not None and method.scope not in app.scopes:
            raise missing_scope(method.scope, app.scopes)

    def _headers(self) -> dict[str, str]:
        return {
            "x-slack-req-id": secrets.token_hex(16),
            "x-oauth-scopes": ",".join(self._state.app.scopes),
        }


async def _content(request: Request) -> bytes:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        form = await request.form()
        for value in form.values():
            if not isinstance(value, str):
                return await value.read()
        return b""
    return await request.body()
