"""Which metrics of a day are looked at first, which way they are worse, and whose they are."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from core.day_result import DayResult
from core.domain import Better
from core.results import PRODUCTION, Interval, ModelFacts

USUAL: Final = (
    "auc",
    "log_loss",
    "normalised_entropy",
    "accuracy",
    "precision",
    "recall",
    "f1",
    "calibration_error",
    "predicted_over_observed",
    "weighted_f1",
    "weighted_precision",
    "weighted_recall",
    "rmse",
    "mae",
    "r2",
    "mse",
)
"""The last seven are of several classes and of regression, named as SageMaker's schema has them."""
RARE: Final = (
    "normalised_entropy",
    "predicted_over_observed",
    "auc",
    "log_loss",
    "calibration_error",
)
"""Below a base rate of 5 %: what counts predictions at a threshold of 0.5 says little there."""
MOST_METRICS: Final = 12
"""Metrics of a day, where an evaluation brings such that we do not know."""
LEADING: Final = 2
LEADING_RARE: Final = 3
"""How many of a day's metrics lead: AUC and log-loss; of a click model also its calibration."""


class Direction(enum.Enum):
    """Which way a metric is worse."""

    HIGHER_IS_BETTER = enum.auto()
    LOWER_IS_BETTER = enum.auto()
    ONE_IS_BEST = enum.auto()
    UNKNOWN = enum.auto()


_HIGHER: Final = frozenset(
    {
        "accuracy",
        "auc",
        "auprc",
        "auroc",
        "f0",
        "f1",
        "f2",
        "mcc",
        "ndcg",
        "precision",
        "r2",
        "recall",
    }
)
_LOWER: Final = frozenset(
    {"brier", "entropy", "error", "logloss", "loss", "mae", "mape", "mse", "rmse", "smape", "wape"}
)
"""Words in the names that Model Monitor, scikit-learn and people who write evaluation.json use."""
_NEGATED: Final = frozenset({"neg", "negative"})
"""Words that turn a name round, as scikit-learn's `neg_mean_squared_error`."""
_PUNCTUATION: Final = re.compile(r"[^a-z0-9]+")


_SHARES: Final = frozenset(
    {"auc", "accuracy", "precision", "recall", "f1"}
    | {"weighted_f1", "weighted_precision", "weighted_recall", "calibration_error"}
)
_LOSSES: Final = frozenset({"log_loss", "normalised_entropy", "rmse", "mae", "mse"})


def direction(metric: str, said: Mapping[str, Better] | None = None) -> Direction:
    """Which way a metric is worse; unknown for one that we do not know.

    Args:
        metric: Its name; that of one we do not know ourselves tells it by its words.
        said: Which way it is better, of those that the team says itself.
    """
    match (said or {}).get(metric):
        case "higher":
            return Direction.HIGHER_IS_BETTER
        case "lower":
            return Direction.LOWER_IS_BETTER
    if metric == "predicted_over_observed":
        return Direction.ONE_IS_BEST
    words = set(_PUNCTUATION.split(metric.lower()))
    if words & _NEGATED:
        return Direction.UNKNOWN
    if words & _LOWER:
        return Direction.LOWER_IS_BETTER
    return Direction.HIGHER_IS_BETTER if words & _HIGHER else Direction.UNKNOWN


def bounds(metric: str) -> tuple[float, float]:
    """Between which values a metric lies whatever the day; infinite where nobody knows."""
    if metric in _SHARES:
        return 0.0, 1.0
    return (0.0 if metric in _LOSSES else -math.inf), 1.0 if metric == "r2" else math.inf


def badness(way: Direction, value: float) -> float | None:
    """The greater, the worse; None where nobody knows which way is worse."""
    match way:
        case Direction.HIGHER_IS_BETTER:
            return -value
        case Direction.LOWER_IS_BETTER:
            return value
        case Direction.ONE_IS_BEST:
            return abs(math.log(value)) if value > 0 else math.inf
        case _:
            return None


def leader(result: DayResult) -> ModelFacts | None:
    """The model that a day's verdict is of: production where it scored the day, else the subject.

    None without facts: then it is whatever evaluation.json describes.
    """
    return result.model(PRODUCTION) or result.subject


def metrics_of_leader(result: DayResult) -> Mapping[str, Interval]:
    """Its metrics, with intervals as far as they are known."""
    model = leader(result)
    if model is not None:
        return {name: each for name, each in model.metrics.items() if math.isfinite(each.value)}
    return {name: Interval(value=metric.value) for name, metric in result.quality.metrics.items()}


def low_base_rate(result: DayResult) -> bool:
    """Whether so few rows are positive that other metrics lead."""
    return result.facts is not None and result.facts.low_base_rate


def in_order(
    metrics: Iterable[str], *, rare: bool, every: bool = False, wanted: Sequence[str] = ()
) -> tuple[str, ...]:
    """Metrics in the order in which they are shown; the first leads.

    What an evaluation of another kind brings is shown by its own name.

    Args:
        metrics: Those that a day has.
        rare: Whether few rows are positive.
        every: Also those that say little on such a day.
        wanted: Those that somebody wants to lead, where the day has them.
    """
    order: tuple[str, ...] = RARE if rare else USUAL
    if every:
        order = tuple(dict.fromkeys((*order, *USUAL)))
    given = set(metrics)
    known = [name for name in order if name in given] or sorted(given)[:MOST_METRICS]
    return tuple(dict.fromkeys([*(name for name in wanted if name in given), *known]))


def leading(result: DayResult, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The metrics that a day is judged by, most important first: all that are wanted, if any.

    Where nobody wants any, those that the team says lead in its pipeline.
    """
    rare = low_base_rate(result)
    wanted = wanted or result.run.leading
    known = metrics_of_leader(result)
    number = sum(name in known for name in dict.fromkeys(wanted))
    number = number or (LEADING_RARE if rare else LEADING)
    return in_order(known, rare=rare, wanted=wanted)[:number]
