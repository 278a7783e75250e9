"""Prepare: from the lake's days to the files that training and evaluation read.

Each day is read in a stream, folder by folder, and written as one Parquet file; rows without a
label are kept and counted. Memory is bounded by a batch of rows (and by the keys of
one day, where the manifest names a key), never by the lake.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from core.manifest import Manifest
from deploy.pipeline.steps import arguments
from deploy.pipeline.steps.columns import TIME, prepared_columns
from deploy.pipeline.steps.counts import EmptyDayError, counted
from deploy.pipeline.steps.label_age import label_age_at, midnight
from deploy.pipeline.steps.lake import Lake, open_lake, partitions_of, scan
from deploy.pipeline.steps.prepared import (
    COUNTS,
    ROWS,
    WINDOW,
    DayCounts,
    Window,
    WindowFacts,
    day_file,
)
from deploy.pipeline.steps.refusal import StepRefusal, run_step

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WindowSpan:
    """Which days a model for `day` is trained on: the `days` before it, `lag` of them left out."""

    day: dt.date
    days: int
    validation_days: int
    lag: int = 0
    """Days right before it whose labels are too young to learn from."""

    def __post_init__(self) -> None:
        """Raises StepRefusal where nothing would be left to train on."""
        if not 1 <= self.validation_days < self.days:
            raise StepRefusal(
                f"ValidationDays ({self.validation_days}) has to be at least 1 and smaller than "
                f"WindowDays ({self.days})."
            )

    @property
    def all_days(self) -> list[dt.date]:
        """Every day of the window, oldest first."""
        return [self._end - dt.timedelta(days=n) for n in range(self.days, 0, -1)]

    @property
    def validation_from(self) -> dt.date:
        """The first of the days that decide when training stops."""
        return self._end - dt.timedelta(days=self.validation_days)

    @property
    def _end(self) -> dt.date:
        """The day after the window."""
        return self.day - dt.timedelta(days=self.lag)


def prepare_day(
    manifest: Manifest, lake: Lake, day: dt.date, target: Path, *, label_age: int | None = None
) -> DayCounts:
    """Write one day's rows to `target`.

    Args:
        manifest: What the table's columns are.
        lake: Where it lies.
        day: The day.
        target: The file to write.
        label_age: Leave out labels that came later than so many midnights after the day began,
            where the table tells when they came; None: all that are there.

    Raises:
        EmptyDayError: The lake has no rows of this day.
        StepRefusal: A column is missing or of the wrong type, or a key occurs twice.
    """
    partitions = partitions_of(day, manifest.time)
    files = [file for partition in partitions for file in lake.files(partition)]
    if not files:
        names = " and ".join(f"day={partition.isoformat()}" for partition in partitions)
        raise EmptyDayError(f"The data lake has no data for {day}: {names} is not there.")
    known_at = None if label_age is None else midnight(day, label_age, manifest)
    rows = pl.concat(
        [
            frame.select(
                prepared_columns(manifest, frame.collect_schema(), file, known_at=known_at)
            )
            for file, frame in scan(lake, files, manifest)
        ],
        how="vertical_relaxed",
    )
    local_day = pl.col(TIME).dt.convert_time_zone(manifest.time.day_zone).dt.date()
    target.parent.mkdir(parents=True, exist_ok=True)
    # A row whose time cannot be read belongs to no day: it is written, found and refused below.
    rows.filter((local_day == day) | pl.col(TIME).is_null()).sink_parquet(target)
    counts = counted(manifest, day, target)
    if len(partitions) == 1:
        _tell_of_strays(rows.filter(local_day != day), counts, manifest)
    return counts.model_copy(update={"label_age": label_age})


def prepare_window(manifest: Manifest, lake: Lake, span: WindowSpan, folder: Path) -> Window:
    """Write every day of a window to `folder`, and window.json beside them.

    Days without rows are named in the log and left out.

    Raises:
        StepRefusal: As `prepare_day` and `checked_window`.
    """
    found = []
    for day in span.all_days:
        try:
            found.append(prepare_day(manifest, lake, day, day_file(folder, day)))
        except EmptyDayError as empty:
            log.info("%s It is left out of the training window.", empty)
    window = checked_window(span, found, folder)
    (folder / WINDOW).write_text(window.facts.model_dump_json(indent=1), encoding="utf-8")
    log.info(
        "Prepared %d of %d days to train on, %s to %s: %d labelled rows.",
        len(found),
        span.days,
        window.first_day,
        window.last_day,
        window.labelled,
    )
    return window


def checked_window(span: WindowSpan, days: Sequence[DayCounts], folder: Path) -> Window:
    """The window of these prepared days, if a model can be trained on it.

    Raises:
        StepRefusal: No labelled rows to grow trees on or to validate with, or a single class.
    """
    facts = WindowFacts(validation_from=span.validation_from, days=tuple(days))
    name = f"the {span.days} days before {span.day}"
    fit = [counts for counts in days if counts.day < span.validation_from]
    validation = [counts for counts in days if counts.day >= span.validation_from]
    for part, purpose in ((fit, "to train on"), (validation, "to validate with")):
        if not sum(counts.labelled for counts in part):
            raise StepRefusal(f"In {name} there are no labelled rows {purpose}.")
    labelled, positives = (sum(c.labelled for c in fit), sum(c.positives for c in fit))
    if positives in {0, labelled}:
        which = "positive" if positives else "negative"
        raise StepRefusal(
            f"All {labelled} labelled rows to train on in {name} are {which}: a single class "
            "cannot be learnt. Check the label in the manifest, or widen the window."
        )
    return Window(facts, {counts.day: day_file(folder, counts.day) for counts in days})


def prepare_scored_day(
    manifest: Manifest, lake: Lake, day: dt.date, folder: Path, *, label_age: int | None = None
) -> DayCounts:
    """Write the day that is scored to `folder`, and rows.json beside it.

    A single class is no reason to refuse here: such a day still has a log-loss and a report, and
    the gate says what it lacks.

    Raises:
        StepRefusal: As `prepare_day`, or no row has a label.
    """
    counts = prepare_day(manifest, lake, day, folder / ROWS, label_age=label_age)
    if not counts.labelled:
        raise StepRefusal(f"None of the {counts.read} rows of {day} has a label yet.")
    (folder / COUNTS).write_text(counts.model_dump_json(indent=1), encoding="utf-8")
    log.info(
        "Prepared %s: %d rows, %d with a label, %d positive.",
        day,
        counts.read,
        counts.labelled,
        counts.positives,
    )
    return counts


def _tell_of_strays(strays: pl.LazyFrame, counts: DayCounts, manifest: Manifest) -> None:
    """Rows of another day in a folder of this one: a few come late, many mean a wrong zone."""
    number = strays.select(pl.len()).collect(engine="streaming").item()
    if number:
        log.info(
            "The folder day=%s has %d rows of other days in %s, left out; %d are of the day. Is "
            "time.partition_zone of the manifest right?",
            counts.day,
            number,
            manifest.time.day_zone,
            counts.read,
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step."""
    parser = arguments.parser("prepare", "Read the lake's days as the dataset manifest says.")
    parser.add_argument("--manifest", type=Path, required=True, help="the dataset manifest (TOML)")
    parser.add_argument("--lake", required=True, help="s3://bucket/prefix, or a folder")
    parser.add_argument("--day", type=arguments.day, required=True, help="the day that is scored")
    parser.add_argument("--window-days", type=int, help="days before it to train on")
    parser.add_argument("--validation-days", type=int, default=7, help="last days of the window")
    parser.add_argument("--label-age", type=int, default=0, help="days; 0: as old as they are")
    parser.add_argument("--execution-started", type=arguments.moment, metavar="ISO-8601")
    parser.add_argument("--train", type=Path, help="folder for the window's days")
    parser.add_argument("--day-rows", type=Path, help="folder for the day's rows")
    parser.add_argument(
        "--scored-days", type=int, help="so many last days are scored, each with its own window"
    )
    options = parser.parse_args(argv)
    if (options.window_days is None) != (options.train is None):
        parser.error("--window-days and --train belong together")
    if (options.day_rows is None) == (options.scored_days is None):
        parser.error("either --day-rows or --scored-days has to be given")

    def work() -> None:
        manifest = arguments.manifest(options.manifest)
        lake = open_lake(options.lake)
        if options.scored_days is not None:
            _prepare_rolling(manifest, lake, options)
            return
        wanted, started = options.label_age, options.execution_started or dt.datetime.now(dt.UTC)
        age = label_age_at(manifest, options.day, wanted=wanted, at=started)
        prepare_scored_day(manifest, lake, options.day, options.day_rows, label_age=age)
        if options.train is not None:
            lag = manifest.window_lag
            span = WindowSpan(options.day, options.window_days, options.validation_days, lag)
            prepare_window(manifest, lake, span, options.train)

    return run_step(work, options.failure)


def _prepare_rolling(manifest: Manifest, lake: Lake, options: argparse.Namespace) -> None:
    from deploy.pipeline.steps.rolling import Rolling, prepare_rolling

    rolling = Rolling(
        day=options.day,
        window_days=options.window_days,
        validation_days=options.validation_days,
        scored_days=options.scored_days,
        lag=manifest.window_lag,
        days=(),
    )
    options.train.mkdir(parents=True, exist_ok=True)
    prepare_rolling(manifest, lake, rolling, options.train)


if __name__ == "__main__":
    raise SystemExit(main())
