"""Every line with a number that the page of an evaluated day must have, plainly.

From the rows' scores, their slices and what arrived. Not computed once more is the features'
importance, which is taken as the evaluation left it; and alarms are no part of it, which ring on
none of these days: tests of their own plant them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from scipy.special import expit

from core.spans import ONE_DAY
from tests.mornings.plain_day import (
    AUC,
    CALIBRATION,
    ENTROPY,
    F1,
    LOSS,
    METRICS,
    NEWEST,
    RATIO,
    Plain,
)
from tests.mornings.plain_difference import p_value
from tests.mornings.plain_history import LEAST
from tests.mornings.plain_picture import Picture, ranks
from tests.mornings.plain_slices import Change, stakes
from tests.mornings.plain_words import date, share, signed, together, told
from tests.mornings.plainly import Judgement, ndcg

NOTHING = "\N{EN DASH}"
RARE = (ENTROPY, RATIO, AUC, LOSS, CALIBRATION)
MOST_MOVED = 4
"""Features that are told of those that moved."""


@dataclass(frozen=True)
class Page:
    """What a day's page must say, from its title to its foot."""

    judgement: Judgement
    first: dt.date
    """On which production's first version scored."""
    window: int
    """Days on which a model is trained."""

    @property
    def day(self) -> dt.date:
        """The page's."""
        return self.judgement.day

    @property
    def today(self) -> Plain:
        """The day."""
        return self.judgement.today

    @property
    def yesterday(self) -> Plain:
        """The day before."""
        return self.judgement.days[self.day - ONE_DAY]

    def lines(self) -> list[str]:
        """Outside of the table and the picture."""
        return [
            f"flights · production · {date(self.day)}",
            *(line.replace("*", "") for line in self.judgement.lines()),
            *self._head(),
            *self._change.lines(),
            *self._features(),
            *stakes(self.today, self._change.column, self.judgement.called),
            *self._data(),
            *self._foot(),
        ]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Of the table."""
        for metric in RARE if self.today.is_rare else METRICS:
            number, before = self.today.known(metric), self.yesterday.known(metric)
            newest = self.today.known(metric, NEWEST)
            if number is None:
                continue
            yield (
                metric if metric in {AUC, F1} else metric.lower(),
                told(number.value, 3),
                f"{told(number.low, 3)} to {told(number.high, 3)}",
                signed(round(number.value, 3) - round(before.value, 3)) if before else NOTHING,
                self._week(metric),
                told(newest.value, 3) if newest else NOTHING,
            )

    def picture(self) -> str:
        """Its words."""
        return Picture(self.judgement).words()

    @property
    def _change(self) -> Change:
        return Change(self.today, self.yesterday)

    def _week(self, metric: str) -> str:
        days = (self.judgement.days.get(self.day - n * ONE_DAY) for n in range(7))
        known = [number.value for day in days if day and (number := day.known(metric))]
        return told(fmean(known), 3) if len(known) >= 3 else NOTHING

    def _head(self) -> Iterator[str]:
        judgement = self.judgement
        metric = judgement.metrics[0]
        before, digits = self.yesterday.number(metric).value, self.today.number(metric).digits
        further = "further off than so many rows show by chance"
        if p_value(metric, self.today, self.yesterday) >= 0.05:
            further = "no further off than so many rows may show by chance"
        yield f"{metric} of the day before: {told(before, digits)}, {further}."
        if judgement.is_strange:
            yield self._change.moved()
        else:
            yield self._rate()
        version = (self.day - self.first).days + 1
        versions = f"version {version - 1} → {version}"
        yield f"Changed since the day before, which need not be the cause: {versions}."
        known = len(judgement.stands(metric).past)
        days = "the 28 days" if known == 28 else f"{known} of the 28 days"
        yield (
            f"Judged: production (version {version}), against {days} before. "
            "± is the 95\xa0% interval of this day's rows: it does not tell how much days differ."
        )

    def _rate(self) -> str:
        rate = self.judgement.rate()
        out = ", out of the ordinary" if rate.is_out else ""
        seen, usual = share(self.today.rate), share(float(expit(rate.usual)))
        return f"{seen} of the rows were {self.judgement.called}{out} (usually {usual})."

    def _features(self) -> Iterator[str]:
        drift = self.judgement.drift()
        assert drift is not None
        kept, limit = told(ndcg(self.today, self.yesterday), 3), "Clarify's limit: 0.9"
        if len(drift.past) >= LEAST:
            unusual = drift.is_out and drift.is_high
            kept += ", less than on any recent day" if unusual else ", ordinary"
            limit = f"usually {told(1 - math.exp(drift.usual), 3)}; {limit}"
        yield f"Since {date(self.day - ONE_DAY)}: nDCG {kept} ({limit})."
        now, before = ranks(self.today), ranks(self.yesterday)
        shares = _shares(self.today), _shares(self.yesterday)
        moved = [name for name in now if now[name] != before[name]]
        moved.sort(key=lambda name: -abs(shares[0][name] - shares[1][name]))
        if moved:
            moves = [
                f"{'↑' if now[name] < before[name] else '↓'} {name} {before[name]} → {now[name]}"
                for name in moved[:MOST_MOVED]
            ]
            yield f"Moved: {together(moves)}."

    def _data(self) -> Iterator[str]:
        rows, read = self.judgement.rows(), self.today.read
        out = ", out of the ordinary" if rows.is_out else ""
        yield f"{told(read, 0)} rows{out} (usually {told(math.exp(rows.usual), 0)})."
        yield self._rate()
        missing = read - len(self.today.labels)
        if missing:
            yield f"{missing} of {told(read, 0)} rows have no label and are not scored."

    def _foot(self) -> Iterator[str]:
        first, last = self.day - self.window * ONE_DAY, self.day - ONE_DAY
        yield (f"{self.day} · trained on {date(first)} to {date(last)} · run replay-{self.day}")


def _shares(day: Plain) -> dict[str, float]:
    total = math.fsum(day.importance.values())
    return {name: value / total for name, value in day.importance.items()}
