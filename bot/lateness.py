"""What comes too late does nothing and says so, where Slack tells when it was asked for.

After three seconds without acknowledgement Slack shows people an error of its own, and they ask
again: what arrives minutes later would be done twice, or no longer be wanted. A click carries its
time, and a request over HTTP the time at which it was signed. A command over Socket Mode carries
none, nor does what Slack sends anew: it is taken for what it says, once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.errors import MlpipeError
from core.messages import say

MOST_SECONDS: Final = 30.0
"""Ten times what Slack waits: a host's clock may be a little off."""
SIGNED_AT: Final = "x-slack-request-timestamp"
"""Header with the Unix time that the signature covers
(https://docs.slack.dev/authentication/verifying-requests-from-slack)."""


class TooLateError(MlpipeError):
    """Slack has told the person long ago that it failed."""


def age_of_request(headers: Mapping[str, Sequence[str]]) -> float:
    """Seconds since a request was signed, in real time as signatures are; 0 over Socket Mode."""
    signed = headers.get(SIGNED_AT)
    return time.time() - float(signed[0]) if signed else 0.0


def age_of_click(body: Mapping[str, Any], *, now: float) -> float:
    """Seconds since a click, or a choice in a modal, by Slack's clock for messages.

    Args:
        body: What Slack sent.
        now: Unix time.
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
