"""What comes too late does nothing and says so, where Slack tells when it was asked for.

After three seconds without acknowledgement Slack shows people an error of its own, the trigger_id
is dead, and they ask again: what arrives then would be done twice, or no longer be wanted. A click
carries its time, and a request over HTTP the time at which it was signed. A command over Socket
Mode carries none: docs/decisions/0007 says what follows from that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.errors import MlpipeError
from core.messages import say

MOST_SECONDS: Final = 3.0
"""As long as Slack waits for an acknowledgement and a trigger_id lives
(https://docs.slack.dev/interactivity/handling-user-interaction)."""
SIGNED_AT: Final = "x-slack-request-timestamp"
"""Header with the Unix time, in whole seconds, that the signature covers
(https://docs.slack.dev/authentication/verifying-requests-from-slack)."""


class TooLateError(MlpipeError):
    """Slack has told the person that it failed."""


def age_of_request(headers: Mapping[str, Sequence[str]], *, now: float) -> float:
    """Seconds since a request was signed, up to one too many; 0 over Socket Mode.

    Args:
        headers: Of the request.
        now: Unix time at Slack, whatever clock messages follow: signatures are of real time.
    """
    signed = headers.get(SIGNED_AT)
    return now - float(signed[0]) if signed else 0.0


def age_of_click(body: Mapping[str, Any], *, now: float) -> float:
    """Seconds since a click, or a choice in a modal, by Slack's clock for messages.

    Args:
        body: What Slack sent.
        now: Unix time by that clock.
    """
    return now - float(body["actions"][0]["action_ts"])


def require_in_time(age: float) -> None:
    """Let nothing be done that is so old.

    Raises:
        TooLateError: It is too old.
    """
    if age > MOST_SECONDS:
        raise TooLateError(
            say(
                "This reached me only {seconds} seconds after you asked. Nothing was done: ask "
                "again if you still want it.",
                seconds=round(age),
            )
        )
