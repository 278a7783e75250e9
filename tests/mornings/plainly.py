"""The rules of docs/evidence.md once more, plainly, and from nothing but the rows' scores.

Nothing of `core.evidence` is used here: scikit-learn and scipy compute, and what the head of a
report must say is written out by hand.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import expit, logit
from scipy.stats import norm, t
from sklearn.metrics import log_loss, ndcg_score, roc_auc_score

from core.day_result import DayResult
from core.domain import PRODUCTION, Pipeline, PipelineName
from reports.report_facts import ReportFacts

FloatArray = npt.NDArray[np.float64]
ONE_DAY = dt.timedelta(days=1)
NEAR = norm.ppf(0.975)


@dataclass(frozen=True)
class Number:
    """A metric of a day's rows with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """As a sentence has it: two digits or as many as the interval bears."""
        digits = self.digits
        below, above = (f"{abs(end - self.value):.{digits}f}" for end in (self.low, self.high))
        if below == above:
            return f"{self.value:.{digits}f} ± {below}"
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"

    @property
    def digits(self) -> int:
        return max(2, min(5, math.ceil(-math.log10((self.high - self.low) / 2))))


@dataclass(frozen=True)
class Plain:
    """A scored day: labels, scores by role, and the importance of its features."""

    labels: FloatArray
    scores: Mapping[str, FloatArray]
    importance: Mapping[str, float]
    _known: dict[tuple[str, str], Number] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Plain:
        rows = pl.read_parquet(folder / "scores.parquet")
        shap = json.loads((folder / "analysis.json").read_text())["explanations"]["kernel_shap"]
        (values,) = (label["global_shap_values"] for label in shap.values())
        return cls(
            labels=rows["mlpipe_label"].to_numpy(),
            scores={
                role: rows[f"mlpipe_score_{role}"].to_numpy()
                for role in ("production", "reference")
            },
            importance=values,
        )

    @property
    def rate(self) -> float:
        return float(self.labels.mean())

    def number(self, metric: str, role: str = "production") -> Number:
        if (metric, role) not in self._known:
            compute = {"AUC": self._auc, "Log-loss": self._log_loss}[metric]
            self._known[metric, role] = compute(self.scores[role])
        return self._known[metric, role]

    def predictions(self) -> str:
        """Which way production is off, on the scale of logarithms, by the rows' own influence."""
        scores = self.scores["production"]
        ratio = float(scores.mean() / self.rate)
        influence = scores / scores.mean() - self.labels / self.rate
        reach = NEAR * float(influence.std()) / math.sqrt(len(influence))
        low, high = ratio * math.exp(-reach), ratio * math.exp(reach)
        size = f"{100 * abs(ratio - 1):.0f} %"
        off = (
            f"{size} too {'high' if ratio > 1 else 'low'}"
            if size != "0 %"
            else ("neither too high nor too low")
        )
        if low <= 1 <= high:
            return f"Predictions are {off}, within the chance of the day's rows."
        near, far = sorted(abs(end - 1) for end in (low, high))
        return f"Predictions are {off} (95 % interval: {100 * near:.0f} % to {100 * far:.0f} %)."

    def _auc(self, scores: FloatArray) -> Number:
        """DeLong by its definition: how each row places among those of the other class."""
        value = float(roc_auc_score(self.labels, scores))
        positive, negative = scores[self.labels == 1], scores[self.labels == 0]
        wins = np.sign(positive[:, None] - negative[None, :]) / 2 + 0.5
        variance = sum(
            placed.var(ddof=1) / len(placed) for placed in (wins.mean(axis=1), wins.mean(axis=0))
        )
        reach = NEAR * math.sqrt(variance) / (value * (1 - value))
        return Number(value, float(expit(logit(value) - reach)), float(expit(logit(value) + reach)))

    def _log_loss(self, scores: FloatArray) -> Number:
        value = float(log_loss(self.labels, scores))
        each = -np.where(self.labels == 1, np.log(scores), np.log1p(-scores))
        reach = NEAR * each.std() / math.sqrt(len(each))
        return Number(value, value - reach, value + reach)


@dataclass(frozen=True)
class Stands:
    """A number among the days before it."""

    value: float
    past: list[float]

    @property
    def fit(self) -> float:
        """Two-sided p of a further draw; median, median absolute deviation, Student's t."""
        n = len(self.past)
        usual = statistics.median(self.past)
        spread = 1.4826 * statistics.median(abs(each - usual) for each in self.past)
        z = (self.value - usual) / (spread * math.sqrt(1 + math.pi / (2 * n)))
        return float(2 * t.sf(abs(z), max(1, 0.37 * n - 1)))

    @property
    def is_out(self) -> bool:
        beyond = self.value < min(self.past) or self.value > max(self.past)
        return len(self.past) >= 14 and beyond and self.fit < 0.05

    @property
    def is_high(self) -> bool:
        return self.value > statistics.median(self.past)


