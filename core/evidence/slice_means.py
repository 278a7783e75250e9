"""Slices as shares of a day's weight with a mean each, made comparable between two days."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.results import OTHER_VALUES, DayFacts, SliceFacts

LABEL_RATE: Final = "label_rate"
MEAN_SCORE: Final = "mean_score"
METRICS: Final = ("log_loss", "accuracy", LABEL_RATE, MEAN_SCORE)
"""The metrics that are weighted means over rows. AUC, normalised entropy and ratios are not."""
ROUNDING: Final = 1e-6
"""Slices that miss the day's own metric by more than this share of it are not the whole day."""


@dataclass(frozen=True)
class SliceMean:
    """One slice of one day."""

    rows: int
    share: float
    """Of the day's weight."""
    mean: float


@dataclass(frozen=True)
class _Part:
    rows: int
    weight: float
    mean: float | None


def slice_means(
    now: DayFacts, before: DayFacts, column: str, metric: str, roles: tuple[str, str]
) -> tuple[Mapping[str, SliceMean], Mapping[str, SliceMean]] | None:
    """The slices of both days by value; None where they are not the whole of either day.

    Into `OTHER_VALUES` go, on both days, values of which it is not known whether the other day had
    them (it gathered its rarer ones), and values whose mean is not known on one of the days, such
    as the mean score of a slice without positives. What the others leave of the day's own metric is
    the mean of those.
    """
    days = (now, before)
    parts = [_parts(facts, column, metric, role) for facts, role in zip(days, roles, strict=True)]
    together = _unclear(*parts)
    found = [
        _shares(_joined(each, together), _whole(facts, metric, role))
        for each, facts, role in zip(parts, days, roles, strict=True)
    ]
    return (found[0], found[1]) if found[0] and found[1] else None


def _parts(facts: DayFacts, column: str, metric: str, role: str) -> dict[str, _Part]:
    return {
        each.value: _Part(each.rows, each.weight, _mean(each, metric, role))
        for each in facts.slices
        if each.column == column and each.weight > 0.0
    }


def _mean(part: SliceFacts, metric: str, role: str) -> float | None:
    rate = part.positive_weight / part.weight
    if metric == LABEL_RATE:
        return rate
    metrics = part.metrics.get(role, {})
    if metric == MEAN_SCORE:
        ratio = metrics.get("predicted_over_observed")
        return None if ratio is None else ratio * rate
    return metrics.get(metric)


def _whole(facts: DayFacts, metric: str, role: str) -> float | None:
    """The day's own metric."""
    if metric == LABEL_RATE:
        return facts.rows.base_rate
    if metric == MEAN_SCORE:
        return facts.models[role].mean_score
    found = facts.models[role].metrics.get(metric)
    return None if found is None else found.value


def _unclear(now: Mapping[str, _Part], before: Mapping[str, _Part]) -> frozenset[str]:
    unknown = {value for day in (now, before) for value, part in day.items() if part.mean is None}
    perhaps_before = now.keys() - before.keys() if OTHER_VALUES in before else set()
    perhaps_now = before.keys() - now.keys() if OTHER_VALUES in now else set()
    unclear = unknown | perhaps_before | perhaps_now
    return frozenset(unclear | {OTHER_VALUES}) if unclear else frozenset()


def _joined(parts: Mapping[str, _Part], together: frozenset[str]) -> dict[str, _Part]:
    kept = {value: part for value, part in parts.items() if value not in together}
    inside = [part for value, part in parts.items() if value in together]
    if inside:
        weight = math.fsum(part.weight for part in inside)
        rows = sum(part.rows for part in inside)
        kept[OTHER_VALUES] = _Part(rows, weight, _weighted_mean(inside))
    return kept


def _weighted_mean(parts: Iterable[_Part]) -> float | None:
    weight = total = 0.0
    for part in parts:
        if part.mean is None:
            return None
        weight += part.weight
        total += part.weight * part.mean
    return total / weight if weight else None


def _shares(parts: dict[str, _Part], whole: float | None) -> dict[str, SliceMean] | None:
    weight = math.fsum(part.weight for part in parts.values())
    if whole is None or not parts:
        return None
    known = math.fsum(part.weight * part.mean for part in parts.values() if part.mean is not None)
    rest = parts.get(OTHER_VALUES)
    if rest is not None and rest.mean is None:
        parts[OTHER_VALUES] = _Part(rest.rows, rest.weight, (whole * weight - known) / rest.weight)
    elif not math.isclose(known / weight, whole, rel_tol=ROUNDING, abs_tol=ROUNDING):
        return None
    return {
        value: SliceMean(part.rows, part.weight / weight, part.mean)
        for value, part in parts.items()
        if part.mean is not None
    }
