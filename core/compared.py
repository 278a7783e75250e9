"""Trials beside each other: what they were given, what came out, and whether one recipe is better.

A trial is of one day, and one day says nothing about which recipe is better. So the trials of the
same two recipes on other days are looked for too, and the question is answered over the days that
both have, the day as the unit (`core.evidence.over_days`).
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.day_result import DayResult
from core.evidence.intervals import Z95
from core.evidence.leading import Direction, direction, in_order
from core.evidence.over_days import DailyDifference, OverDays, over_days
from core.evidence.ranking import Ranking, ranking
from core.evidence.what_changed import NO_RECIPE
from core.marks import is_mark
from core.results import Interval
from core.trials import COMPLETED, IDENTITY, Trial

MOST: Final = 5
"""Trials beside each other: more columns nobody reads on a phone."""
CODE: Final = "code_commit"
IMAGE: Final = "image"
WIDEST: Final = "both errors added: how alike the two err is not kept"

Recipe = frozenset[tuple[str, float | str]]


class Data(enum.StrEnum):
    """Whether two trials were scored on the same rows."""

    SAME = "the same rows"
    OTHER_ROWS = "the same day, but other rows"
    OTHER_DAY = "other days"
    UNKNOWN = "what a trial was scored on is not kept"


@dataclass(frozen=True)
class Tried:
    """A trial with what is known of it besides."""

    trial: Trial
    result: DayResult | None = None
    """What its evaluation left in S3; None where that is not there."""
    by_day: Mapping[dt.date, Trial] = field(default_factory=dict)
    """Trials of the same recipe, itself among them: the newest of each day."""

    @property
    def day(self) -> dt.date | None:
        """The day that it was scored on."""
        return day_of_trial(self.trial)


@dataclass(frozen=True)
class Against:
    """A trial against the one that was named first."""

    data: Data
    differences: Mapping[str, Interval]
    """Its metrics minus the first's; empty where they are not of the same day."""
    metric: str | None
    """By which the recipes are judged; None where the two have none in common whose better end is
    known."""
    days: OverDays | None
    """Whether its recipe is better than the first's, over the days that both have."""
    order: Ranking | None
    """Its features' importance, the first's as the baseline."""


def day_of_trial(trial: Trial) -> dt.date | None:
    """The day that a trial was scored on; None where it does not say."""
    try:
        return dt.date.fromisoformat(str(trial.parameters.get("day", "")))
    except ValueError:
        return None


def recipe(trial: Trial) -> Recipe:
    """What people decided: the parameters, and the commit of the code; not the day."""
    return frozenset(
        (name, value)
        for name, value in trial.parameters.items()
        if name == CODE or not (name in IDENTITY | NO_RECIPE or is_mark(name))
    )


def of_recipe(trial: Trial, others: Iterable[Trial]) -> dict[dt.date, Trial]:
    """The trials of the same recipe that ended well, the newest of each day, itself first."""
    wanted, found = recipe(trial), dict[dt.date, Trial]()
    for each in sorted(others, key=lambda other: other.created):
        day = day_of_trial(each)
        if day is not None and each.status == COMPLETED and recipe(each) == wanted:
            found[day] = each
    own = day_of_trial(trial)
    return found if own is None else {**found, own: trial}


def differing(trials: Sequence[Trial]) -> list[str]:
    """The parameters that are not the same in all of them; the code and the image last."""
    names = dict.fromkeys(name for trial in trials for name in trial.parameters)
    wanted = [name for name in names if not (name in IDENTITY | NO_RECIPE or is_mark(name))]
    return [
        name
        for name in [*wanted, CODE, IMAGE]
        if len({trial.parameters.get(name) for trial in trials}) > 1
    ]


def against(first: Tried, other: Tried) -> Against:
    """What the second trial shows beside the first."""
    metric = judged_by(first.trial, other.trial)
    data = same_data(first, other)
    of_one_day = data in {Data.SAME, Data.UNKNOWN} and first.day == other.day
    return Against(
        data=data,
        differences=_differences(first, other) if of_one_day else {},
        metric=metric,
        days=_over_days(first, other, metric) if metric else None,
        order=_order(first, other),
    )


def same_data(first: Tried, other: Tried) -> Data:
    """Whether two trials were scored on the same rows, as far as their counts tell."""
    if first.day is None or other.day is None:
        return Data.UNKNOWN
    if first.day != other.day:
        return Data.OTHER_DAY
    facts = [each.result.facts if each.result else None for each in (first, other)]
    if facts[0] is None or facts[1] is None:
        return Data.UNKNOWN
    return Data.SAME if facts[0].rows == facts[1].rows else Data.OTHER_ROWS


def judged_by(first: Trial, other: Trial) -> str | None:
    """The metric that leads among those that both have and whose better end is known."""
    common = [name for name in first.metrics if _known(first, other, name)]
    ordered = in_order(common, rare=False)
    return next((name for name in ordered if _better(name) is not None), None)


def _known(first: Trial, other: Trial, name: str) -> bool:
    values = (first.metrics.get(name), other.metrics.get(name))
    return all(value is not None and math.isfinite(value) for value in values)


def _better(metric: str) -> bool | None:
    """Whether lower is better; None where that is not known."""
    return {Direction.LOWER_IS_BETTER: True, Direction.HIGHER_IS_BETTER: False}.get(
        direction(metric)
    )


def _over_days(first: Tried, other: Tried, metric: str) -> OverDays:
    shared = sorted(first.by_day.keys() & other.by_day.keys())
    differences = [
        DailyDifference(day, ours.metrics[metric] - theirs.metrics[metric])
        for day in shared
        for ours, theirs in [(other.by_day[day], first.by_day[day])]
        if _known(ours, theirs, metric)
    ]
    return over_days(differences, lower_is_better=bool(_better(metric)))


def _differences(first: Tried, other: Tried) -> dict[str, Interval]:
    return {
        name: _difference(first, other, name)
        for name in other.trial.metrics
        if _known(first.trial, other.trial, name)
    }


def _difference(first: Tried, other: Tried, metric: str) -> Interval:
    """With the widest interval that the two errors allow.

    The rows are the same, so the errors are alike, but how alike is not kept of two runs. The error
    of a difference is at most the sum of both (Cauchy-Schwarz).
    """
    value = other.trial.metrics[metric] - first.trial.metrics[metric]
    known = [each.result.interval(metric) if each.result else None for each in (first, other)]
    errors = [each.standard_error if each else None for each in known]
    if errors[0] is None or errors[1] is None:
        return Interval(value=value)
    error = errors[0] + errors[1]
    low, high = value - Z95 * error, value + Z95 * error
    return Interval(value=value, low=low, high=high, standard_error=error, method=WIDEST)


def _order(first: Tried, other: Tried) -> Ranking | None:
    ours, theirs = (each.result.importance if each.result else {} for each in (other, first))
    return ranking(ours, theirs) if ours and theirs else None