@dataclass(frozen=True)
class Judgement:
    """What the head of a report must say of a day."""

    days: Mapping[dt.date, Plain]
    day: dt.date

    @property
    def today(self) -> Plain:
        return self.days[self.day]

    def lines(self) -> list[str]:
        """The first line, one for each of the leading metrics, and the predictions' direction."""
        metrics = sorted(("AUC", "Log-loss"), key=self._unusual)
        said = [self._first(metrics[0]), *(self._metric(each) for each in metrics)]
        return [*said, self.today.predictions()]

    def _past(self, days: int = 28) -> list[Plain]:
        known = (self.days.get(self.day - n * ONE_DAY) for n in range(1, days + 1))
        return [each for each in known if each is not None]

    def _stands(self, metric: str) -> Stands:
        past = [each.number(metric).value for each in self._past()]
        return Stands(self.today.number(metric).value, past)

    def _unusual(self, metric: str) -> float:
        """The metric that is least like its days comes first, where any is out at all."""
        stands = self._stands(metric)
        return stands.fit if stands.is_out else math.inf

    def _metric(self, metric: str) -> str:
        stands, number = self._stands(metric), self.today.number(metric)
        low, high = (f"{end:.{number.digits}f}" for end in (min(stands.past), max(stands.past)))
        known = len(stands.past)
        past = "past 28 days" if known == 28 else f"{known} of the past 28 days"
        if len(stands.past) < 14:
            return f"{metric} {number} ({past}: {low} to {high})."
        if not stands.is_out:
            return f"{metric} {number}: ordinary ({past}: {low} to {high})."
        return f"{metric} {number}, {self._place(metric)} ({past}: {low} to {high})."

    def _place(self, metric: str) -> str:
        value = self.today.number(metric).value
        others = [each.number(metric).value for each in self._past(59)]
        worse = self._is_worse(metric)
        further = sum(
            other > value if self._stands(metric).is_high else other < value for other in others
        )
        word, count = ("worst" if worse else "best"), len(others) + 1
        return (
            f"the {word} of {count} days"
            if not further
            else (f"among the {further + 1} {word} of {count} days")
        )

    def _is_worse(self, metric: str) -> bool:
        return self._stands(metric).is_high == (metric == "Log-loss")

    def _first(self, metric: str) -> str:
        stands = self._stands(metric)
        if len(stands.past) < 14:
            return f"*Cannot tell:* not enough history ({len(stands.past)} of 14 days)."
        beside = self._beside(metric)
        if not stands.is_out:
            odd = self._odd(beside)
            if not odd:
                return "*An ordinary day.*"
            return f"*Ordinary metrics, but a strange day:* {_together(odd)}."
        if beside.is_out and beside.is_high == stands.is_high:
            usual = statistics.median(beside.past)
            return (
                "*The model, not the day.* The reference did not move as much: it and the "
                f"reference lie {_signed(beside.value)} apart on the same rows (usually "
                f"{_signed(usual)})."
            )
        moved = "lost" if self._is_worse(metric) else "gained"
        far = "even more" if beside.is_out else "as much"
        day = "A hard day, not the model" if moved == "lost" else "An easy day, for any model"
        seen, expected = (_share(each) for each in (self.today.rate, self._expected))
        return (
            f"*{day}.* {seen} were positive where {expected} were expected, and the reference "
            f"{moved} {far}."
        )

    @property
    def _expected(self) -> float:
        return float(self.today.scores["production"].mean())

    def _beside(self, metric: str) -> Stands:
        def apart(day: Plain) -> float:
            return day.number(metric).value - day.number(metric, "reference").value

        return Stands(apart(self.today), [apart(each) for each in self._past()])

    def _odd(self, beside: Stands) -> list[str]:
        odd = []
        rate = Stands(logit(self.today.rate), [logit(each.rate) for each in self._past()])
        if rate.is_out:
            usual = float(expit(statistics.median(rate.past)))
            odd.append(f"{_share(self.today.rate)} were positive (usually {_share(usual)})")
        if beside.is_out:
            usual = statistics.median(beside.past)
            odd.append(
                f"it and the reference lie {_signed(beside.value)} apart on the same rows (usually "
                f"{_signed(usual)})"
            )
        drift = self._drift()
        if drift is not None and drift.is_out and drift.is_high:
            odd.append("the order of the features moved more than on other days")
        return odd

    def _drift(self) -> Stands | None:
        """Of the features' order from one day to the next, as scikit-learn has nDCG."""
        known = sorted(day for day in self.days if self.day - 60 * ONE_DAY <= day <= self.day)
        moves = {}
        for before, now in itertools.pairwise(known):
            then, new = self.days[before].importance, self.days[now].importance
            names = sorted(then)
            gain = ndcg_score([[then[n] for n in names]], [[new[n] for n in names]])
            moves[now] = math.log(max(1e-4, 1 - gain))
        past = [moves[d] for d in moves if self.day - 28 * ONE_DAY <= d < self.day]
        return Stands(moves[self.day], past) if self.day in moves and past else None


def report_of(today: DayResult, history: Sequence[DayResult]) -> ReportFacts:
    """What the report of a replayed day is made of."""
    pipeline = Pipeline(PipelineName("flights"), "flights.toml", "s3://lake", "America/New_York")
    return ReportFacts(pipeline, PRODUCTION, today.day, today, tuple(history))


def _share(value: float) -> str:
    digits = 0 if value == 0 or value >= 0.1 else 1 if value >= 0.01 else 2
    return f"{100 * value:.{digits}f} %"


def _signed(value: float) -> str:
    text = f"{value:+.3f}"
    return "0.000" if float(text) == 0 else text


def _together(parts: list[str]) -> str:
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"
