"""Says where a file is no TOML, and what people who write that mean."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

from core.messages import Sentence, say

_FIXES: Final = (
    ("Cannot overwrite a value", say("this key is there already: keep one of them")),
    ("Cannot declare", say("this table is there already: put both under one header")),
    ("Cannot mutate immutable", say("this key is there already: keep one of them")),
    ("Expected '=' after a key", say("write `key = value`")),
    ("Expected ']'", say("close the bracket")),
    ("Unclosed array", say("close the bracket")),
    ("Illegal character", say("close the quotes on the same line")),
    ("Unterminated string", say("close the quotes")),
    ("Expected newline or end of document", say("one key a line, and text in quotes")),
    ("Invalid value", say('write text in quotes: "…"')),
    ("Invalid statement", say("write `key = value` or a [table]")),
)
"""What tomllib says, and what to do then."""
_PLACE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def syntax_fault(error: tomllib.TOMLDecodeError, *, path: Path, text: str) -> Sentence:
    """The first place at which a text is no TOML: what follows it means nothing to anybody."""
    reason = str(error)
    place = _PLACE.search(reason)
    last = text.rstrip().count("\n") + 1
    line = int(place[1]) if place and place[1] else last
    fix = _fix(reason) if place and place[1] else say("close the bracket or the quotes")
    where = f"{path}:{min(line, last)}"
    plain = _PLACE.sub("", reason)
    if fix is None:
        return say("{where}: this is not TOML: {reason}.", where=where, reason=plain)
    return say("{where}: this is not TOML ({reason}): {fix}.", where=where, reason=plain, fix=fix)


def _fix(reason: str) -> Sentence | None:
    return next((fix for begin, fix in _FIXES if reason.startswith(begin)), None)
