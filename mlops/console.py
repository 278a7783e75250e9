"""Addresses of AWS's console: where a person sees more than a message can show."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from core.domain import Step
from mlops.logs import LOG_GROUPS, job_name

AWS_CONSOLE: Final = "https://{region}.console.aws.amazon.com"


class Console:
    """The console of one region."""

    def __init__(self, region: str, *, base: str | None = None) -> None:
        """`base` is another console than AWS's own, which the sandbox brings."""
        self._region = region
        self._base = base or AWS_CONSOLE.format(region=region)

    def logs(self, step: Step) -> str | None:
        """Where the log of a step's job is shown; None for a step without one."""
        group, job = LOG_GROUPS.get(step.kind or ""), job_name(step)
        if group is None or job is None:
            return None
        return (
            f"{self._base}/cloudwatch/home?region={self._region}"
            f"#logsV2:log-groups/log-group/{_twice(group)}"
            f"$3FlogStreamNameFilter$3D{_twice(job)}"
        )


def _twice(text: str) -> str:
    """Encoded as the CloudWatch console does behind its `#`: twice, with `$` for `%`."""
    return quote(quote(text, safe=""), safe="").replace("%", "$")
