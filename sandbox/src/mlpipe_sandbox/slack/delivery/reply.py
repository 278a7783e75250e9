"""What became of a delivery."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["slash_commands", "interactive", "events_api"]
"""As Socket Mode names them."""

Forgery = Literal["bad_signature", "stale_timestamp", "foreign_team", "unknown_envelope"]
"""What is wrong with a delivery that an app must not act on."""

FORGED_OVER_HTTP: frozenset[Forgery] = frozenset(
    {"bad_signature", "stale_timestamp", "foreign_team"}
)
FORGED_OVER_SOCKET_MODE: frozenset[Forgery] = frozenset({"foreign_team", "unknown_envelope"})
"""Its envelopes are not signed, and requests have no envelope."""

OPERATION_TIMEOUT = "operation_timeout"
"""The app did not acknowledge in time."""
DISPATCH_FAILED = "dispatch_failed"
"""The app could not be reached."""
HTTP_SERVICE_ERROR = "http_service_error"
"""The app answered with another status than 200."""


@dataclass(frozen=True)
class Reply:
    """The app's acknowledgement, or why there is none."""

    error: str | None = None
    body: dict[str, Any] = field(default_factory=dict)
    """What came with the acknowledgement, empty if nothing did."""
    status: int | None = None
    """The answer's HTTP status, where there was one."""
    no_retry: bool = False
    """Whether the app asked not to be sent this event again."""

    @property
    def acknowledged(self) -> bool:
        """Whether the app took the delivery."""
        return self.error is None


@dataclass(frozen=True)
class Delivery:
    """One delivery with its reply, as `SlackSandbox.deliveries` shows it."""

    kind: Kind
    payload: dict[str, Any]
    reply: Reply
