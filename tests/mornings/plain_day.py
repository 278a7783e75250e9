"""A scored day once more, plainly: its metrics from nothing but the rows' scores.

Nothing of `core.evidence` is used: scikit-learn and scipy compute.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import expit, logit
from scipy.stats import binomtest, norm, rankdata
from sklearn.metrics import f1_score, log_loss, roc_auc_score

from tests.mornings.plain_words import told

FloatArray = npt.NDArray[np.float64]
AUC, LOSS = "AUC", "Log-loss"
ENTROPY, RATIO = "Normalised entropy", "Predicted / observed"
ACCURACY, PRECISION, RECALL, F1 = "Accuracy", "Precision", "Recall", "F1"
CALIBRATION = "Calibration error"
PRODUCTION, REFERENCE, NEWEST = "production", "reference", "candidate"
SLICES = ("origin", "carrier", "calendar_hour")
NEAR = float(norm.ppf(0.975))
BINS = 10
"""Of the calibration error."""


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
        value, low, high = (told(each, self.digits) for each in (self.value, self.low, self.high))
        below, above = (told(abs(end - self.value), self.digits) for end in (self.low, self.high))
        return f"{value} ± {below}" if below == above else f"{value} ({low} to {high})"


@dataclass(frozen=True)
class Plain:
    """A scored day: labels, scores by role, the rows' slices, the importance of features."""

    labels: FloatArray
    scores: Mapping[str, FloatArray]
    slices: Mapping[str, npt.NDArray[np.str_]]
    """Column → the value that each row has."""
    importance: Mapping[str, float]
    read: int
    """Rows that arrived, with a label or without."""
    _known: dict[tuple[str, str], Number | None] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, lake: Path) -> Plain:
        """What a morning left in a folder, which is called after the day."""
        rows = pl.read_parquet(folder / "scores.parquet")
        shap = json.loads((folder / "analysis.json").read_text())["explanations"]["kernel_shap"]
        (values,) = (label["global_shap_values"] for label in shap.values())
        arrived = pl.scan_parquet(lake / f"day={folder.name}" / "*.parquet")
        roles = (PRODUCTION, REFERENCE, NEWEST)
        return cls(
            labels=rows["mlpipe_label"].to_numpy(),
            scores={role: rows[f"mlpipe_score_{role}"].to_numpy() for role in roles},
            slices={name: _values(rows[name]) for name in SLICES if name in rows.columns},
            importance=values,
            read=int(arrived.select(pl.len()).collect().item()),
        )

    @property
    def rate(self) -> float:
        """Share of positives."""
        return float(self.labels.mean())

    @property
    def is_rare(self) -> bool:
        """Whether so few rows are positive that other metrics lead."""
        return self.rate < 0.05

    @property
    def leading(self) -> tuple[str, ...]:
        """The metrics that lead."""
        return (ENTROPY, RATIO, AUC) if self.is_rare else (AUC, LOSS)

    def number(self, metric: str, role: str = PRODUCTION) -> Number:
        """A metric that a model has on the rows."""
        found = self.known(metric, role)
        assert found is not None
        return found

    def known(self, metric: str, role: str = PRODUCTION) -> Number | None:
        """A metric of a model; None where the rows do not define it."""
        if (metric, role) not in self._known:
            self._known[metric, role] = _COMPUTE[metric](self, role)
        return self._known[metric, role]

    def losses(self, role: str) -> FloatArray:
        """Each row's log-loss."""
        scores = self.scores[role]
        each: FloatArray = -np.where(self.labels == 1, np.log(scores), np.log1p(-scores))
        return each

    def placed(self, role: str) -> tuple[FloatArray, FloatArray]:
        """How each positive, and each negative, places among the other class: DeLong's."""
        scores = self.scores[role]
        positive, negative = scores[self.labels == 1], scores[self.labels == 0]
        wins = np.sign(positive[:, None] - negative[None, :]) / 2 + 0.5
        return wins.mean(axis=1), wins.mean(axis=0)

    def auc(self, role: str) -> Number:
        """DeLong by its definition, the interval on the scale of log-odds."""
        value = float(roc_auc_score(self.labels, self.scores[role]))
        variance = sum(float(each.var(ddof=1)) / len(each) for each in self.placed(role))
        reach = NEAR * math.sqrt(variance) / (value * (1 - value))
        return Number(value, float(expit(logit(value) - reach)), float(expit(logit(value) + reach)))

    def loss(self, role: str) -> Number:
        """In nats."""
        return _around(float(log_loss(self.labels, self.scores[role])), self.losses(role))

    def entropy(self, role: str) -> Number:
        """Log-loss over the entropy of the rate, and how each row moves both."""
        rate, loss = self.rate, float(log_loss(self.labels, self.scores[role]))
        entropy = -(rate * math.log(rate) + (1 - rate) * math.log(1 - rate))
        slope = math.log((1 - rate) / rate)
        moved = self.losses(role) / entropy - loss * slope * self.labels / entropy**2
        return _around(loss / entropy, moved)

    def ratio(self, role: str) -> Number:
        """Predicted over observed, its interval on the scale of logarithms."""
        scores = self.scores[role]
        ratio = float(scores.mean() / self.rate)
        reach = _reach(scores / scores.mean() - self.labels / self.rate)
        return Number(ratio, ratio * math.exp(-reach), ratio * math.exp(reach))

    def accuracy(self, role: str) -> Number | None:
        """Share of rows on the right side of a half."""
        return _wilson((self.scores[role] >= 0.5) == self.labels)

    def precision(self, role: str) -> Number | None:
        """Share of positives among the rows that were called positive."""
        return _wilson(self.labels[self.scores[role] >= 0.5] == 1)

    def recall(self, role: str) -> Number | None:
        """Share of the positives that were called positive."""
        return _wilson(self.scores[role][self.labels == 1] >= 0.5)

    def f1(self, role: str) -> Number:
        """Twice the hits over all called and all real positives, and how each row moves both."""
        called = (self.scores[role] >= 0.5).astype(float)
        value, both = float(f1_score(self.labels, called)), called + self.labels
        moved = (2 * called * self.labels - value * both) / both.mean()
        return _within_shares(_around(value, moved))

    def calibration(self, role: str) -> Number:
        """The mean gap of ten groups of equal size, by score; the groups taken as they are."""
        scores = self.scores[role]
        group = ((rankdata(scores) - 0.5) / len(scores) * BINS).astype(int)
        gaps = scores - self.labels
        signs = np.array([math.copysign(1, gaps[group == each].sum()) for each in range(BINS)])
        return _within_shares(_around(float((signs[group] * gaps).mean()), signs[group] * gaps))


