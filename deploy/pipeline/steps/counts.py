"""What is in a prepared day: its counts, and values that should not be there."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import polars as pl

from core.manifest import Manifest
from deploy.pipeline.steps.columns import BAD_LABEL, LABEL, TIME, UNREADABLE, WEIGHT
from deploy.pipeline.steps.prepared import DayCounts
from deploy.pipeline.steps.refusal import StepRefusal

log = logging.getLogger(__name__)


class EmptyDayError(StepRefusal):
    """The lake has no rows of a day."""


def counted(manifest: Manifest, day: dt.date, file: Path) -> DayCounts:
    """Look through a day's file.

    Raises:
        EmptyDayError: It has no rows.
        StepRefusal: A value cannot be used, or a key occurs twice.
    """
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
        "unreadable_rows": _unreadable(manifest, str(counts["unreadable"])),
    }
    for name, problem in problems.items():
        if counts[name]:
            raise StepRefusal(f"On {where}, {counts[name]} rows {problem}.")


def _unreadable(manifest: Manifest, column: str) -> str:
    if manifest.labels and column == manifest.labels.arrived_at:
        return f"have no readable time in {column} ({manifest.time.format.value})"
    return f"have text in {column}, which should have numbers only"


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
