"""A quantity of late against what it was before: what no single day shows, and many days do.

A model that loses a little every day is never out of the ordinary: its recent days lost as much. So
the days of late, the newest counting most, are held against the days before them. This is the
exponentially weighted moving average of control charts (S. W. Roberts, Technometrics 1 (1959),
239-250), whose weight of 0.1 fits small lasting shifts (J. M. Lucas, M. S. Saccucci, Technometrics
32 (1990), 1-12). It differs from the textbook's chart in what days of models need:

- A day counts for at most 3 robust deviations, so that no storm rings alone (the idea of J. M.
  Lucas, R. B. Crosier, Technometrics 24 (1982), 215-223).
- What is usual is not given but estimated, from about a month of days: its error is part of the
  limit.
- Neighbouring days are alike, so averages differ more than those of independent days: the variance
  is that of a first-order memory, a'Ra with R = r^lag (as for charts of autocorrelated data: L. N.
  VanBrackle, M. R. Reynolds, Communications in Statistics B 26 (1997), 741-766). r is that of the
  days, but not below 0.35, which daily models commonly show: a month tells it badly.
- What was mended is not told on: the day judged has to lie to the same side, half as far at least.
- The limit is not set for an average run length, but so that on each ordinary morning the chart is
  beyond it with the probability `level`. Then a channel's mornings that ring add up as those of
  every other check do, though those of a chart come in runs.

The variance is taken from the days of both spans about their own means, with half as many degrees
of freedom as there are days; docs/evidence.md says how the level holds in simulations.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from core.evidence.history import LEAST_DAYS, RECENT_DAYS, Comparison, Past, Standing
from core.evidence.intervals import robust_deviation
from core.evidence.memory import MOST, USUAL, drawn
from core.evidence.scored import FloatArray

DAYS: Final = 60
"""Days that are looked at, the day judged among them."""
LATE: Final = RECENT_DAYS
"""The newest of them, the day judged among them, that are held against those before."""
WEIGHT: Final = 0.1
"""Of the newest day; each day before weighs a tenth less."""
MOST_DEVIATIONS: Final = 3.0
"""No day counts for more than so many robust deviations from what was usual before."""

LASTS: Final = 0.5
"""Share of the change of late that the day judged has to show, too."""


@dataclass(frozen=True)
class _Spans:
    """The days before and those of late, each as deviations from the former's median."""

    days: FloatArray
    """Ordinal numbers."""
    scores: FloatArray
    late: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @property
    def weights(self) -> FloatArray:
        """What makes the sum over all days the mean of late minus that of before."""
        late = np.where(self.late, (1 - WEIGHT) ** (self.days[-1] - self.days), 0.0)
        found: FloatArray = late / late.sum() - ~self.late / (~self.late).sum()
        return found

    @property
    def mean_before(self) -> float:
        """The days before."""
        return float(self.scores[~self.late].mean())

    def error(self) -> float:
        """Standard error of the difference of the two means."""
        rest = self.scores.copy()
        for span in (self.late, ~self.late):
            rest[span] -= rest[span].mean()
        memory = self._memory(rest)
        # A mean that is taken from the same days hides a part of their variance.
        hidden = 2 / len(rest) * (1 + memory) / (1 - memory)
        variance = float(np.mean(np.square(rest))) / max(0.5, 1 - hidden)
        lags = np.abs(np.subtract.outer(self.days, self.days))
        weights = self.weights
        return math.sqrt(variance * float(weights @ memory**lags @ weights))

    def _memory(self, rest: FloatArray) -> float:
        """Correlation of neighbouring days."""
        spread = float(np.mean(np.square(rest)))
        neighbours = np.diff(self.days) == 1
        if spread == 0.0 or not neighbours.any():
            return USUAL
        found = float(np.mean((rest[:-1] * rest[1:])[neighbours])) / spread
        return min(MOST, max(USUAL, drawn(found, len(rest))))


def of_late(
    values: Mapping[dt.date, float], day: dt.date, *, level: float, minimum: float
) -> Comparison:
    """Judge what a quantity came to of late; the comparison's value is its mean of late.

    Args:
        values: The quantity of the day judged and of days before.
        day: The day judged.
        level: The share of ordinary mornings that may be called out of the ordinary.
        minimum: The least change that matters. An error that is smaller than makes just this change
            rare is taken to be as great as that, so that what never moves does not ring for a
            trifle.
    """
    known = {
        d: value
        for d, value in sorted(values.items())
        if day - dt.timedelta(days=DAYS) < d <= day and math.isfinite(value)
    }
    before = Past({d: value for d, value in known.items() if (day - d).days >= LATE})
    if day not in known:
        return Comparison(Standing.NO_VALUE, None, before)
    if min(before.days, len(known) - before.days) < LEAST_DAYS:
        return Comparison(Standing.NO_HISTORY, known[day], before)
    centre, spread = before.centre(day), max(_spread(known, before), minimum)
    scores = (np.array(list(known.values())) - centre) / spread
    spans = _Spans(
        days=np.array([d.toordinal() for d in known], dtype=np.float64),
        scores=np.clip(scores, -MOST_DEVIATIONS, MOST_DEVIATIONS),
        late=np.array([d not in before.values for d in known]),
    )
    usual = centre + spread * spans.mean_before
    change = spread * float(spans.weights @ spans.scores)
    freedom = len(known) / 2
    limit = -float(special.stdtrit(freedom, level / 2))
    error = max(spread * spans.error(), minimum / limit)
    p_value = 2 * float(special.stdtr(freedom, -abs(change) / error))
    standing = Standing.ORDINARY
    lasts = (known[day] - usual) / change >= LASTS if change else False
    if p_value < level and abs(change) >= minimum and lasts:
        standing = Standing.HIGH if change > 0 else Standing.LOW
    ordinary = (usual - limit * error, usual + limit * error)
    return Comparison(standing, usual + change, before, usual, p_value, ordinary)


def _spread(known: Mapping[dt.date, float], before: Past) -> float:
    """The robust deviation of days about the median of their own span."""
    older = np.array(list(before.values.values()))
    newer = np.array([value for d, value in known.items() if d not in before.values])
    gaps = np.concatenate([older - np.median(older), newer - np.median(newer)])
    return robust_deviation(gaps)
