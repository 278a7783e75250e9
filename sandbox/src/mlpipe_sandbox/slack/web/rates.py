"""Counts calls, where rates are enforced.

Source: https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable

from mlpipe_sandbox.slack.errors import RateLimitedError

MINUTE = 60.0
POSTS_PER_SECOND = 1
"""chat.postMessage: about one a second in each channel; a short burst is let through."""
POST_BURST = 3


class Rates:
    """Refuses calls above a method's rate, by sliding windows."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def count(self, method: str, *, per_minute: int, channel: str | None) -> None:
        """Count a call.

        Raises:
            RateLimitedError: there were too many in the window.
        """
        if method == "chat.postMessage":
            seconds = POST_BURST / POSTS_PER_SECOND
            self._take(f"{method} {channel}", most=POST_BURST, seconds=seconds)
        else:
            self._take(method, most=per_minute, seconds=MINUTE)

    def _take(self, key: str, *, most: int, seconds: float) -> None:
        now, calls = self._elapsed(), self._calls[key]
        while calls and now - calls[0] >= seconds:
            calls.popleft()
        if len(calls) >= most:
            raise RateLimitedError(max(1, math.ceil(seconds - (now - calls[0]))))
        calls.append(now)
