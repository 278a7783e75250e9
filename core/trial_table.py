"""Trials as rows of one table for other tools: one column for each parameter and metric.

Columns are learned trial by trial, so that whoever writes the table holds none of them.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import Final

from core.marks import is_mark, note_of, tags_of
from core.trials import Trial

Cell = str | float | dt.datetime | None
PARAMETER: Final = "parameters."
METRIC: Final = "metrics."
"""How columns begin that a trial's own names follow: these cannot be taken for ours, nor a
parameter for a metric. As MLflow names them."""


class Format(enum.StrEnum):
    """A kind of file, by the ending of its name."""

    CSV = "csv"
    PARQUET = "parquet"


class Kind(enum.Enum):
    """What a column holds; a cell of any may be empty (None)."""

    TEXT = enum.auto()
    NUMBER = enum.auto()
    TIME = enum.auto()


FIXED: Final = {
    "trial": Kind.TEXT,
    "status": Kind.TEXT,
    "started": Kind.TIME,
    "tags": Kind.TEXT,
    "note": Kind.TEXT,
}
"""Columns that every table has."""


@dataclass
class Columns:
    """The columns of a table of the trials that it has learned of."""

    _parameters: dict[str, Kind] = field(default_factory=dict)
    _metrics: set[str] = field(default_factory=set)

    def learn(self, trial: Trial) -> None:
        """Have columns for all that a trial has; a parameter that is text once is text for all."""
        for name, value in trial.parameters.items():
            if not is_mark(name):
                number = isinstance(value, float) and self._parameters.get(name) is not Kind.TEXT
                self._parameters[name] = Kind.NUMBER if number else Kind.TEXT
        self._metrics.update(trial.metrics)

    def kinds(self) -> dict[str, Kind]:
        """The columns in their order: ours, then parameters, then metrics, by name."""
        parameters = sorted(self._parameters.items())
        return (
            FIXED
            | {f"{PARAMETER}{name}": kind for name, kind in parameters}
            | {f"{METRIC}{name}": Kind.NUMBER for name in sorted(self._metrics)}
        )

    def row(self, trial: Trial) -> dict[str, Cell]:
        """A trial's cells by column; what it does not have is left out."""
        typed = trial.typed()
        return {
            "trial": trial.name,
            "status": trial.status,
            "started": trial.created,
            "tags": " ".join(tags_of(trial.parameters)) or None,
            "note": note_of(trial.parameters) or None,
            **{
                f"{PARAMETER}{name}": trial.parameters[name]
                if self._parameters.get(name) is Kind.NUMBER
                else text
                for name, text in typed.items()
            },
            **{f"{METRIC}{name}": value for name, value in trial.metrics.items()},
        }
