"""What the picture of a day's page must say to who does not see it, plainly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from core.spans import ONE_DAY
from tests.mornings.plain_day import AUC, PRODUCTION, RATIO, REFERENCE, FloatArray, Plain
from tests.mornings.plain_words import date, percent, together, told
from tests.mornings.plainly import Judgement

MOST_NAMED = 5
"""Features, and those of them that moved."""


@dataclass(frozen=True)
class Picture:
    """Trend, importance and calibration."""

    judgement: Judgement

    def words(self) -> str:
        """All of them."""
        return " ".join([*self._trend(), *self._importance(), self._calibration()])

    def _trend(self) -> Iterator[str]:
        judgement, day = self.judgement, self.judgement.day
        metric = judgement.metrics[0]
        number, stands = judgement.today.number(metric), judgement.stands(metric)
        low, high = _bounded(metric, stands.ordinary)
        ordinary = f"by the {len(stands.past)} days before, ordinary is"
        drawn = [
            each.number(metric).value
            for n in range(29)
            if (each := judgement.days.get(day - n * ONE_DAY))
        ]
        yield (
            f"{metric} (production) of {date(day)}: {told(number.value, 3)} "
            f"(95\xa0% interval {told(number.low, 3)} to {told(number.high, 3)})."
        )
        out = "Out of the ordinary" if stands.is_out else "Ordinary"
        yield f"{out}: {ordinary} {told(low, 3)} to {told(high, 3)}."
        reference = judgement.today.number(metric, REFERENCE).value
        yield f"On the same rows, the reference: {told(reference, 3)}."
        yield (
            f"{len(drawn)} days are drawn; the lowest is {told(min(drawn), 3)}, the highest "
            f"{told(max(drawn), 3)}."
        )
        begun = max(min(judgement.days), day - 28 * ONE_DAY)
        unlike = [each for each in judgement.holidays if begun <= each <= day]
        if unlike:
            yield f"Holidays, or noted: {together([date(each) for each in sorted(unlike)])}."

    def _importance(self) -> Iterator[str]:
        today = self.judgement.today
        now, before = ranks(today), ranks(self.judgement.yesterday)
        named = [f"{n} {told(today.importance[n], 3)}" for n in list(now)[:MOST_NAMED]]
        yield f"Of {len(now)} features, these move the model's scores most: {together(named)}."
        climbed = {name: before[name] - now[name] for name in now if before[name] != now[name]}
        moves = [
            f"{name} {'up' if places > 0 else 'down'} {abs(places)}"
            for name, places in itertools.islice(climbed.items(), MOST_NAMED)
        ]
        if moves:
            yield f"Since the last report: {together(moves)}."

    def _calibration(self) -> str:
        """The lowest and the highest of at most eight groups of like scores."""
        scores, labels = self.judgement.today.scores[PRODUCTION], self.judgement.today.labels
        groups = _groups(np.floor(4 * np.log(scores / (1 - scores))))
        (low, seen_low), (high, seen_high) = (
            (percent(float(scores[rows].mean()), 1), percent(float(labels[rows].mean()), 1))
            for rows in (groups[0], groups[-1])
        )
        return (
            f"Calibration: where the model predicted {low}, {seen_low} happened; where it "
            f"predicted {high}, {seen_high} happened."
        )


def ranks(day: Plain) -> dict[str, int]:
    """Features by importance, equals by their names."""
    names = sorted(day.importance, key=lambda name: (-day.importance[name], name))
    ranks = rankdata([-day.importance[name] for name in names], method="min")
    return {name: int(rank) for name, rank in zip(names, ranks, strict=True)}


def _bounded(metric: str, ends: tuple[float, float]) -> tuple[float, float]:
    """Between what the metric can be."""
    low, high = ends
    if metric == RATIO:
        return math.exp(low), math.exp(high)
    return max(0.0, low), min(1.0, high) if metric == AUC else high


def _groups(bins: FloatArray) -> list[npt.NDArray[np.bool_]]:
    """Neighbouring bins together, an eighth of the rows and at least ten in each group."""
    groups, begin = [], -math.inf
    for end in np.unique(bins):
        inside = (bins > begin) & (bins <= end)
        if inside.sum() >= max(len(bins) / 8, 10):
            groups.append(inside)
            begin = end
    if (bins > begin).any():
        last = groups.pop() if groups else np.zeros(len(bins), dtype=bool)
        groups.append(last | (bins > begin))
    return groups
