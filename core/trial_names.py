"""What a trial is called where its whole name has no room: a part that finds it again."""

from __future__ import annotations

import re
from typing import Final

_OF_A_SWEEP: Final = re.compile(r".+-(\d{3,}-[0-9a-f]{8})")
"""Training jobs of a tuning job: its name, their number and a hash that no other has."""
_OF_A_JOB: Final = re.compile(
    r"(?:pipelines-)?(?P<job>.+?)(?:-aws-(?:training|processing|transform)-job)"
)
"""Trial components that SageMaker writes itself are named after their jobs."""


def short_name(name: str) -> str:
    """The part of a trial's name that tells it from others: `001-a9618183` of a sweep's.

    `trial` finds the trial by it, as a name of which only one trial has a part is taken for it.
    """
    if match := _OF_A_SWEEP.fullmatch(name):
        return match[1]
    if match := _OF_A_JOB.fullmatch(name):
        return match["job"]
    return name
