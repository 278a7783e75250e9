"""Rows of one day with their labels, a model's probabilities and what each row counts for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LOWEST_PROBABILITY: Final = 1e-15
"""Probabilities are kept this far from 0 and 1 before a logarithm is taken of them."""


@dataclass(frozen=True, eq=False)
class Scored:
    """Labels (0 or 1), probabilities of the positive class, and positive weights; equally long."""

    labels: FloatArray
    scores: FloatArray
    weights: FloatArray

    def __post_init__(self) -> None:
        """Raises ValueError unless the three arrays are one-dimensional and equally long."""
        if self.labels.ndim != 1 or not (
            self.labels.shape == self.scores.shape == self.weights.shape
        ):
            raise ValueError("labels, scores and weights must be equally long")

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def weight(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum())

    @cached_property
    def positive_weight(self) -> float:
        """Sum of the weights of the positives."""
        return float(self.weights @ self.labels)

    @property
    def base_rate(self) -> float:
        """Weighted share of positives."""
        return self.positive_weight / self.weight

    @cached_property
    def both_classes(self) -> bool:
        """Whether there is at least one positive and one negative."""
        return 0.0 < float(self.labels.sum()) < len(self)

    @cached_property
    def clipped(self) -> FloatArray:
        """The probabilities, kept away from 0 and 1."""
        return np.clip(self.scores, LOWEST_PROBABILITY, 1.0 - LOWEST_PROBABILITY)

    @cached_property
    def losses(self) -> FloatArray:
        """Log-loss of each row, in nats."""
        score = self.clipped
        return -np.where(self.labels > 0, np.log(score), np.log1p(-score))

    @cached_property
    def log_odds(self) -> FloatArray:
        """log(p / (1 - p)) of each row."""
        score = self.clipped
        return np.log(score) - np.log1p(-score)


def entropy(rate: float) -> float:
    """Entropy of a yes/no outcome with this rate, in nats: the log-loss of always predicting it."""
    if rate <= 0.0 or rate >= 1.0:
        return 0.0
    return float(-(rate * np.log(rate) + (1.0 - rate) * np.log1p(-rate)))


def put_back(scores: FloatArray, negatives_kept: float) -> FloatArray:
    """Probabilities learnt where only a share of the negatives was kept, put back to the true rate.

    With share r kept, the odds seen in training are 1/r times the true odds, so
    q = p / (p + (1 - p) / r).

    Source: X. He et al., Practical Lessons from Predicting Clicks on Ads at Facebook, ADKDD 2014,
    section 6.3.
    """
    if negatives_kept == 1.0:
        return scores
    restored: FloatArray = scores / (scores + (1.0 - scores) / negatives_kept)
    return restored
