"""Prepare: from the lake's days to the files that training and evaluation read.

Each day is read in a stream, folder by folder, and written as one Parquet file; rows without a
label are kept and counted. Memory is bounded by a batch of rows (and by the keys of
one day, where the manifest names a key), never by the lake.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from core.manifest import Manifest
from deploy.pipeline.steps import arguments
from deploy.pipeline.steps.columns import (
    BAD_LABEL,
    LABEL,
    TIME,
    UNREADABLE,
    WEIGHT,
    prepared_columns,
)
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


class EmptyDayError(StepRefusal):
    """The lake has no rows of a day."""


@dataclass(frozen=True)
class WindowSpan:
    """Which days a model for `day` is trained on: the `days` before it."""

    day: dt.date
    days: int
    validation_days: int

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
        return [self.day - dt.timedelta(days=n) for n in range(self.days, 0, -1)]

    @property
    def validation_from(self) -> dt.date:
        """The first of the days that decide when training stops."""
        return self.day - dt.timedelta(days=self.validation_days)


def prepare_day(manifest: Manifest, lake: Lake, day: dt.date, target: Path) -> DayCounts:
    """Write one day's rows to `target`.

    Raises:
        EmptyDayError: The lake has no rows of this day.
        StepRefusal: A column is missing or of the wrong type, or a key occurs twice.
    """
    partitions = partitions_of(day, manifest.time)
    files = [file for partition in partitions for file in lake.files(partition)]
    if not files:
        names = " and ".join(f"day={partition.isoformat()}" for partition in partitions)
        raise EmptyDayError(f"The data lake has no data for {day}: {names} is not there.")
    rows = pl.concat(
        [
            frame.select(prepared_columns(manifest, frame.collect_schema(), file))
            for file, frame in scan(lake, files, manifest)
        ],
        how="vertical_relaxed",
    )
    local_day = pl.col(TIME).dt.convert_time_zone(manifest.time.day_zone).dt.date()
    target.parent.mkdir(parents=True, exist_ok=True)
    # A row whose time cannot be read belongs to no day: it is written, found and refused below.
    rows.filter((local_day == day) | pl.col(TIME).is_null()).sink_parquet(target)
    counts = _checked(manifest, day, target)
    if len(partitions) == 1:
        _tell_of_strays(rows.filter(local_day != day), counts, manifest)
    return counts


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


def prepare_scored_day(manifest: Manifest, lake: Lake, day: dt.date, folder: Path) -> DayCounts:
    """Write the day that is scored to `folder`, and rows.json beside it.

    A single class is no reason to refuse here: such a day still has a log-loss and a report, and
    the gate says what it lacks.

    Raises:
        StepRefusal: As `prepare_day`, or no row has a label.
    """
    counts = prepare_day(manifest, lake, day, folder / ROWS)
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


def _checked(manifest: Manifest, day: dt.date, file: Path) -> DayCounts:
    """Look through what was written: counts, and values that should not be there."""
    rows = pl.scan_parquet(file)
    labelled = pl.col(LABEL).is_not_null()
    positive = pl.col(LABEL) == 1
    weight = pl.col(WEIGHT)
    found = rows.select(
        read=pl.len(),
        no_time=pl.col(TIME).is_null().sum(),
        bad_label=(pl.col(LABEL) == BAD_LABEL).sum(),
        bad_weight=(labelled & (weight.is_null() | ~weight.is_finite() | (weight <= 0))).sum(),
        unreadable=pl.col(UNREADABLE).drop_nulls().first(),
        unreadable_rows=pl.col(UNREADABLE).count(),
        labelled=labelled.sum(),
        positives=positive.sum(),
        weight=weight.filter(labelled).sum(),
        positive_weight=weight.filter(positive).sum(),
    ).collect(engine="streaming")
    counts = found.row(0, named=True)
    _refuse_bad_values(manifest, counts, f"{day} ({counts['read']} rows)")
    if not counts["read"]:
        raise EmptyDayError(
            f"The data lake has no rows of {day}, counted in {manifest.time.day_zone}."
        )
    _refuse_duplicates(manifest, rows, day)
    return DayCounts(
        day=day, **{name: counts[name] for name in DayCounts.model_fields if name in counts}
    )


def _refuse_bad_values(manifest: Manifest, counts: dict[str, int], where: str) -> None:
    label, time, weight = manifest.label, manifest.time, manifest.weight
    problems = {
        "no_time": f"have no readable time in {time.column} ({time.format.value})",
        "bad_label": f"have a label in {label.column} that is neither 0 nor 1 (nor true or false)",
        "bad_weight": f"have no positive weight in {weight.column if weight else ''}",
        "unreadable_rows": f"have text in {counts['unreadable']}, which should have numbers only",
    }
    for name, problem in problems.items():
        if counts[name]:
            raise StepRefusal(f"On {where}, {counts[name]} rows {problem}.")


def _refuse_duplicates(manifest: Manifest, rows: pl.LazyFrame, day: dt.date) -> None:
    if not manifest.key:
        return
    twice = (
        rows.group_by(manifest.key)
        .len(name="mlpipe_count")
        .filter(pl.col("mlpipe_count") > 1)
        .collect(engine="streaming")
    )
    if twice.height:
        # The job's log may hold a row's values; the sentence goes to Slack, and may not.
        log.info("For example %s.", twice.row(0, named=True))
        key = ", ".join(manifest.key)
        raise StepRefusal(
            f"On {day}, {twice.height} keys ({key}) occur more than once: a row must not be "
            "counted twice. The job's log has an example."
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step."""
    parser = arguments.parser("prepare", "Read the lake's days as the dataset manifest says.")
    parser.add_argument("--manifest", type=Path, required=True, help="the dataset manifest (TOML)")
    parser.add_argument("--lake", required=True, help="s3://bucket/prefix, or a folder")
    parser.add_argument("--day", type=arguments.day, required=True, help="the day that is scored")
    parser.add_argument("--window-days", type=int, help="days before it to train on")
    parser.add_argument("--validation-days", type=int, default=7, help="last days of the window")
    parser.add_argument("--train", type=Path, help="folder for the window's days")
    parser.add_argument("--day-rows", type=Path, required=True, help="folder for the day's rows")
    options = parser.parse_args(argv)
    if (options.window_days is None) != (options.train is None):
        parser.error("--window-days and --train belong together")

    def work() -> None:
        manifest = arguments.manifest(options.manifest)
        lake = open_lake(options.lake)
        prepare_scored_day(manifest, lake, options.day, options.day_rows)
        if options.train is not None:
            span = WindowSpan(options.day, options.window_days, options.validation_days)
            prepare_window(manifest, lake, span, options.train)

    return run_step(work, options.failure)


if __name__ == "__main__":
    raise SystemExit(main())
