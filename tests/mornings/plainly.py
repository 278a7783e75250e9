"""The rules of docs/evidence.md once more, plainly: what the head of a report must say of a day.

Nothing of `core.evidence` is used here: the rules and the sentences are written out by hand.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.special import expit, logit
from scipy.stats import t
from sklearn.metrics import ndcg_score

from core.day_result import DayResult
from core.domain import PRODUCTION, Pipeline, PipelineName
from reports.report_facts import ReportFacts
from tests.mornings.plain_day import AUC, RATIO, Plain

ONE_DAY = dt.timedelta(days=1)


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
        if spread == 0:
            return float(self.value == usual)
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
        metrics = sorted(self.today.leading, key=self._unusual)
        said = [self._first(metrics[0]), *(self._metric(each) for each in metrics)]
        return [*said, _predictions(self.today)]

    def _past(self, days: int = 28) -> list[Plain]:
        known = (self.days.get(self.day - n * ONE_DAY) for n in range(1, days + 1))
        return [each for each in known if each is not None]

    def _stands(self, metric: str) -> Stands:
        scale = math.log if metric == RATIO else float
        past = [scale(each.number(metric).value) for each in self._past()]
        return Stands(scale(self.today.number(metric).value), past)

    def _unusual(self, metric: str) -> float:
        """The metric that is least like its days comes first, where any is out at all."""
        stands = self._stands(metric)
        return stands.fit if stands.is_out else math.inf

    def _metric(self, metric: str) -> str:
        stands, number = self._stands(metric), self.today.number(metric)
        values = [each.number(metric).value for each in self._past()]
        low, high = (f"{end:.{number.digits}f}" for end in (min(values), max(values)))
        known = len(stands.past)
        past = "past 28 days" if known == 28 else f"{known} of the past 28 days"
        if len(stands.past) < 14:
            return f"{metric} {number} ({past}: {low} to {high})."
        if not stands.is_out:
            return f"{metric} {number}: ordinary ({past}: {low} to {high})."
        return f"{metric} {number}, {self._place(metric)} ({past}: {low} to {high})."

    def _place(self, metric: str) -> str:
        bad, others = self._bad(self.today, metric), self._past(59)
        worse = self._is_worse(metric)
        further = sum(
            self._bad(each, metric) > bad if worse else self._bad(each, metric) < bad
            for each in others
        )
        days = f"{'worst' if worse else 'best'} of {len(others) + 1} days"
        return f"among the {further + 1} {days}" if further else f"the {days}"

    def _bad(self, day: Plain, metric: str) -> float:
        return _badness(metric, day.number(metric).value)

    def _is_worse(self, metric: str) -> bool:
        usual = statistics.median(self._stands(metric).past)
        usual = math.exp(usual) if metric == RATIO else usual
        return self._bad(self.today, metric) > _badness(metric, usual)

    def _first(self, metric: str) -> str:
        stands = self._stands(metric)
        if len(stands.past) < 14:
            return f"*Cannot tell:* not enough history ({len(stands.past)} of 14 days)."
        beside = self._beside(metric)
        if not stands.is_out:
            odd = self._odd(metric, beside)
            if not odd:
                return "*An ordinary day.*"
            return f"*Ordinary metrics, but a strange day:* {_together(odd)}."
        if beside.is_out and beside.is_high == stands.is_high:
            return (
                "*The model, not the day.* The reference did not move as much: "
                f"{_apart(metric, beside)}."
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
            ours, theirs = day.number(metric).value, day.number(metric, "reference").value
            return math.log(ours / theirs) if metric == RATIO else ours - theirs

        return Stands(apart(self.today), [apart(each) for each in self._past()])

    def _odd(self, metric: str, beside: Stands) -> list[str]:
        odd = []
        rate = Stands(logit(self.today.rate), [logit(each.rate) for each in self._past()])
        if rate.is_out:
            usual = float(expit(statistics.median(rate.past)))
            odd.append(f"{_share(self.today.rate)} were positive (usually {_share(usual)})")
        if beside.is_out:
            odd.append(_apart(metric, beside))
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


def _badness(metric: str, value: float) -> float:
    """The greater, the worse."""
    if metric == RATIO:
        return abs(math.log(value))
    return -value if metric == AUC else value


def _apart(metric: str, beside: Stands) -> str:
    value, usual = beside.value, statistics.median(beside.past)
    if metric == RATIO:
        times, usually = (f"{math.exp(each):.2f}" for each in (value, usual))
        return f"production predicts {times} times what the reference does (usually {usually})"
    name = metric if metric == AUC else metric.lower()
    return (
        f"production against the reference, on the same rows: {name} {_signed(value)} (usually "
        f"{_signed(usual)})"
    )


def _predictions(day: Plain) -> str:
    """Which way production is off."""
    ratio = day.number(RATIO)
    off = f"{100 * abs(ratio.value - 1):.0f} % too {'high' if ratio.value > 1 else 'low'}"
    off = "neither too high nor too low" if off.startswith("0 %") else off
    if ratio.low <= 1 <= ratio.high:
        return f"Predictions are {off}, within the chance of the day's rows."
    near, far = sorted(abs(end - 1) for end in (ratio.low, ratio.high))
    return f"Predictions are {off} (95 % interval: {100 * near:.0f} % to {100 * far:.0f} %)."


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
