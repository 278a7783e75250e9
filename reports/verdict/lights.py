"""The colour of each sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.evidence.verdict import Sign, Verdict
from core.messages import Sentence, say

LIGHTS: Final[Mapping[Sign, str]] = {
    Sign.ORDINARY: "🟢",
    Sign.STRANGE: "🟡",
    Sign.ALARM: "🔴",
    Sign.UNKNOWN: "⚪",
    Sign.NO_RESULTS: "⚫",
}
"""Never alone: a word stands beside each."""


WORDS: Final[Mapping[Sign, Sentence]] = {
    Sign.ORDINARY: say("ordinary"),
    Sign.STRANGE: say("out of the ordinary"),
    Sign.ALARM: say("to act on"),
    Sign.UNKNOWN: say("cannot tell"),
    Sign.NO_RESULTS: say("no results"),
}
"""A sign in a cell."""


def lit(verdict: Verdict, line: Sentence) -> Sentence:
    """A line with the day's light before it; below alarms, which have theirs, without."""
    if verdict.sign is Sign.ALARM:
        return line
    return say("{light} {line}", light=LIGHTS[verdict.sign], line=line)
