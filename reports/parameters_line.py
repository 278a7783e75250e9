"""The line that says what a run was, or would be, started with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.messages import Sentence, say
from reports.names import code

MOST_PARAMETERS: Final = 20
"""Parameters that are shown."""


def parameters_line(changed: Mapping[str, str]) -> Sentence:
    """Those that differ from their defaults; see reports.execution_facts.not_as_usual."""
    if not changed:
        return say("Parameters: all as usual")
    listed = [
        f"{code(name)}={code(text)}" for name, text in list(changed.items())[:MOST_PARAMETERS]
    ]
    return say("Parameters: {parameters}", parameters=", ".join(listed))
