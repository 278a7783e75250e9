"""What a command answers: lines for people, a document for scripts; and how it exits."""

from __future__ import annotations

import datetime as dt
import enum
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.errors import (
    InputError,
    MlpipeError,
    NotFoundError,
    NotPermittedError,
    SettingsError,
    UnavailableError,
)

_BOLD: Final = re.compile(r"\*(?=\S)([^*\n]+?)(?<=\S)\*")
_CODE: Final = re.compile(r"`([^`\n]+)`")


class Exit(enum.IntEnum):
    """Exit codes, documented in docs/commands.md."""

    REFUSED = 1
    INPUT = 2
    NOT_FOUND = 3
    NOT_PERMITTED = 4
    UNAVAILABLE = 5
    """Nobody answered: the same may work later."""
    FAILED = 6
    """What was waited for ended, and not well."""


@dataclass(frozen=True)
class Answer:
    """What a command came to."""

    lines: str
    document: Mapping[str, Any]
    """As JSON: its keys are documented in docs/commands.md, and stay."""
    exit: int = 0

    def dumps(self) -> str:
        """The document, on one line; what is no number is null."""
        return json.dumps(_plain(self.document), ensure_ascii=False, allow_nan=False)


def exit_of(error: MlpipeError) -> Exit:
    """How the command exits that met this."""
    match error:
        case InputError() | SettingsError():
            return Exit.INPUT
        case NotFoundError():
            return Exit.NOT_FOUND
        case NotPermittedError():
            return Exit.NOT_PERMITTED
        case UnavailableError():
            return Exit.UNAVAILABLE
        case _:
            return Exit.REFUSED


def unmarked(text: str) -> str:
    """A sentence without the signs that Slack makes bold and code of."""
    return _CODE.sub(r"\1", _BOLD.sub(r"\1", text))


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _plain(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return None
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value
