"""Rolling days: a model is trained for each of the last days and scores it, as each morning does.

One day would crown luck: what hyperparameters are judged by is the mean over the days.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.evidence.auc import auc
from core.evidence.metrics import log_loss
from core.manifest import Manifest
from deploy.pipeline.steps.counts import EmptyDayError
from deploy.pipeline.steps.lake import Lake
from deploy.pipeline.steps.model import Model
from deploy.pipeline.steps.prepare import WindowSpan, checked_window, prepare_day
from deploy.pipeline.steps.prepared import DayCounts, day_file
from deploy.pipeline.steps.refusal import StepRefusal
from deploy.pipeline.steps.scoring import score_day
from deploy.pipeline.steps.train import Hyperparameters, train

log = logging.getLogger(__name__)

ROLLING: Final = "rolling.json"
SUBJECT: Final = "candidate"


class Rolling(BaseModel):
    """rolling.json: which days are trained for and scored, and what is in every prepared file."""

    model_config = ConfigDict(frozen=True)

    day: dt.date
    """The last day that is scored."""
    window_days: int
    validation_days: int
    scored_days: int
    lag: int
    days: tuple[DayCounts, ...]
    """Those with rows."""

    @property
    def spans(self) -> list[WindowSpan]:
        """The window of each scored day, oldest first."""
        return [
            WindowSpan(
                self.day - dt.timedelta(days=back), self.window_days, self.validation_days, self.lag
            )
            for back in range(self.scored_days - 1, -1, -1)
        ]

    @property
    def all_days(self) -> list[dt.date]:
        """Every day that is read, oldest first."""
        return sorted({day for span in self.spans for day in (*span.all_days, span.day)})


@dataclass(frozen=True)
class ScoredDay:
    """What a model trained for a day made of it."""

    day: dt.date
    rows: int
    log_loss: float
    auc: float | None
    """None where the day has a single class."""


def prepare_rolling(manifest: Manifest, lake: Lake, rolling: Rolling, folder: Path) -> Rolling:
    """Write every day to `folder`, and rolling.json beside them; gives it with what was found.

    Raises:
        StepRefusal: As `prepare_day`, or the last day has no rows.
    """
    found = []
    for day in rolling.all_days:
        try:
            found.append(prepare_day(manifest, lake, day, day_file(folder, day)))
        except EmptyDayError as empty:
            if day == rolling.day:
                raise
            log.info("%s It is left out.", empty)
    prepared = rolling.model_copy(update={"days": tuple(found)})
    (folder / ROLLING).write_text(prepared.model_dump_json(indent=1), encoding="utf-8")
    log.info(
        "Prepared %d of %d days, to train for and score %d of them.",
        len(found),
        len(rolling.all_days),
        rolling.scored_days,
    )
    return prepared


def read_rolling(folder: Path) -> Rolling:
    """What `prepare_rolling` wrote. Raises StepRefusal if it is not there."""
    try:
        return Rolling.model_validate_json((folder / ROLLING).read_bytes())
    except FileNotFoundError as error:
        raise StepRefusal(
            f"{folder} has no {ROLLING}: run prepare with --scored-days and --train first."
        ) from error


def roll(
    manifest: Manifest,
    rolling: Rolling,
    folder: Path,
    hyperparameters: Hyperparameters,
    scored: Callable[[Sequence[ScoredDay]], None],
) -> Model:
    """Train for each day and score it; gives the last day's model.

    Days without labels are named in the log and left out.

    Args:
        manifest: What the table's columns are.
        rolling: Which days.
        folder: Where `prepare_rolling` wrote them.
        hyperparameters: How the trees are grown.
        scored: Told after each day of all that are done.

    Raises:
        StepRefusal: A window cannot be trained on, or no day could be scored.
    """
    counts = {each.day: each for each in rolling.days}
    done: list[ScoredDay] = []
    model: Model | None = None
    for span in rolling.spans:
        of_day = counts.get(span.day)
        if of_day is None or not of_day.labelled:
            log.info("%s has no labelled rows: it is left out.", span.day)
            continue
        window = checked_window(span, [counts[d] for d in span.all_days if d in counts], folder)
        model = train(manifest, window, hyperparameters)
        done.append(_scored(manifest, day_file(folder, span.day), span.day, model))
        scored(done)
    if model is None:
        raise StepRefusal(f"None of the {rolling.scored_days} days up to {rolling.day} has labels.")
    return model


def means(days: Sequence[ScoredDay]) -> dict[str, float]:
    """The mean over days of each metric, every day counting the same."""
    areas = [each.auc for each in days if each.auc is not None]
    found = {"mean_log_loss": float(np.mean([each.log_loss for each in days]))}
    return found | ({"mean_auc": float(np.mean(areas))} if areas else {})


def _scored(manifest: Manifest, file: Path, day: dt.date, model: Model) -> ScoredDay:
    rows = score_day(manifest, file, {SUBJECT: model}, subject=SUBJECT).scored(SUBJECT)
    loss, area = log_loss(rows), auc(rows)
    if loss is None:
        raise StepRefusal(f"None of the scores of {day} is a number.")
    return ScoredDay(day, len(rows), loss.value, area.value if area is not None else None)
