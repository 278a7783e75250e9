"""Chooses the points of a tuning job with Optuna, which has a sampler for each strategy of AWS.

Bayesian: a tree-structured Parzen estimator that keeps points apart which run at once. Random and
Grid are what they are called. Hyperband: the same estimator, with jobs ended early by successive
halving.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.tuning.ranges import distributions, grid, text

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler


class Point:
    """One point that a training job tries."""

    def __init__(self, trial: Trial, hyperparameters: dict[str, str]) -> None:
        self.trial = trial
        self.hyperparameters = hyperparameters
        self.reported = 0
        """How many values of its objective were looked at."""


class Points:
    """The points of one tuning job; its methods may be called from any thread."""

    def __init__(self, config: Document) -> None:
        """`config` is the request's HyperParameterTuningJobConfig, already checked."""
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._lock = Lock()
        self._ranges = config["ParameterRanges"]
        self._distributions = distributions(self._ranges)
        self._study: Study = optuna.create_study(
            direction=config["HyperParameterTuningJobObjective"]["Type"].lower(),
            sampler=_sampler(config),
            pruner=_pruner(config),
        )
        if config["Strategy"] == "Grid":
            for point in grid(self._ranges):
                self._study.enqueue_trial(point)

    def ask(self) -> Point:
        """The next point to try."""
        with self._lock:
            trial = self._study.ask(self._distributions)
            values = {name: text(trial.params[name]) for name in self._distributions}
        return Point(trial, values)

    def hopeless(self, point: Point, values: Sequence[float]) -> bool:
        """Whether a job that has emitted these values of its objective is to be ended early."""
        with self._lock:
            for step in range(point.reported, len(values)):
                point.trial.report(values[step], step + 1)
            point.reported = len(values)
            return bool(values) and point.trial.should_prune()

    def tell(self, point: Point, value: float | None) -> None:
        """What came out of a point; None: nothing that counts."""
        from optuna.trial import TrialState

        with self._lock:
            if value is None or math.isnan(value):
                self._study.tell(point.trial, state=TrialState.FAIL)
            else:
                self._study.tell(point.trial, value)


def _sampler(config: Document) -> BaseSampler:
    from optuna import samplers

    seed = config.get("RandomSeed")
    match config["Strategy"]:
        case "Random" | "Grid":  # the points of a grid are enqueued
            return samplers.RandomSampler(seed=seed)
        case _:
            return samplers.TPESampler(seed=seed, constant_liar=True)


def _pruner(config: Document) -> BasePruner:
    from optuna import pruners

    if config["Strategy"] == "Hyperband":
        said = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig", {})
        return pruners.HyperbandPruner(
            min_resource=said.get("MinResource", 1), max_resource=said.get("MaxResource", "auto")
        )
    if config.get("TrainingJobEarlyStoppingType") == "Auto":
        return pruners.MedianPruner()
    return pruners.NopPruner()
