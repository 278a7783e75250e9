"""What *Prepare* hands on: one Parquet file a day, and JSON beside it that says what is in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from deploy.pipeline.steps.refusal import StepRefusal

ROWS: Final = "rows.parquet"
COUNTS: Final = "rows.json"
WINDOW: Final = "window.json"


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True)


class DayCounts(_Written):
    """One prepared day. Weights are summed over the labelled rows."""

    day: dt.date
    read: int
    labelled: int
    positives: int
    weight: float
    positive_weight: float
    label_age: int | None = None
    """Only labels that had come so many midnights after the day began are counted; None: all."""


class WindowFacts(_Written):
    """window.json: the days a model is trained on, those with rows only, oldest first."""

    validation_from: dt.date
    """This day and later ones decide when training stops."""
    days: tuple[DayCounts, ...]


class Window:
    """The prepared files of a training window."""

    def __init__(self, facts: WindowFacts, files: dict[dt.date, Path]) -> None:
        """`files` has one for each day of `facts`."""
        self.facts = facts
        self._files = files

    @property
    def first_day(self) -> dt.date:
        """The first day with rows."""
        return self.facts.days[0].day

    @property
    def last_day(self) -> dt.date:
        """The last day with rows."""
        return self.facts.days[-1].day

    @property
    def labelled(self) -> int:
        """Rows with a label, over all days."""
        return sum(counts.labelled for counts in self.facts.days)

    @property
    def fit_files(self) -> list[Path]:
        """Files of the days that trees are grown on."""
        return [self._files[c.day] for c in self.facts.days if c.day < self.facts.validation_from]

    @property
    def validation_files(self) -> list[Path]:
        """Files of the days that decide when training stops."""
        return [self._files[c.day] for c in self.facts.days if c.day >= self.facts.validation_from]


def day_file(folder: Path, day: dt.date) -> Path:
    """Where a window's folder keeps one day."""
    return folder / f"{day.isoformat()}.parquet"


def read_window(folder: Path) -> Window:
    """The window that *Prepare* wrote into a folder. Raises StepRefusal if there is none."""
    try:
        facts = WindowFacts.model_validate_json((folder / WINDOW).read_bytes())
    except FileNotFoundError as error:
        raise StepRefusal(
            f"{folder} has no {WINDOW}: run prepare with --window-days and --train first."
        ) from error
    return Window(facts, {counts.day: day_file(folder, counts.day) for counts in facts.days})


def read_counts(folder: Path) -> DayCounts:
    """What *Prepare* counted on the day that is scored. Raises StepRefusal if there is none."""
    try:
        return DayCounts.model_validate_json((folder / COUNTS).read_bytes())
    except FileNotFoundError as error:
        raise StepRefusal(f"{folder} has no {COUNTS}: run prepare first.") from error
