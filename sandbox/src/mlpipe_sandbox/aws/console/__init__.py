"""The one page of AWS's console that the sandbox has: the log of a job, as it grows.

It takes CloudWatch's own addresses (`/console/cloudwatch/home?region=…#logsV2:log-groups/…`), so
that an app's links need another host only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import resources
from typing import Any, Final

PREFIX: Final = "/console/"


def console_page(start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The page; a script reads what it is to show behind the `#`, which browsers do not send."""
    content = (resources.files(__package__) / "logs.html").read_bytes()
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(content)))]
    start_response("200 OK", headers)
    return [content]