_COMPUTE: Mapping[str, Callable[[Plain, str], Number | None]] = {
    AUC: Plain.auc,
    LOSS: Plain.loss,
    ENTROPY: Plain.entropy,
    ACCURACY: Plain.accuracy,
    PRECISION: Plain.precision,
    RECALL: Plain.recall,
    F1: Plain.f1,
    CALIBRATION: Plain.calibration,
    RATIO: Plain.ratio,
}
METRICS = tuple(_COMPUTE)
"""In the order of the report's table."""


def _values(column: pl.Series) -> npt.NDArray[np.str_]:
    """Hours are whole numbers, whatever they are kept as."""
    whole = column.cast(pl.Int64) if column.dtype.is_float() else column
    return whole.cast(pl.String).to_numpy().astype(np.str_)


def _wilson(hits: npt.NDArray[np.bool_]) -> Number | None:
    if not len(hits):
        return None
    ends = binomtest(int(hits.sum()), len(hits)).proportion_ci(method="wilson")
    return Number(float(hits.mean()), float(ends.low), float(ends.high))


def _around(value: float, influence: FloatArray) -> Number:
    reach = _reach(influence)
    return Number(value, value - reach, value + reach)


def _within_shares(found: Number) -> Number:
    return Number(found.value, max(0.0, found.low), min(1.0, found.high))


def _reach(influence: FloatArray) -> float:
    return float(NEAR * influence.std(ddof=1) / math.sqrt(len(influence)))
