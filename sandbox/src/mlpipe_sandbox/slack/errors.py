"""Refusals, by the codes that Slack gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class SlackError(Exception):
    """A Web API call is refused; `code` is what the client reads in `error`."""

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def body(self) -> dict[str, object]:
        """The answer as Slack words it."""
        return {"ok": False, "error": self.code, **self.extra}


class RateLimitedError(SlackError):
    """Too many calls; the answer is 429 with a Retry-After header."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


def missing_scope(needed: str, provided: Sequence[str]) -> SlackError:
    """The token lacks a scope that the method needs."""
    return SlackError("missing_scope", needed=needed, provided=",".join(provided))


def invalid_arguments(*messages: str) -> SlackError:
    """Arguments are missing or have the wrong type."""
    return SlackError("invalid_arguments", response_metadata=_metadata(messages))


def invalid_blocks(messages: Sequence[str]) -> SlackError:
    """Blocks of a message that Slack would refuse; each message names its JSON pointer."""
    return SlackError(
        "invalid_blocks", errors=list(messages), response_metadata=_metadata(messages)
    )


def _metadata(messages: Sequence[str]) -> Mapping[str, object]:
    return {"messages": [f"[ERROR] {message}" for message in messages]}
