"""Features by importance: ranks, their changes, and how far the order drifted.

Drift is the normalised discounted cumulative gain that SageMaker Clarify's monitor computes of
global SHAP values: the features in today's order, each worth its importance in the baseline,
discounted by log2(1 + rank), over the same sum in the baseline's own order. It is 1 where the order
is the same, and swapping two features costs the more, the more important they were. Clarify's
monitor reports a violation below 0.9; mlpipe draws that line and rings no alarm by it.

Equal importance today leaves the order open: such features share the discounts of their ranks, as
scikit-learn's `ndcg_score` has it, which Clarify names as its definition.

Sources: the pages clarify-model-monitor-feature-attribution-drift and
clarify-model-monitor-model-attribution-drift-violations of SageMaker's developer guide; K.
Järvelin, J. Kekäläinen, ACM Trans. Inf. Syst. 20 (2002), 422-446; F. McSherry, M. Najork, ECIR
2008, 414-421 (ties).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.stats import rankdata

from core.evidence.scored import FloatArray

CLARIFY_LIMIT: Final = 0.9
"""Clarify's monitor reports a violation where nDCG is less."""


class Order(StrEnum):
    """How the order of the features compares with the baseline's."""

    WITHIN_LIMIT = "nDCG is at least 0.9"
    BELOW_LIMIT = "nDCG is below 0.9"
    NO_IMPORTANCE = "one of the two has no importance of any feature"


@dataclass(frozen=True)
class FeatureRank:
    """A feature's place among the others; 1 is the most important, equal ones share the best."""

    feature: str
    rank: int | None
    baseline_rank: int | None
    """None where the feature is not there."""
    share: float
    baseline_share: float
    """Of the sum of all importance."""

    @property
    def climbed(self) -> int:
        """Places won since the baseline; below 0 where it fell, 0 for a new or vanished one."""
        if self.rank is None or self.baseline_rank is None:
            return 0
        return self.baseline_rank - self.rank


@dataclass(frozen=True)
class Ranking:
    """Today's features against a baseline: the last report's, or production's."""

    order: Order
    ndcg: float | None
    """None without importance on either side."""
    features: tuple[FeatureRank, ...]
    """Today's order, then those that vanished in the baseline's order."""

    @property
    def new(self) -> tuple[str, ...]:
        """Features that the baseline did not have, the most important first."""
        return tuple(each.feature for each in self.features if each.baseline_rank is None)

    @property
    def vanished(self) -> tuple[str, ...]:
        """Features that only the baseline had, the most important first."""
        return tuple(each.feature for each in self.features if each.rank is None)

    @property
    def moved(self) -> tuple[FeatureRank, ...]:
        """Features that changed their rank, those first whose share of importance changed most."""
        moved = [each for each in self.features if each.climbed]
        return tuple(sorted(moved, key=lambda f: abs(f.share - f.baseline_share), reverse=True))


def ranking(importance: Mapping[str, float], baseline: Mapping[str, float]) -> Ranking:
    """Features by importance (0 or more, by name), against the baseline's.

    A feature whose importance is no number is as if it were not there.
    """
    now, then = _finite(importance), _finite(baseline)
    ranks, earlier = _ranks(now), _ranks(then)
    shares, earlier_shares = _shares(now), _shares(then)
    names = [*ranks, *(name for name in earlier if name not in ranks)]
    drift = ndcg(importance, baseline)
    return Ranking(
        order=_order(drift),
        ndcg=drift,
        features=tuple(
            FeatureRank(
                feature=name,
                rank=ranks.get(name),
                baseline_rank=earlier.get(name),
                share=shares.get(name, 0.0),
                baseline_share=earlier_shares.get(name, 0.0),
            )
            for name in names
        ),
    )


def ndcg(importance: Mapping[str, float], baseline: Mapping[str, float]) -> float | None:
    """NDCG of today's order with the baseline's importance as gains.

    A new feature gains nothing, one that vanished ranks last. None where either has no importance.
    """
    now, then = _finite(importance), _finite(baseline)
    names = list(dict.fromkeys([*now, *then]))
    gains = np.array([then.get(name, 0.0) for name in names])
    today = np.array([now.get(name, 0.0) for name in names])
    if not gains.any() or not today.any():
        return None
    return _gain(gains, today) / _gain(gains, gains)


def _gain(gains: FloatArray, order: FloatArray) -> float:
    """Discounted gain, greatest first; equals of the order share their ranks' discounts."""
    discounts = 1.0 / np.log2(np.arange(2, len(order) + 2))
    first = rankdata(-order, method="min").astype(int)
    last = rankdata(-order, method="max").astype(int)
    total = np.concatenate(([0.0], np.cumsum(discounts)))
    return float(gains @ ((total[last] - total[first - 1]) / (last - first + 1)))


def _order(drift: float | None) -> Order:
    if drift is None:
        return Order.NO_IMPORTANCE
    return Order.WITHIN_LIMIT if drift >= CLARIFY_LIMIT else Order.BELOW_LIMIT


def _finite(importance: Mapping[str, float]) -> dict[str, float]:
    return {name: abs(value) for name, value in importance.items() if math.isfinite(value)}


def _ranks(importance: Mapping[str, float]) -> dict[str, int]:
    """By name, the most important first and equals by their names."""
    ordered = sorted(importance, key=lambda name: (-importance[name], name))
    best = rankdata([-importance[name] for name in ordered], method="min")
    return {name: int(rank) for name, rank in zip(ordered, best, strict=True)}


def _shares(importance: Mapping[str, float]) -> dict[str, float]:
    total = math.fsum(importance.values())
    return {name: value / total if total else 0.0 for name, value in importance.items()}
