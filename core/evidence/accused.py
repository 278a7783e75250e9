"""Which of two models is to blame: what two models' scores of the same rows tell of one of them.

One pair out of the ordinary does not tell which of the two moved; a third model does. The reference
never changes: it is a yardstick, and nobody can act on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from core.evidence.history import LEAST_DAYS, Comparison, Standing
from core.evidence.watched import Quantity, Watched
from core.results import REFERENCE, DayFacts

Pair = tuple[str, str]
Accused = tuple[str, str, Comparison]
"""(model, other, what shows it)."""


def is_constant(facts: DayFacts, role: str) -> bool:
    """Whether a model gives every row the same score."""
    quantiles = facts.models[role].statistics.get("score_quantiles")
    if not isinstance(quantiles, list) or len(quantiles) < 2:
        return False
    return facts.rows.scored > 1 and quantiles[0] == quantiles[-1]


def unrelated(
    facts: DayFacts, watched: Sequence[Pair], against: Mapping[Quantity, Comparison]
) -> list[Accused]:
    """Each model whose scores correlate with no other model's.

    No correlation means one within 3 standard errors of 0 on that many rows (Fisher's z has the
    variance 1/(n - 3)), where each recent day had more.
    """
    bound = 3 / math.sqrt(max(1, facts.rows.scored - 3))
    found = {
        pair: comparison
        for pair in watched
        if (comparison := against.get(Quantity(Watched.AGREEMENT, *pair))) is not None
        and _is_unrelated(comparison, bound)
    }
    roles = dict.fromkeys(role for pair in found for role in pair)
    return [
        (role, *_beside(role, found))
        for role in roles
        if _is_nameable(role, watched) and all(pair in found for pair in watched if role in pair)
    ]


def _is_unrelated(agreement: Comparison, bound: float) -> bool:
    if agreement.value is None or agreement.days < LEAST_DAYS:
        return False
    return abs(agreement.value) <= bound < min(agreement.past.values.values())


def accused(
    watched: Sequence[Pair], against: Mapping[Quantity, Comparison], kind: Watched
) -> list[Accused]:
    """Each model that all of its pairs accuse.

    With two models alone the newer one is named, which changed.
    """
    found = {
        pair: comparison
        for pair in watched
        if (comparison := against.get(Quantity(kind, *pair))) is not None
    }
    return [
        (role, *_beside(role, found))
        for role in dict.fromkeys(role for pair in found for role in pair)
        if _is_nameable(role, list(found))
        and all(_accuses(c, kind, role, pair) for pair, c in found.items() if role in pair)
    ]


def _is_nameable(role: str, watched: Sequence[Pair]) -> bool:
    mine = [pair for pair in watched if role in pair]
    return role != REFERENCE and (len(mine) > 1 or mine[0][0] == role)


def _beside(role: str, found: Mapping[Pair, Comparison]) -> tuple[str, Comparison]:
    """The first other model of a role's pairs, and the comparison that shows it."""
    pair, comparison = next((pair, c) for pair, c in found.items() if role in pair)
    return (pair[1] if pair[0] == role else pair[0]), comparison


def _accuses(comparison: Comparison, kind: Watched, role: str, pair: Pair) -> bool:
    """Whether a pair that is out of the ordinary speaks against one of its two models."""
    if kind is Watched.AGREEMENT:
        return comparison.standing is Standing.LOW
    if kind is Watched.DIFFERENCE:  # of a loss: higher is worse for the first of the pair
        return comparison.standing is (Standing.HIGH if role == pair[0] else Standing.LOW)
    return comparison.standing.is_out
