"""Calls that fail because someone asked for it."""

from __future__ import annotations

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from mlpipe_sandbox.slack.delivery.lines import Lines
from mlpipe_sandbox.slack.errors import RateLimitedError, SlackError
from mlpipe_sandbox.slack.faults.kinds import (
    ApiError,
    ApiFailure,
    ApiRateLimited,
    ApiReset,
    ApiStatus,
)


def refuse_as_asked(failure: ApiFailure | None) -> None:
    """End a call before it does anything, unless it is to be done and only its answer to fail.

    Raises:
        SlackError: the code of the failure.
    """
    match failure:
        case ApiError(error=code):
            raise SlackError(code)
        case ApiRateLimited(retry_after=seconds):
            raise RateLimitedError(seconds)
        case ApiStatus(done=False):
            raise SlackError("internal_error")
        case ApiReset(done=False):
            raise SlackError("connection_reset")


def break_as_asked(failure: ApiFailure | None, scope: Scope, lines: Lines) -> Response | None:
    """Answers as a server that failed, or breaks the connection off; None where neither."""
    match failure:
        case ApiStatus(status=status):
            return PlainTextResponse("upstream connect error", status_code=status)
        case ApiReset():
            lines.cut(scope)
            return PlainTextResponse("")  # nobody reads it any more
        case ApiRateLimited(retry_after=seconds):
            body = {"ok": False, "error": "ratelimited"}
            return JSONResponse(body, status_code=429, headers={"retry-after": str(seconds)})
        case _:
            return None
