"""Is one recipe better than another? Answered over days, the day as the unit, on every morning.

What is claimed: on more than half of the days the one is better, which is to say that the median of
the daily paired differences is not 0. A storm counts as one day like any other; nothing is said of
the mean, which a few days dominate.

How: a betting e-process on the days' signs. Against a fair coin it bets with a Beta(3, 3) mixture,
so after w better and l worse days the evidence is 2^(w+l) B(w+3, l+3) / B(3, 3). Were there no
difference, it would ever reach 1 / level with a probability of at most the level, however often one
looks (Ville's inequality). Sources: J. Ville, Étude critique de la notion de collectif, 1939; H.
Robbins, Ann. Math. Statist. 41 (1970), 1397-1409; S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon,
Ann. Statist. 49 (2021), 1055-1080; I. Waudby-Smith, A. Ramdas, JRSS B 86 (2024), 1-27; for
forecasts Y. J. Choe, A. Ramdas, Operations Research 72 (2024), 1368-1387. The interval of the
median holds all values that the same process does not reject: S. R. Howard, A. Ramdas, Bernoulli 28
(2022), 1704-1728.

Neighbouring days are alike, so both counts are divided by the inflation of the signs' long-run
variance (`core.evidence.memory`): 30 days may count as 16. That only ever asks for more: with
independent days the level holds exactly. With days that remember each other it rests on that
estimate, and thus on simulation: docs/evidence.md says how often it errs, also where memory lasts
for weeks.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.special import betaln

from core.evidence.intervals import robust_deviation
from core.evidence.memory import memory
from core.evidence.scored import FloatArray
from core.results import DayFacts

LEVEL: Final = 0.05
"""Probability of ever calling a difference where there is none."""
PRIOR: Final = 3.0
"""Both parameters of the Beta mixture. A flatter one (1, 1/2) decides lopsided pairs a few days
sooner, and errs more where the memory of days is underestimated, as early on it may be."""
HORIZON: Final = 365
"""More days than this are not foretold."""
METHOD: Final = "sign e-process, Beta mixture, effective days"

FOUND_IN_30_DAYS: Final = 1.6
"""Median difference found within 30 looks in at least 90 % of pairs whose days are independent, in
robust standard deviations of the daily differences (1.48 times their median absolute deviation),
with tails as heavy as those of Student's t with 2 degrees of freedom."""
FOUND_IN_30_ALIKE_DAYS: Final = 2.4
"""The same where neighbouring days correlate by 0.35 and shocks have 3 degrees of freedom."""


@dataclass(frozen=True)
class DailyDifference:
    """A metric of one model minus that of another on the same rows of one day."""

    day: dt.date
    value: float


class Answer(StrEnum):
    """What the days say of the first model against the second."""

    BETTER = "better"
    WORSE = "worse"
    CANNOT_TELL_YET = "cannot tell yet"


class Reason(StrEnum):
    """Why the answer is that."""

    MOST_DAYS = "most days went one way"
    NO_DAYS = "there is no day that both scored"
    TOO_FEW_DAYS = "even if all days had gone one way they would be too few"
    NO_DIFFERENCE = "the two are equal on every day"
    BOTH_WAYS = "days go both ways too often for so few of them"


@dataclass(frozen=True)
class OverDays:
    """The answer over days, with all that its sentence needs."""

    answer: Answer
    reason: Reason
    level: float
    days: int
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    better_days: float = 0.0
    """Days on which the first model was better; a day of no difference counts half."""
    effective_days: float = 0.0
    """How many independent days the days count for."""
    neighbour_correlation: float | None = None
    """Rank correlation of a day's difference with the next day's; None for fewer than 4 days."""
    week_correlation: float | None = None
    """The same of days a week apart; None for fewer than 28 days. Where it is far from 0, the claim
    is of these weeks, hardly of weeks to come."""
    median: float | None = None
    low: float | None = None
    high: float | None = None
    """Interval of the median difference, valid at every look; None while unbounded on that side."""
    deviation: float | None = None
    """Robust standard deviation of the daily differences."""
    p_value: float = 1.0
    """Valid at every look: 1 over the evidence."""
    more_days: int | None = None
    """How many more it would take if days go on as they did; None when answered or over a year."""
    method: str = METHOD


