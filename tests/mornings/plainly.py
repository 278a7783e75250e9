"""The rules of docs/evidence.md once more, plainly: what the head of a report must say of a day.

Nothing of `core.evidence` is used: the rules and the sentences are written out by hand.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scipy.special import expit, logit
from sklearn.metrics import ndcg_score

from core.day_result import DayResult
from core.domain import PRODUCTION, Pipeline, PipelineName
from core.spans import ONE_DAY
from reports.report_facts import ReportFacts
from tests.mornings.plain_day import AUC, RATIO, REFERENCE, Plain
from tests.mornings.plain_history import LEAST, Stands
from tests.mornings.plain_words import off, percent, share, signed, together, told


@dataclass(frozen=True)
class Judgement:
    """What the head of a report must say of a day."""

    days: Mapping[dt.date, Plain]
    day: dt.date
    holidays: frozenset[dt.date] = frozenset()
    """Days that are no yardstick for what an ordinary day itself brings."""
    called: str = "positive"
    """What a positive row is called."""

    @property
    def today(self) -> Plain:
        """The day."""
        return self.days[self.day]

    @property
    def yesterday(self) -> Plain:
        """The day before."""
        return self.days[self.day - ONE_DAY]

    @property
    def metrics(self) -> list[str]:
        """The leading metrics; the one that is least like its days comes first, if any is out."""
        return sorted(self.today.leading, key=self._unusual)

    def lines(self) -> list[str]:
        """The first line, one for each of the leading metrics, and the predictions' direction."""
        metrics = self.metrics
        said = [self._first(metrics[0]), *(self._metric(each) for each in metrics)]
        return [*said, _predictions(self.today)]

    def lock_screen(self) -> str:
        """The verdict behind the series and the day."""
        metric = self.metrics[0]
        stands, number = self.stands(metric), self.today.number(metric)
        what = f"{metric} {told(number.value, number.digits)}"
        if not stands.is_out:
            odd = self._odd(metric, self._beside(metric))
            return f"{what}, ordinary. But {odd[0]}." if odd else f"ordinary. {what}"
        words = self._first(metric).partition(".*")[0].removeprefix("*")
        words = words.replace("easy day,", "easy day")
        return f"{words[0].lower()}{words[1:]}. {what}, {self._place(metric)}"

    @property
    def is_strange(self) -> bool:
        """Whether anything that is told is out of the ordinary."""
        metrics = self.metrics
        return any(self.stands(each).is_out for each in metrics) or bool(
            self._odd(metrics[0], self._beside(metrics[0]))
        )

    def stands(self, metric: str) -> Stands:
        """A metric among the ordinary days before it, a ratio by its logarithm."""
        scale = math.log if metric == RATIO else float
        return self._among(lambda day: scale(day.number(metric).value))

    def rate(self) -> Stands:
        """The log-odds of the rate of positives among the ordinary days before it."""
        return self._among(lambda day: float(logit(day.rate)))

    def rows(self) -> Stands:
        """The logarithm of the rows that arrived among the ordinary days before it."""
        return self._among(lambda day: math.log(day.read), weekdays=True)

    def drift(self) -> Stands | None:
        """Of the features' order from one day to the next, as scikit-learn has nDCG."""
        known = sorted(day for day in self.days if self.day - 60 * ONE_DAY <= day <= self.day)
        moves = {
            now: math.log(max(1e-4, 1 - ndcg(self.days[now], self.days[before])))
            for before, now in itertools.pairwise(known)
        }
        past = {day: moves[day] for day in self._recent() if day in moves}
        return Stands(moves[self.day], past, self.day) if self.day in moves and past else None

    def _recent(self, days: int = 28) -> list[dt.date]:
        wanted = (self.day - n * ONE_DAY for n in range(1, days + 1))
        return [day for day in wanted if day in self.days]

    def _among(self, number: Callable[[Plain], float], *, weekdays: bool = False) -> Stands:
        ordinary = [day for day in self._recent() if day not in self.holidays]
        past = {day: number(self.days[day]) for day in ordinary}
        return Stands(number(self.today), past, self.day, weekdays)

    def _unusual(self, metric: str) -> float:
        stands = self.stands(metric)
        return stands.fit if stands.is_out else math.inf

    def _metric(self, metric: str) -> str:
        stands, number = self.stands(metric), self.today.number(metric)
        values = [self.days[day].number(metric).value for day in stands.before]
        low, high = (told(end, number.digits) for end in (min(values), max(values)))
        known = len(stands.past)
        past = "past 28 days" if known == 28 else f"{known} of the past 28 days"
        if known < LEAST:
            return f"{metric} {number} ({past}: {low} to {high})."
        if not stands.is_out:
            return f"{metric} {number}: ordinary ({past}: {low} to {high})."
        return f"{metric} {number}, {self._place(metric)} ({past}: {low} to {high})."

    def _place(self, metric: str) -> str:
        bad, others = self._bad(self.today, metric), [self.days[d] for d in self._recent(59)]
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
        usual = self.stands(metric).usual
        usual = math.exp(usual) if metric == RATIO else usual
        return self._bad(self.today, metric) > _badness(metric, usual)

    def _first(self, metric: str) -> str:
        stands = self.stands(metric)
        if len(stands.past) < LEAST:
            return f"*Cannot tell:* not enough history ({self._short(stands)})."
        beside = self._beside(metric)
        if not stands.is_out:
            odd = self._odd(metric, beside)
            if not odd:
                return "*An ordinary day.*"
            return f"*Ordinary metrics, but a strange day:* {together(odd)}."
        if beside.is_out and beside.is_high == stands.is_high:
            return (
                "*The model, not the day.* The reference did not move as much: "
                f"{_apart(metric, beside)}."
            )
        moved = "lost" if self._is_worse(metric) else "gained"
        far = "even more" if beside.is_out else "as much"
        day = "A hard day, not the model" if moved == "lost" else "An easy day, for any model"
        seen, expected = (share(each) for each in (self.today.rate, self._expected))
        return (
            f"*{day}.* {seen} were {self.called} where {expected} were expected, and the "
            f"reference {moved} {far}."
        )

    def _short(self, stands: Stands) -> str:
        days = f"{len(stands.past)} of {LEAST} days"
        aside = sum(day in self.holidays for day in self._recent())
        more = "is noted or a holiday" if aside == 1 else "are noted or holidays"
        return f"{days}, as {aside} more {more}" if aside else days

    @property
    def _expected(self) -> float:
        return float(self.today.scores[PRODUCTION].mean())

    def _beside(self, metric: str) -> Stands:
        """On the same rows every day counts, a holiday too."""

        def apart(day: Plain) -> float:
            ours, theirs = day.number(metric).value, day.number(metric, REFERENCE).value
            return math.log(ours / theirs) if metric == RATIO else ours - theirs

        past = {day: apart(self.days[day]) for day in self._recent()}
        return Stands(apart(self.today), past, self.day)

    def _odd(self, metric: str, beside: Stands) -> list[str]:
        odd = []
        rate = self.rate()
        if rate.is_out:
            seen, usual = share(self.today.rate), share(float(expit(rate.usual)))
            odd.append(f"{seen} were {self.called} (usually {usual})")
        if beside.is_out:
            odd.append(_apart(metric, beside))
        drift = self.drift()
        if drift is not None and drift.is_out and drift.is_high:
            odd.append("the order of the features moved more than on other days")
        return odd


def ndcg(now: Plain, before: Plain) -> float:
    """How far the order of a day's features kept that of another day's."""
    names = sorted(before.importance)
    gains = ([[day.importance[name] for name in names]] for day in (before, now))
    return float(ndcg_score(*gains))


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
    value, usual = beside.value, beside.usual
    if metric == RATIO:
        times, usually = (_times(math.exp(each)) for each in (value, usual))
        return f"production predicts {times} times what the reference does (usually {usually})"
    name = metric if metric == AUC else metric.lower()
    return (
        f"production against the reference, on the same rows: {name} {signed(value)} (usually "
        f"{signed(usual)})"
    )


def _times(ratio: float) -> str:
    return told(ratio, 2 if ratio >= 1 else 3)


def _predictions(day: Plain) -> str:
    """Which way production is off."""
    ratio = day.number(RATIO)
    if ratio.low <= 1 <= ratio.high:
        return f"Predictions are {off(ratio.value)}, within the chance of the day's rows."
    near, far = (percent(each) for each in sorted(abs(end - 1) for end in (ratio.low, ratio.high)))
    return f"Predictions are {off(ratio.value)} (95\xa0% interval: {near} to {far})."
