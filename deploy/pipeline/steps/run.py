"""A run, completed by what the steps found."""

from __future__ import annotations

from core.manifest import Labels
from core.results import LateLabels, Run
from deploy.pipeline.steps.prepared import DayCounts, Window


def with_training(run: Run, window: Window) -> Run:
    """The run, with the days and rows that its model was trained on."""
    return run.model_copy(
        update={
            "train_first_day": window.first_day,
            "train_last_day": window.last_day,
            "train_rows": window.labelled,
        }
    )


def with_labels(run: Run, labels: Labels | None, counts: DayCounts) -> Run:
    """The run, with the age of the labels that it reads, where they come late."""
    if labels is None or counts.label_age is None:
        return run
    known = LateLabels(
        age=counts.label_age, matures_after=labels.matures_after, until_then=labels.until_then
    )
    return run.model_copy(update={"labels": known})