def daily_differences(
    days: Iterable[DayFacts], model: str, against: str, metric: str
) -> list[DailyDifference]:
    """The paired differences of `metric`, `model` minus `against`, of each day that kept them."""
    return [
        DailyDifference(facts.day, sign * pair.difference.value)
        for facts in days
        for pair in facts.paired
        for sign in (_sign(pair.model, pair.against, (model, against)),)
        if sign and pair.metric == metric
    ]


def over_days(
    differences: Sequence[DailyDifference], *, lower_is_better: bool = True, level: float = LEVEL
) -> OverDays:
    """Whether the first model is better than the second over these days, in any order, one a day.

    A day without a difference that is a number is left out.
    """
    known = sorted((d for d in differences if math.isfinite(d.value)), key=lambda d: d.day)
    if not known:
        return OverDays(Answer.CANNOT_TELL_YET, Reason.NO_DAYS, level, days=0)
    values = np.array([difference.value for difference in known])
    remembered = memory(values, [difference.day for difference in known])
    better = _better_days(values if not lower_is_better else -values)
    answer, reason = _answer(better, values, remembered.inflation, level)
    low, high = _median_interval(values, remembered.inflation, level)
    evidence = _evidence(better, len(known), remembered.inflation)
    return OverDays(
        answer=answer,
        reason=reason,
        level=level,
        days=len(known),
        first_day=known[0].day,
        last_day=known[-1].day,
        better_days=better,
        effective_days=len(known) / remembered.inflation,
        neighbour_correlation=remembered.neighbours,
        week_correlation=remembered.week_apart,
        median=float(np.median(values)),
        low=low,
        high=high,
        deviation=robust_deviation(values),
        p_value=min(1.0, math.exp(-evidence)),
        more_days=_more_days(better, len(known), remembered.inflation, level)
        if answer is Answer.CANNOT_TELL_YET
        else None,
    )


def _sign(model: str, against: str, wanted: tuple[str, str]) -> int:
    """1 for the pair as wanted, -1 for the pair turned round, 0 for another."""
    return {wanted: 1, wanted[::-1]: -1}.get((model, against), 0)


def _better_days(gains: FloatArray) -> float:
    return float((gains > 0).sum() + 0.5 * (gains == 0).sum())


def _answer(
    better: float, values: FloatArray, inflation: float, level: float
) -> tuple[Answer, Reason]:
    days = len(values)
    if _decides(better, days, inflation, level):
        return (Answer.BETTER if better > days / 2 else Answer.WORSE), Reason.MOST_DAYS
    if not values.any():
        return Answer.CANNOT_TELL_YET, Reason.NO_DIFFERENCE
    if not _decides(days, days, inflation, level):
        return Answer.CANNOT_TELL_YET, Reason.TOO_FEW_DAYS
    return Answer.CANNOT_TELL_YET, Reason.BOTH_WAYS


def _log_evidence(better: FloatArray, days: FloatArray, inflation: float) -> FloatArray:
    wins, losses = better / inflation, (days - better) / inflation
    mixed: FloatArray = betaln(wins + PRIOR, losses + PRIOR) - betaln(PRIOR, PRIOR)
    return mixed + (wins + losses) * math.log(2.0)


def _evidence(better: float, days: int, inflation: float) -> float:
    """On the log scale."""
    return float(_log_evidence(np.array([better]), np.array([float(days)]), inflation)[0])


def _decides(better: float, days: int, inflation: float, level: float) -> bool:
    return _evidence(better, days, inflation) >= -math.log(level)


def _median_interval(
    values: FloatArray, inflation: float, level: float
) -> tuple[float | None, float | None]:
    """The order statistics between which no value is rejected as the median."""
    days = len(values)
    below = np.arange((days + 1) // 2, dtype=np.float64)
    evidence = _log_evidence(below, np.full(len(below), float(days)), inflation)
    rejected = int((evidence >= -math.log(level)).sum())
    if not rejected:
        return None, None
    ordered = np.sort(values)
    return float(ordered[rejected - 1]), float(ordered[days - rejected])


def _more_days(better: float, days: int, inflation: float, level: float) -> int | None:
    """The least number of further days that would do, at the same share of better days."""
    total = days + np.arange(1.0, HORIZON + 1)
    evidence = _log_evidence(total * better / days, total, inflation)
    enough = np.flatnonzero(evidence >= -math.log(level))
    return int(enough[0]) + 1 if len(enough) else None
