"""The end of a step's log, as a message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.domain import Step
from core.messages import Translator, escape, say
from reports.message import Message
from reports.names import one_line, shown

MOST: Final = 2500
"""Characters that are shown, of the end: with its heading it stays a message of one screen."""
LINE: Final = 400
"""Characters of one line."""
FILE_NAME: Final = 60
"""Characters of a file's name."""


@dataclass(frozen=True)
class Tail:
    """A message, and how many of the lines it shows."""

    message: Message
    shown: int


def log_tail(step: Step, lines: Sequence[str], t: Translator) -> Tail:
    """The lines in a code block, below what they are; the oldest are left out for space."""
    kept: list[str] = []
    size = 0
    for line in reversed(lines):
        text = escape(_visible(line))
        size += len(text) + 1
        if size > MOST:
            break
        kept.append(text)
    heading = t.mrkdwn(say("The last lines of the log of *{step}*:", step=shown(step.name)))
    return Tail(Message("\n".join([heading, "```", *reversed(kept), "```"])), len(kept))


def file_name(step: Step) -> str:
    """A step's name for a file: letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", step.name).strip("-")[:FILE_NAME] or "step"


def _visible(line: str) -> str:
    """One line that keeps its indent and cannot end the code block."""
    indent = len(line) - len(line.lstrip(" "))
    text = " " * min(indent, 40) + one_line(line)
    return text[:LINE].replace("```", "'''")
