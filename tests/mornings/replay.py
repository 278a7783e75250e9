"""Mornings of a real table, one after another, through the backfill's own code.

Every morning a model is trained on the days before and scores the day beside production
(yesterday's model, refreshed daily) and the reference (the first day's). What a morning left is
kept, so that a replay goes on where it was interrupted.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl

from core.day_result import DayResult
from core.manifest import Manifest
from core.model_quality import parse_importance, parse_model_quality
from core.results import (
    ANALYSIS,
    CANDIDATE,
    EVALUATION,
    FACTS,
    PRODUCTION,
    REFERENCE,
    RUN,
    DayFacts,
    Run,
)
from core.spans import ONE_DAY
from deploy.pipeline.steps.backfill import PreparedDays, Settings
from deploy.pipeline.steps.columns import LABEL
from deploy.pipeline.steps.evaluate import Models, PreparedDay, evaluate
from deploy.pipeline.steps.lake import Folder
from deploy.pipeline.steps.model import Model, load_model
from deploy.pipeline.steps.prepare import WindowSpan, checked_window, prepare_day
from deploy.pipeline.steps.resolved import Resolved
from deploy.pipeline.steps.train import train

HISTORY = dt.timedelta(days=28)
"""What a day is judged beside."""
KNOWN = dt.timedelta(days=60)
"""What the bot looks at: a slow decay shows beside older days."""

Change = Callable[[pl.DataFrame], pl.DataFrame]
Rescore = Callable[[Model], Model]


def between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every day from the first to the last."""
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def write_lake(days: dict[dt.date, pl.DataFrame], folder: Path) -> Path:
    """Put a table's days where a lake has them."""
    for day, rows in days.items():
        path = folder / f"day={day.isoformat()}" / "part-0.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(path)
    return folder


@dataclass(frozen=True)
class Replay:
    """A table's mornings from `first` on; everything is kept below `folder`."""

    folder: Path
    lake: Path
    manifest: Manifest
    settings: Settings
    first: dt.date
    results: str = "results"
    """Folder of what the mornings left: replays that share their models have one each."""

    def mornings(self, last: dt.date) -> Iterator[DayResult]:
        """Every morning up to a day, oldest first."""
        return (self.morning(day) for day in between(self.first, last))

    def morning(self, day: dt.date) -> DayResult:
        """A morning on which nothing is broken."""
        return self.known(day, self.age)

    @property
    def age(self) -> int | None:
        """Age of the labels that are there on the morning after; None: all are."""
        return None if self.manifest.labels is None else 1

    def known(self, day: dt.date, age: int | None) -> DayResult:
        """A day as it was known at a label age."""
        kept = self.left(day)
        kept = kept if age is None else kept / f"age-{age}"
        if not (kept / RUN).exists():
            self._evaluate(day, self.lake, self._models(day), kept, age)
        return read_result(kept)

    def left(self, day: dt.date) -> Path:
        """Where a morning leaves its results."""
        return self.folder / self.results / day.isoformat()

    def before(self, day: dt.date) -> list[DayResult]:
        """The mornings that the bot would know of before a day, as far as there are any."""
        first = max(self.first, day - KNOWN)
        return [self.morning(each) for each in between(first, day - ONE_DAY)]

    def broken(self, day: dt.date, scratch: Path, *, change: Change) -> DayResult:
        """The same morning with the day's rows changed before anything reads them."""
        (source,) = Folder(self.lake).files(day)
        lake = write_lake({day: change(pl.read_parquet(source))}, scratch / "lake")
        self._evaluate(day, lake, self._models(day), scratch, self.age)
        return read_result(scratch)

    def misscored(self, day: dt.date, scratch: Path, *, rescored: Rescore) -> DayResult:
        """The same morning with production scoring otherwise."""
        models = self._models(day)
        by_role = {**models.by_role, PRODUCTION: rescored(models.by_role[PRODUCTION])}
        self._evaluate(day, self.lake, Models(by_role, {}, Resolved()), scratch, self.age)
        return read_result(scratch)

    def trained(self, day: dt.date) -> Model:
        """The model of a day, grown on the days before it."""
        kept = self.folder / "models" / day.isoformat()
        if not kept.exists():
            settings, lag = self.settings, self.manifest.window_lag
            span = WindowSpan(day, settings.window_days, settings.validation_days, lag)
            found = [self._prepared.counts(past) for past in span.all_days]
            window = checked_window(span, [c for c in found if c], self._prepared.folder)
            train(self.manifest, window, self.settings.hyperparameters).save(
                kept.with_suffix(".new")
            )
            kept.with_suffix(".new").rename(kept)
            self._prepared.forget_before(span.all_days[0])
        return load_model(kept)

    def rows(self, day: dt.date) -> pl.DataFrame:
        """A day's prepared rows that have a label."""
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "rows.parquet"
            prepare_day(self.manifest, Folder(self.lake), day, file)
            return labelled_rows(file)

    def _evaluate(
        self, day: dt.date, lake: Path, models: Models, target: Path, age: int | None
    ) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "rows.parquet"
            counts = prepare_day(self.manifest, Folder(lake), day, file, label_age=age)
            prepared = PreparedDay(self.manifest, file, counts)
            minimum = self.settings.minimum_rows
            evaluate(prepared, models, self._run(day), minimum_rows=minimum).write(target)

    def _models(self, day: dt.date) -> Models:
        by_role = {
            CANDIDATE: self.trained(day),
            PRODUCTION: self.trained(day - ONE_DAY),
            REFERENCE: self.trained(self.first - ONE_DAY),
        }
        return Models(by_role, {}, Resolved())

    @cached_property
    def _prepared(self) -> PreparedDays:
        return PreparedDays(self.manifest, Folder(self.lake), self.folder / "prepared")

    def _run(self, day: dt.date) -> Run:
        return Run(
            pipeline=self.manifest.name,
            environment="production",
            day=day,
            run=f"replay-{day}",
            kind="train",
            started=dt.datetime.combine(day + ONE_DAY, dt.time(10), dt.UTC),
            backfilled=True,
        )


def labelled_rows(prepared: Path) -> pl.DataFrame:
    """The rows of a prepared day that have a label."""
    return pl.read_parquet(prepared).filter(pl.col(LABEL).is_not_null())


@lru_cache(maxsize=1024)
def read_result(folder: Path) -> DayResult:
    """What the bot would read of a morning."""
    analysis = parse_importance((folder / ANALYSIS).read_bytes())
    return DayResult(
        run=Run.model_validate_json((folder / RUN).read_bytes()),
        quality=parse_model_quality((folder / EVALUATION).read_bytes()),
        facts=DayFacts.model_validate_json((folder / FACTS).read_bytes()),
        importance=analysis,
    )
