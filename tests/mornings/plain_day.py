"""A scored day once more, plainly: its metrics from nothing but the rows' scores.

Nothing of `core.evidence` is used: scikit-learn and scipy compute.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import expit, logit
from scipy.stats import norm
from sklearn.metrics import log_loss, roc_auc_score

FloatArray = npt.NDArray[np.float64]
AUC, LOSS = "AUC", "Log-loss"
ENTROPY, RATIO = "Normalised entropy", "Predicted / observed"
NEAR = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Number:
    """A metric of a day's rows with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def digits(self) -> int:
        """Two, or as many as the interval bears."""
        return max(2, min(5, math.ceil(-math.log10((self.high - self.low) / 2))))

    def __str__(self) -> str:
        digits = self.digits
        below, above = (f"{abs(end - self.value):.{digits}f}" for end in (self.low, self.high))
        if below == above:
            return f"{self.value:.{digits}f} ± {below}"
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


@dataclass(frozen=True)
class Plain:
    """A scored day: labels, scores by role, and the importance of its features."""

    labels: FloatArray
    scores: Mapping[str, FloatArray]
    importance: Mapping[str, float]
    _known: dict[tuple[str, str], Number] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Plain:
        """What a morning left in a folder."""
        rows = pl.read_parquet(folder / "scores.parquet")
        shap = json.loads((folder / "analysis.json").read_text())["explanations"]["kernel_shap"]
        (values,) = (label["global_shap_values"] for label in shap.values())
        roles = ("production", "reference")
        return cls(
            labels=rows["mlpipe_label"].to_numpy(),
            scores={role: rows[f"mlpipe_score_{role}"].to_numpy() for role in roles},
            importance=values,
        )

    @property
    def rate(self) -> float:
        """Share of positives."""
        return float(self.labels.mean())

    @property
    def leading(self) -> tuple[str, ...]:
        """The metrics that lead; others where fewer than one row of twenty is positive."""
        return (ENTROPY, RATIO, AUC) if self.rate < 0.05 else (AUC, LOSS)

    def number(self, metric: str, role: str = "production") -> Number:
        """A metric of a model."""
        if (metric, role) not in self._known:
            compute = {
                AUC: self._auc,
                LOSS: self._loss,
                ENTROPY: self._entropy,
                RATIO: self._ratio,
            }[metric]
            self._known[metric, role] = compute(self.scores[role])
        return self._known[metric, role]

    def _auc(self, scores: FloatArray) -> Number:
        """DeLong by its definition: how each row places among those of the other class."""
        value = float(roc_auc_score(self.labels, scores))
        positive, negative = scores[self.labels == 1], scores[self.labels == 0]
        wins = np.sign(positive[:, None] - negative[None, :]) / 2 + 0.5
        placed = (wins.mean(axis=1), wins.mean(axis=0))
        variance = sum(float(each.var(ddof=1)) / len(each) for each in placed)
        reach = NEAR * math.sqrt(variance) / (value * (1 - value))
        return Number(value, float(expit(logit(value) - reach)), float(expit(logit(value) + reach)))

    def _loss(self, scores: FloatArray) -> Number:
        value = float(log_loss(self.labels, scores))
        return _around(value, self._losses(scores))

    def _entropy(self, scores: FloatArray) -> Number:
        """Log-loss over the entropy of the rate, and how each row moves both."""
        rate, loss = self.rate, float(log_loss(self.labels, scores))
        entropy = -(rate * math.log(rate) + (1 - rate) * math.log(1 - rate))
        slope = math.log((1 - rate) / rate)
        moved = self._losses(scores) / entropy - loss * slope * self.labels / entropy**2
        return _around(loss / entropy, moved)

    def _ratio(self, scores: FloatArray) -> Number:
        """Predicted over observed, its interval on the scale of logarithms."""
        ratio = float(scores.mean() / self.rate)
        reach = _reach(scores / scores.mean() - self.labels / self.rate)
        return Number(ratio, ratio * math.exp(-reach), ratio * math.exp(reach))

    def _losses(self, scores: FloatArray) -> FloatArray:
        each: FloatArray = -np.where(self.labels == 1, np.log(scores), np.log1p(-scores))
        return each


def _around(value: float, influence: FloatArray) -> Number:
    reach = _reach(influence)
    return Number(value, value - reach, value + reach)


def _reach(influence: FloatArray) -> float:
    return float(NEAR * influence.std(ddof=1) / math.sqrt(len(influence)))
