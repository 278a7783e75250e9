"""Which parameters of an experiment's trials explain one of their metrics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.compared import CODE, IMAGE
from core.evidence.factors import LARGEST, Factor, Value, factor
from core.evidence.leading import USUAL, in_order
from core.evidence.what_changed import NO_RECIPE
from core.evidence.what_matters import WhatMatters, what_matters
from core.marks import is_mark
from core.parameters import SCORED_DAYS
from core.trials import COMPLETED, IDENTITY, Trial

OF_SWEEPS: Final = ("mean_log_loss", "mean_auc")
"""Metrics of several days, the objective first."""


@dataclass(frozen=True)
class Matters:
    """What was asked, and what the trials say."""

    metric: str | None
    """None: no trial has one."""
    looked_at: int
    """Trials."""
    total: int
    """As many are there: where more than were looked at, the newest were."""
    without: int
    """Trials that did not end well, or whose metric is not there or no number."""
    found: WhatMatters


def matters(trials: Sequence[Trial], metric: str | None = None, *, total: int = 0) -> Matters:
    """What explains a metric of some trials.

    Args:
        trials: Those in question.
        metric: Its name; None: the one that most of them have, of several that leads.
        total: How many trials there are, some of them perhaps not in `trials`.
    """
    metric = metric or most_known(trials)
    known = [each for each in trials if metric is not None and _has(each, metric)]
    return Matters(
        metric,
        looked_at=len(trials),
        total=max(total, len(trials)),
        without=len(trials) - len(known),
        found=what_matters(
            [each.metrics[metric or ""] for each in known],
            factors_of(known),
            [_scored_on(each) for each in known],
        ),
    )


def most_known(trials: Sequence[Trial]) -> str | None:
    """The metric that most of the trials have as a number; of several the one that leads."""
    names = dict.fromkeys(name for trial in trials for name in trial.metrics)
    usual = [name for name in in_order(names, rare=False) if name in USUAL]
    swept = [name for name in OF_SWEEPS if name in names]
    ordered = list(dict.fromkeys([*usual, *swept, *sorted(names)]))
    counts = {name: sum(_has(each, name) for each in trials) for name in ordered}
    return max(ordered, key=lambda name: counts[name], default=None)


def factors_of(trials: Sequence[Trial]) -> list[Factor]:
    """The parameters that are not the same in all of them, with the commit and the image."""
    names = dict.fromkeys(name for trial in trials for name in trial.parameters)
    left_out = (IDENTITY | NO_RECIPE | {SCORED_DAYS}) - {CODE, IMAGE}
    found = []
    for name in names:
        if name in left_out or is_mark(name):
            continue
        values: list[Value] = [trial.parameters.get(name) for trial in trials]
        if len({str(value) for value in values}) > 1:
            found.append(factor(name, values))
    return found


def _scored_on(trial: Trial) -> str:
    """What trials share that can be held against each other: the day, and how many up to it."""
    parts = (trial.parameters.get(name, "") for name in ("day", SCORED_DAYS))
    return " ".join(map(str, parts))


def _has(trial: Trial, metric: str) -> bool:
    return trial.status == COMPLETED and abs(trial.metrics.get(metric, math.nan)) < LARGEST
