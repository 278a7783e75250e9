"""Says what is wrong in mlpipe.toml: file, line, key and what to write instead."""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.messages import Sentence, say

HEADER: Final = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
Location = Sequence[int | str]


def fault(error: ValidationError, *, model: type[BaseModel], path: Path, text: str) -> Sentence:
    """One sentence for the first of the errors; mending one at a time is how people do it."""
    # An unknown key first: it is often the misspelt one that is then missing, too.
    errors = error.errors(include_url=False)
    first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
    location = [part for part in first["loc"] if part != "[key]"]
    where = str(path)
    line = line_of(text, location)
    if line is not None:
        where = f"{where}:{line}"
    key = ".".join(str(part) for part in location)
    if first["type"] == "extra_forbidden":
        known = _keys(model, location[:-1])
        close = difflib.get_close_matches(str(location[-1]), known, n=1)
        if close:
            return say(
                "{where}: there is no key {key}. Did you mean {close}?",
                where=where,
                key=key,
                close=close[0],
            )
        return say(
            "{where}: there is no key {key}. Known here: {known}.",
            where=where,
            key=key,
            known=", ".join(known),
        )
    if first["type"] == "missing":
        return say("{where}: the key {key} is missing.", where=where, key=key)
    if not key:
        return say("{where}: {reason}.", where=where, reason=_reason(first))
    return say("{where}: {key}: {reason}.", where=where, key=key, reason=_reason(first))


def line_of(text: str, location: Location) -> int | None:
    """The line (from 1) on which a key or else its table stands; None where neither is found."""
    *parents, last = [str(part) for part in location] or [""]
    while parents and last.isdigit():  # a place in a list: its key stands one up
        *parents, last = parents
    table: list[str] = []
    header: int | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if match := HEADER.match(line):
            table = [part.strip().strip("\"'") for part in match[1].split(".")]
            if table in (parents, [*parents, last]):
                header = number
        elif table == parents and re.match(rf"""\s*["']?{re.escape(last)}["']?\s*=""", line):
            return number
    return header


def _reason(error: ErrorDetails) -> str:
    return error["msg"].removeprefix("Value error, ").rstrip(".")


def _keys(model: type[BaseModel], location: Iterable[int | str]) -> list[str]:
    annotation: Any = model
    for part in location:
        annotation = _below(annotation, str(part))
    table = _model(annotation)
    return list(table.model_fields) if table else []


def _below(annotation: Any, part: str) -> Any:
    if typing.get_origin(annotation) is dict:
        return typing.get_args(annotation)[1]
    table = _model(annotation)
    return table.model_fields[part].annotation if table and part in table.model_fields else None


def _model(annotation: Any) -> type[BaseModel] | None:
    for candidate in (annotation, *typing.get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None
