"""Why did it move? A metric's change between two days, taken apart exactly over a column's slices.

A metric that is a weighted mean over rows is the sum of its slices' means, each times the slice's
share of the weight. Its change then has three parts that add up to it:

- the mix: slices hold other shares than before. A slice that grew adds what its metric, on the
  average of both days, lies above the average of the whole;
- the model: within a slice the metric is another. The slice counts by its share on the average of
  both days;
- slices that came or went, which have no metric on one of the days: each adds (or takes away) its
  share times how far its metric lies from the average of the whole.

Averaging both days is the symmetric choice: the same as Shapley's average over the two orders in
which mix and model could have changed. Sources: E. M. Kitagawa, JASA 50 (1955), 1168-1194;
R. L. Oaxaca, International Economic Review 14 (1973), 693-709; A. F. Shorrocks, Journal of Economic
Inequality 11 (2013), 99-126. Measuring shares' changes from the whole's average moves nothing
between the parts when no slice came or went, and lets a slice that is like the whole add nothing.

This is association: that a slice moved the metric does not say what moved the slice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from core.evidence.slice_means import METRICS, SliceMean, slice_means
from core.results import DayFacts


class Outcome(StrEnum):
    """Whether the change could be taken apart, and if not, why."""

    DECOMPOSED = "decomposed"
    NOT_A_MEAN = "the metric is not a mean over rows"
    NO_SLICES = "the column's slices are not known on both days"
    NOT_SCORED = "the model did not score both days"
    NOT_THE_WHOLE = "the slices are not the whole day, as where some scores are no numbers"


class Presence(StrEnum):
    """On which of the two days a slice was there."""

    BOTH = "both"
    CAME = "came"
    WENT = "went"


@dataclass(frozen=True)
class Contribution:
    """What one slice did to the change."""

    value: str
    name: str
    """What people call the value."""
    presence: Presence
    share_before: float
    share: float
    """Of the day's weight, before and now; 0 where the slice is not there."""
    metric_before: float | None
    metric: float | None
    rows_before: int
    rows: int
    mix: float = 0.0
    model: float = 0.0
    came_or_went: float = 0.0

    @property
    def total(self) -> float:
        """All that the slice added to the change."""
        return self.mix + self.model + self.came_or_went


@dataclass(frozen=True)
class Decomposition:
    """A change with its parts; they and the slices' totals each add up to `change`."""

    outcome: Outcome
    metric: str
    column: str
    before: float | None = None
    now: float | None = None
    mix: float = 0.0
    model: float = 0.0
    came_and_went: float = 0.0
    slices: tuple[Contribution, ...] = ()
    """The greatest contribution first."""

    @property
    def change(self) -> float | None:
        """The metric now minus the metric before."""
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def most_telling(self) -> float:
        """By how much one slice's part in the change exceeds what its share would give."""
        change = self.change or 0.0
        return max((_excess(each, change) for each in self.slices), default=-math.inf)

    def top(self, number: int) -> tuple[tuple[Contribution, ...], float]:
        """The slices that contribute most, and what all the others do together."""
        return self.slices[:number], math.fsum(each.total for each in self.slices[number:])


def decompose(
    now: DayFacts, before: DayFacts, column: str, metric: str, *, role: str | None = None
) -> Decomposition:
    """The change of a metric (of `slice_means.METRICS`) over one column's slices.

    Of each day's subject, or of the model in that role on both days.
    """
    roles = (role or now.subject, role or before.subject)
    if metric not in METRICS:
        return Decomposition(Outcome.NOT_A_MEAN, metric, column)
    if roles[0] not in now.models or roles[1] not in before.models:
        return Decomposition(Outcome.NOT_SCORED, metric, column)
    if not all(column in {each.column for each in facts.slices} for facts in (now, before)):
        return Decomposition(Outcome.NO_SLICES, metric, column)
    found = slice_means(now, before, column, metric, roles)
    if found is None:
        return Decomposition(Outcome.NOT_THE_WHOLE, metric, column)
    apart = _taken_apart(*found, metric=metric, column=column)
    return replace(apart, slices=tuple(_named(each, column, now, before) for each in apart.slices))


def by_column(
    now: DayFacts, before: DayFacts, metric: str, *, role: str | None = None
) -> tuple[Decomposition, ...]:
    """One decomposition a slice column, the one to show first.

    That is the column in which a single slice's part in the change exceeds most what its share of
    the weight would give: where all slices moved alike the column tells nothing.
    """
    columns = dict.fromkeys(each.column for facts in (now, before) for each in facts.slices)
    found = [decompose(now, before, column, metric, role=role) for column in columns]
    return tuple(sorted(found, key=lambda each: each.most_telling, reverse=True))


def _taken_apart(
    now: Mapping[str, SliceMean], before: Mapping[str, SliceMean], *, metric: str, column: str
) -> Decomposition:
    whole, earlier = (math.fsum(s.share * s.mean for s in day.values()) for day in (now, before))
    level = (whole + earlier) / 2
    slices = sorted(
        (
            _contribution(value, now.get(value), before.get(value), level)
            for value in dict.fromkeys([*now, *before])
        ),
        key=lambda each: abs(each.total),
        reverse=True,
    )
    return Decomposition(
        outcome=Outcome.DECOMPOSED,
        metric=metric,
        column=column,
        before=earlier,
        now=whole,
        mix=math.fsum(each.mix for each in slices),
        model=math.fsum(each.model for each in slices),
        came_and_went=math.fsum(each.came_or_went for each in slices),
        slices=tuple(slices),
    )


def _contribution(
    value: str, now: SliceMean | None, before: SliceMean | None, level: float
) -> Contribution:
    found = Contribution(
        value=value,
        name=value,
        presence=Presence.CAME if before is None else Presence.WENT,
        share_before=before.share if before else 0.0,
        share=now.share if now else 0.0,
        metric_before=before.mean if before else None,
        metric=now.mean if now else None,
        rows_before=before.rows if before else 0,
        rows=now.rows if now else 0,
    )
    if now and before:
        mix = (now.share - before.share) * ((now.mean + before.mean) / 2 - level)
        model = (now.mean - before.mean) * (now.share + before.share) / 2
        return replace(found, presence=Presence.BOTH, mix=mix, model=model)
    part = now.share * (now.mean - level) if now else 0.0
    part -= before.share * (before.mean - level) if before else 0.0
    return replace(found, came_or_went=part)


def _named(part: Contribution, column: str, now: DayFacts, before: DayFacts) -> Contribution:
    """A slice that went has its name from the day before."""
    name = now.named(column, part.value)
    return replace(part, name=before.named(column, part.value) if name == part.value else name)


def _excess(slice_: Contribution, change: float) -> float:
    return abs(slice_.total) - (slice_.share + slice_.share_before) / 2 * abs(change)
