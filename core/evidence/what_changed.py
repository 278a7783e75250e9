"""What people changed between two runs: beside a metric's move it is association, not its cause."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.evidence.leading import leader
from core.parameters import DAY, LABEL_AGE, STARTED_BY, VERSIONS
from core.results import Run
from core.written_days import told_from

NO_RECIPE: Final = frozenset({DAY, LABEL_AGE, STARTED_BY, VERSIONS})
"""Parameters that differ from day to day by themselves."""


class Part(enum.StrEnum):
    """Kinds of what may change."""

    MODEL = "model"
    """Another model leads: production where the newest did, or the other way round."""
    VERSION = "version"
    CODE = "code"
    IMAGE = "image"
    PARAMETER = "parameter"
    WINDOW = "window"
    """How many days it was trained on, or how many of them lie between them and the day."""


@dataclass(frozen=True)
class Changed:
    """One thing that is not as it was."""

    part: Part
    before: str
    now: str
    """What it was and is; "" where it is not known or was not there."""
    name: str = ""
    """Of the parameter."""


def what_changed(now: DayResult, before: DayResult) -> tuple[Changed, ...]:
    """What differs between the runs of two days, what weighs most first."""
    found = [
        *_of_leader(now, before),
        Changed(Part.CODE, before.run.code_commit or "", now.run.code_commit or ""),
        Changed(Part.IMAGE, before.run.image or "", now.run.image or ""),
        *_parameters(now.run, before.run),
        *_window(now.run, before.run),
    ]
    return tuple(each for each in found if each.before != each.now)


def _of_leader(now: DayResult, before: DayResult) -> Iterator[Changed]:
    ours, theirs = leader(now), leader(before)
    if ours is None or theirs is None:
        return
    yield Changed(Part.MODEL, theirs.role, ours.role)
    if ours.role == theirs.role:
        yield Changed(Part.VERSION, _text(theirs.version), _text(ours.version))


def _parameters(now: Run, before: Run) -> Iterator[Changed]:
    """That a day in a parameter moves on with the run's is no change, whatever it is called."""
    if now.kind != before.kind:
        return  # Evaluate has other parameters than Train
    for name in dict.fromkeys([*before.parameters, *now.parameters]):
        if name not in NO_RECIPE:
            then, given = before.parameters.get(name, ""), now.parameters.get(name, "")
            if told_from(now.day, given) != told_from(before.day, then):
                yield Changed(Part.PARAMETER, then, given, name)


def _window(now: Run, before: Run) -> Iterator[Changed]:
    """Of runs that trained; that the window moves on by a day is no change."""
    ours, theirs = _span(now), _span(before)
    if ours is not None and theirs is not None and ours != theirs:
        yield Changed(Part.WINDOW, _days(before), _days(now))


def _span(run: Run) -> tuple[dt.timedelta, dt.timedelta] | None:
    if run.train_first_day is None or run.train_last_day is None:
        return None
    return run.day - run.train_first_day, run.day - run.train_last_day


def _days(run: Run) -> str:
    return f"{run.train_first_day}/{run.train_last_day}"


def _text(version: int | None) -> str:
    return "" if version is None else str(version)
